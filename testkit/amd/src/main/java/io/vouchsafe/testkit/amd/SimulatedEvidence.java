package io.vouchsafe.testkit.amd;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/// The JSON in which guests send a report with its certificates (specs/kbs-protocol §10.2).
public final class SimulatedEvidence {
  private static final int TURIN = 0x1a;
  private static final int FAMILY = 0x188;

  private SimulatedEvidence() {}

  /// The evidence of a guest.
  ///
  /// @param report 1184 bytes
  /// @param key whose certificate comes along
  /// @param authorities further certificates, the intermediate first
  public static Json.Obj json(
      Bytes report, SimulatedAmd.SimulatedKey key, List<Bytes> authorities) {
    boolean provider = (report.at(0x48) >> 2 & 7) == 1;
    List<Json> chain = new ArrayList<>();
    chain.add(certificate(provider ? "VLEK" : "VCEK", key.certificate()));
    authorities.forEach(authority -> chain.add(certificate("ASK", authority)));
    try {
      return Json.object()
          .put("attestation_report", report(report))
          .put("cert_chain", new Json.Arr(chain))
          .build();
    } catch (FormatException e) {
      throw new IllegalArgumentException("a report of 1184 bytes", e);
    }
  }

  private static Json certificate(String type, Bytes der) {
    return Json.object().put("cert_type", type).put("data", numbers(der)).build();
  }

  private static Json.Obj report(Bytes report) throws FormatException {
    boolean turin = report.at(FAMILY) == TURIN;
    ByteReader in = ByteReader.littleEndian(report);
    Json.ObjBuilder out = Json.object();
    out.put("version", in.u32("")).put("guest_svn", in.u32("")).put("policy", u64(in));
    out.put("family_id", bytes(in, 16)).put("image_id", bytes(in, 16));
    out.put("vmpl", in.u32("")).put("sig_algo", in.u32(""));
    out.put("current_tcb", tcb(in, turin)).put("plat_info", u64(in));
    out.put("key_info", in.u32(""));
    in.skip("", 4);
    out.put("report_data", bytes(in, 64)).put("measurement", bytes(in, 48));
    out.put("host_data", bytes(in, 32)).put("id_key_digest", bytes(in, 48));
    out.put("author_key_digest", bytes(in, 48)).put("report_id", bytes(in, 32));
    out.put("report_id_ma", bytes(in, 32)).put("reported_tcb", tcb(in, turin));
    out.put("cpuid_fam_id", in.u8("")).put("cpuid_mod_id", in.u8("")).put("cpuid_step", in.u8(""));
    in.skip("", 21);
    out.put("chip_id", bytes(in, 64)).put("committed_tcb", tcb(in, turin));
    out.put("current", firmware(in)).put("committed", firmware(in));
    out.put("launch_tcb", tcb(in, turin));
    out.put("launch_mit_vector", u64(in)).put("current_mit_vector", u64(in));
    in.skip("", 152);
    Json.Obj signature = Json.object().put("r", bytes(in, 72)).put("s", bytes(in, 72)).build();
    return out.put("signature", signature).build();
  }

  private static Json u64(ByteReader in) throws FormatException {
    byte[] value = SimulatedAmd.reversed(in.bytes("", 8)).toByteArray();
    return new Json.Num(new BigInteger(1, value).toString());
  }

  private static Json bytes(ByteReader in, int size) throws FormatException {
    return numbers(in.bytes("", size));
  }

  private static Json numbers(Bytes value) {
    List<Json> all = new ArrayList<>(value.size());
    for (int i = 0; i < value.size(); i++) {
      all.add(new Json.Num(Integer.toString(value.at(i))));
    }
    return new Json.Arr(all);
  }

  private static Json tcb(ByteReader in, boolean turin) throws FormatException {
    Bytes raw = in.bytes("", 8);
    Json.ObjBuilder tcb = Json.object();
    if (turin) {
      tcb.put("fmc", raw.at(0));
    }
    int first = turin ? 1 : 0;
    return tcb.put("bootloader", raw.at(first))
        .put("tee", raw.at(first + 1))
        .put("snp", raw.at(turin ? 3 : 6))
        .put("microcode", raw.at(7))
        .build();
  }

  private static Json firmware(ByteReader in) throws FormatException {
    Json firmware =
        Json.object()
            .put("build", in.u8(""))
            .put("minor", in.u8(""))
            .put("major", in.u8(""))
            .build();
    in.skip("", 1);
    return firmware;
  }
}
