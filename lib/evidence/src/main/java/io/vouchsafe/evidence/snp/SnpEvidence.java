package io.vouchsafe.evidence.snp;

import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The evidence that guests send (specs/kbs-protocol §10.2): the report field by field, from which
/// the bytes that were signed are put together again, and certificates.
///
/// @param report the 1184 bytes
/// @param endorsements what came along; empty if no chain came at all
/// @param migrationAgent the evidence of the agent that can move the guest; it has none itself
public record SnpEvidence(
    Bytes report, Optional<SnpEndorsements> endorsements, Optional<SnpEvidence> migrationAgent) {
  /// Our optional member: the evidence of the migration agent, of the same shape.
  private static final String MIGRATION_AGENT = "migration_agent";

  private static final String CHAIN = "cert_chain";
  private static final int MAX_CERTIFICATES = 16;
  private static final int MAX_CERTIFICATE = 16 << 10;
  private static final int BYTE = 8;
  private static final int MITIGATION_VERSION = 5;
  private static final String R = "r";
  private static final String S = "s";

  /// Reads the JSON of a guest.
  public static SnpEvidence parse(Json json) throws FormatException {
    Json.Obj evidence = json.asObject("evidence");
    Optional<SnpEvidence> agent =
        evidence.present(MIGRATION_AGENT).isEmpty()
            ? Optional.empty()
            : Optional.of(parse(evidence.object(MIGRATION_AGENT), Optional.empty()));
    return parse(evidence, agent);
  }

  /// The JSON of a guest that [#parse(Json)] reads as this.
  ///
  /// @throws FormatException if the report is none
  public Json.Obj json() throws FormatException {
    SnpReport fields = SnpReport.parse(report);
    Json.ObjBuilder json =
        Json.object()
            .put("attestation_report", GuestReport.of(fields))
            .put(CHAIN, endorsements.map(SnpEvidence::chain).orElse(Json.NULL));
    if (migrationAgent.isPresent()) {
      json.put(MIGRATION_AGENT, migrationAgent.get().json());
    }
    return json.build();
  }

  /// Readers go by what a certificate is for, and tell those of one use apart themselves.
  private static Json chain(SnpEndorsements endorsements) {
    List<Json> chain = new ArrayList<>();
    endorsements.leaves().forEach(leaf -> chain.add(entry("VCEK", leaf)));
    endorsements.authorities().forEach(authority -> chain.add(entry("ASK", authority)));
    endorsements.revocationLists().forEach(list -> chain.add(entry("CRL", list)));
    return Json.array(chain);
  }

  private static Json entry(String type, Bytes data) {
    return Json.object().put("cert_type", type).put("data", GuestReport.numbers(data)).build();
  }

  private static SnpEvidence parse(Json.Obj evidence, Optional<SnpEvidence> agent)
      throws FormatException {
    Bytes report = report(evidence.object("attestation_report"));
    return new SnpEvidence(
        report,
        evidence.present(CHAIN).isEmpty()
            ? Optional.empty()
            : Optional.of(chain(evidence.array(CHAIN))),
        agent);
  }

  private static Bytes report(Json.Obj in) throws FormatException {
    ByteWriter out = ByteWriter.littleEndian();
    long version = number(in, "version", 32);
    out.u32(version).u32(number(in, "guest_svn", 32)).u64(number(in, "policy", 64));
    out.bytes(bytes(in, "family_id", 16)).bytes(bytes(in, "image_id", 16));
    out.u32(number(in, "vmpl", 32)).u32(number(in, "sig_algo", 32));
    out.bytes(tcb(in, "current_tcb")).u64(number(in, "plat_info", 64));
    out.u32(number(in, "key_info", 32)).u32(0);
    out.bytes(bytes(in, "report_data", 64)).bytes(bytes(in, "measurement", 48));
    out.bytes(bytes(in, "host_data", 32)).bytes(bytes(in, "id_key_digest", 48));
    out.bytes(bytes(in, "author_key_digest", 48)).bytes(bytes(in, "report_id", 32));
    out.bytes(bytes(in, "report_id_ma", 32)).bytes(tcb(in, "reported_tcb"));
    out.u8(cpu(in, "cpuid_fam_id")).u8(cpu(in, "cpuid_mod_id")).u8(cpu(in, "cpuid_step"));
    out.bytes(Bytes.zeros(21)).bytes(bytes(in, "chip_id", SnpReport.CHIP_ID_SIZE));
    out.bytes(tcb(in, "committed_tcb"));
    firmware(in.object("current"), out);
    firmware(in.object("committed"), out);
    out.bytes(tcb(in, "launch_tcb"));
    out.u64(mitigations(in, "launch_mit_vector", version));
    out.u64(mitigations(in, "current_mit_vector", version));
    out.bytes(Bytes.zeros(152));
    Json.Obj signature = in.object("signature");
    out.bytes(bytes(signature, R, SnpReport.SCALAR_SIZE));
    out.bytes(bytes(signature, S, SnpReport.SCALAR_SIZE));
    return out.toBytes().fit(SnpReport.SIZE);
  }

  /// An unsigned integer of that many bits.
  private static long number(Json.Obj in, String name, int bits) throws FormatException {
    if (!(in.require(name) instanceof Json.Num number)) {
      throw FormatException.unexpected(name + " to be a number", "another value");
    }
    BigDecimal value = number.value();
    // Only digits: a number like 1e-999999999 must not be written out.
    if (value.scale() == 0 && value.signum() >= 0 && value.unscaledValue().bitLength() <= bits) {
      return value.longValue();
    }
    throw FormatException.unexpected(name + " of " + bits + " bits", number.text());
  }

  /// Versions before 3 do not name the processor.
  private static int cpu(Json.Obj in, String name) throws FormatException {
    return in.present(name).isEmpty() ? 0 : (int) number(in, name, BYTE);
  }

  private static long mitigations(Json.Obj in, String name, long version) throws FormatException {
    return in.present(name).isEmpty() && version < MITIGATION_VERSION ? 0 : number(in, name, 64);
  }

  private static Bytes bytes(Json.Obj in, String name, int size) throws FormatException {
    List<Json> items = in.array(name);
    if (items.size() != size) {
      throw FormatException.unexpected(size + " bytes of " + name, items.size() + " items");
    }
    return bytes(items, name);
  }

  private static Bytes bytes(List<Json> items, String name) throws FormatException {
    byte[] value = new byte[items.size()];
    for (int i = 0; i < value.length; i++) {
      if (!(items.get(i) instanceof Json.Num number)) {
        throw FormatException.unexpected(name + " to be numbers", "another value");
      }
      long item = number.asLong().orElse(-1L);
      if (item < 0 || item > 0xff) {
        throw FormatException.unexpected("0 to 255 in " + name, number.text());
      }
      value[i] = (byte) item;
    }
    return Bytes.of(value);
  }

  private static Bytes tcb(Json.Obj report, String name) throws FormatException {
    Json.Obj tcb = report.object(name);
    Optional<Integer> fmc =
        tcb.present("fmc").isEmpty()
            ? Optional.empty()
            : Optional.of((int) number(tcb, "fmc", BYTE));
    return new SnpTcb(
            fmc,
            (int) number(tcb, "bootloader", BYTE),
            (int) number(tcb, "tee", BYTE),
            (int) number(tcb, "snp", BYTE),
            (int) number(tcb, "microcode", BYTE))
        .encode();
  }

  private static void firmware(Json.Obj in, ByteWriter out) throws FormatException {
    out.u8((int) number(in, "build", BYTE));
    out.u8((int) number(in, "minor", BYTE));
    out.u8((int) number(in, "major", BYTE));
    out.u8(0);
  }

  private static SnpEndorsements chain(List<Json> items) throws FormatException {
    if (items.size() > MAX_CERTIFICATES) {
      throw FormatException.oversized(
          FormatException.NO_OFFSET,
          "at most " + MAX_CERTIFICATES + " certificates",
          items.size() + "");
    }
    List<Bytes> leaves = new ArrayList<>();
    List<Bytes> authorities = new ArrayList<>();
    List<Bytes> lists = new ArrayList<>();
    for (Json item : items) {
      Json.Obj entry = item.asObject(CHAIN);
      List<Json> data = entry.array("data");
      if (data.size() > MAX_CERTIFICATE) {
        throw FormatException.oversized(
            FormatException.NO_OFFSET,
            "a certificate of at most " + MAX_CERTIFICATE + " bytes",
            data.size() + " bytes");
      }
      // Other types are objects with an identifier of their own.
      String type = entry.require("cert_type") instanceof Json.Str(String text) ? text : "";
      switch (type) {
        case "VCEK", "VLEK" -> leaves.add(bytes(data, type));
        case "ASK", "ARK" -> authorities.add(bytes(data, type));
        case "CRL" -> lists.add(bytes(data, type));
        default -> {
          // Nothing that endorses the report.
        }
      }
    }
    return new SnpEndorsements(leaves, authorities, lists);
  }
}
