package io.vouchsafe.testkit.amd;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.util.ArrayList;
import java.util.List;

/// Evidence as confidential-container guests send it: the report field by field, and the
/// certificates that the host gave them.
public final class GuestEvidence {
  private final Json.Obj report;
  private final List<Json> chain = new ArrayList<>();

  private GuestEvidence(Json.Obj report) {
    this.report = report;
  }

  /// The evidence of a report of family 19h.
  ///
  /// @param report 1184 bytes
  public static GuestEvidence of(Bytes report) {
    try {
      return new GuestEvidence(fields(ByteReader.littleEndian(report)));
    } catch (FormatException e) {
      throw new IllegalArgumentException("a report has 1184 bytes", e);
    }
  }

  /// This, with a certificate or revocation list behind those that it has.
  ///
  /// @param type `VCEK`, `VLEK`, `ASK`, `ARK` or `CRL`
  /// @param der its bytes
  public GuestEvidence with(String type, Bytes der) {
    GuestEvidence more = new GuestEvidence(report);
    more.chain.addAll(chain);
    more.chain.add(Json.object().put("cert_type", type).put("data", numbers(der)).build());
    return more;
  }

  /// The JSON; without any certificate the chain is `null`.
  public Json.Obj json() {
    return Json.object()
        .put("attestation_report", report)
        .put("cert_chain", chain.isEmpty() ? Json.NULL : Json.array(chain))
        .build();
  }

  private static Json.Obj fields(ByteReader in) throws FormatException {
    Json.ObjBuilder fields = Json.object();
    fields.put("version", in.u32("version")).put("guest_svn", in.u32("guest svn"));
    fields.put("policy", in.u64("policy"));
    bytes(fields, in, "family_id", 16);
    bytes(fields, in, "image_id", 16);
    fields.put("vmpl", in.u32("vmpl")).put("sig_algo", in.u32("algorithm"));
    tcb(fields, in, "current_tcb");
    fields.put("plat_info", in.u64("platform")).put("key_info", in.u32("key"));
    in.skip("reserved", 4);
    bytes(fields, in, "report_data", 64);
    bytes(fields, in, "measurement", 48);
    bytes(fields, in, "host_data", 32);
    bytes(fields, in, "id_key_digest", 48);
    bytes(fields, in, "author_key_digest", 48);
    bytes(fields, in, "report_id", 32);
    bytes(fields, in, "report_id_ma", 32);
    tcb(fields, in, "reported_tcb");
    fields.put("cpuid_fam_id", in.u8("family")).put("cpuid_mod_id", in.u8("model"));
    fields.put("cpuid_step", in.u8("stepping"));
    in.skip("reserved", 21);
    bytes(fields, in, "chip_id", 64);
    tcb(fields, in, "committed_tcb");
    firmware(fields, in, "current");
    firmware(fields, in, "committed");
    tcb(fields, in, "launch_tcb");
    fields.put("launch_mit_vector", in.u64("mitigations"));
    fields.put("current_mit_vector", in.u64("mitigations"));
    in.skip("reserved", 152);
    Json signature =
        Json.object()
            .put("r", numbers(in.bytes("r", 72)))
            .put("s", numbers(in.bytes("s", 72)))
            .build();
    return fields.put("signature", signature).build();
  }

  private static void bytes(Json.ObjBuilder fields, ByteReader in, String name, int size)
      throws FormatException {
    fields.put(name, numbers(in.bytes(name, size)));
  }

  private static Json numbers(Bytes bytes) {
    List<Json> items = new ArrayList<>();
    for (int i = 0; i < bytes.size(); i++) {
      items.add(Json.of(bytes.at(i)));
    }
    return Json.array(items);
  }

  private static void tcb(Json.ObjBuilder fields, ByteReader in, String name)
      throws FormatException {
    Bytes raw = in.bytes(name, 8);
    fields.put(
        name,
        Json.object()
            .put("fmc", Json.NULL)
            .put("bootloader", raw.at(0))
            .put("tee", raw.at(1))
            .put("snp", raw.at(6))
            .put("microcode", raw.at(7))
            .build());
  }

  private static void firmware(Json.ObjBuilder fields, ByteReader in, String name)
      throws FormatException {
    int build = in.u8("build");
    int minor = in.u8("minor");
    int major = in.u8("major");
    in.skip("reserved", 1);
    fields.put(
        name, Json.object().put("major", major).put("minor", minor).put("build", build).build());
  }
}
