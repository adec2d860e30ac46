package io.vouchsafe.evidence.snp;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Writes what [SnpEvidence] reads: a report field by field, as guests send it (specs/kbs-protocol
/// §10.2).
final class GuestReport {
  private static final int FAMILY_1AH = 0x1a;
  private static final int RESERVED_FROM = 2;
  private static final int RESERVED_TO = 6;

  private final SnpReport report;
  private final SnpTcb.Layout layout;
  private final Json.ObjBuilder fields = Json.object();

  private GuestReport(SnpReport report) {
    this.report = report;
    this.layout = layout(report);
  }

  static Json.Obj of(SnpReport report) throws FormatException {
    return new GuestReport(report).fields();
  }

  /// Old reports do not name their processor; what the layout of the older family keeps at zero
  /// says it then.
  private static SnpTcb.Layout layout(SnpReport report) {
    boolean zeros = SnpReport.isZero(report.reportedTcb().slice(RESERVED_FROM, RESERVED_TO));
    boolean newer = report.namesCpu() ? report.family() == FAMILY_1AH : !zeros;
    return newer ? SnpTcb.Layout.FAMILY_1AH : SnpTcb.Layout.FAMILY_19H;
  }

  private Json.Obj fields() throws FormatException {
    fields.put("version", report.version()).put("guest_svn", report.guestSvn());
    unsigned("policy", report.policy().bits());
    bytes("family_id", report.familyId());
    bytes("image_id", report.imageId());
    fields.put("vmpl", report.vmpl()).put("sig_algo", 1);
    tcb("current_tcb", report.currentTcb());
    unsigned("plat_info", report.platformInfo().bits());
    fields.put("key_info", report.keyInfo().bits());
    bytes("report_data", report.reportData());
    bytes("measurement", report.measurement());
    bytes("host_data", report.hostData());
    bytes("id_key_digest", report.idKeyDigest());
    bytes("author_key_digest", report.authorKeyDigest());
    bytes("report_id", report.reportId());
    bytes("report_id_ma", report.migrationAgentId());
    tcb("reported_tcb", report.reportedTcb());
    fields.put("cpuid_fam_id", report.family()).put("cpuid_mod_id", report.model());
    fields.put("cpuid_step", report.stepping());
    bytes("chip_id", report.chipId());
    tcb("committed_tcb", report.committedTcb());
    firmware("current", report.current());
    firmware("committed", report.committed());
    tcb("launch_tcb", report.launchTcb());
    unsigned("launch_mit_vector", report.launchMitigations());
    unsigned("current_mit_vector", report.currentMitigations());
    return fields
        .put(
            "signature",
            Json.object().put("r", numbers(report.r())).put("s", numbers(report.s())).build())
        .build();
  }

  private void unsigned(String name, long bits) {
    fields.put(name, new Json.Num(Long.toUnsignedString(bits)));
  }

  private void bytes(String name, Bytes value) {
    fields.put(name, numbers(value));
  }

  private void tcb(String name, Bytes raw) throws FormatException {
    SnpTcb tcb = SnpTcb.of(raw, layout);
    Optional<Json> fmc = tcb.fmc().map(Json::of);
    fields.put(
        name,
        Json.object()
            .put("fmc", fmc.orElse(Json.NULL))
            .put("bootloader", tcb.bootLoader())
            .put("tee", tcb.tee())
            .put("snp", tcb.snp())
            .put("microcode", tcb.microcode())
            .build());
  }

  private void firmware(String name, SnpReport.Firmware firmware) {
    fields.put(
        name,
        Json.object()
            .put("major", firmware.major())
            .put("minor", firmware.minor())
            .put("build", firmware.build())
            .build());
  }

  static Json numbers(Bytes bytes) {
    List<Json> items = new ArrayList<>();
    for (int i = 0; i < bytes.size(); i++) {
      items.add(Json.of(bytes.at(i)));
    }
    return Json.array(items);
  }
}
