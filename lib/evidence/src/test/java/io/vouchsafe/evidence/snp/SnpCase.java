package io.vouchsafe.evidence.snp;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.testkit.Vectors;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// A case of the shared vectors.
record SnpCase(Json.Obj item) {
  static List<SnpCase> all() throws IOException, FormatException {
    List<SnpCase> cases = new ArrayList<>();
    for (Json item :
        Json.parse(Vectors.text("snp/cases.json"), JsonLimits.DOCUMENT).asArray("cases")) {
      Json.Obj object = item.asObject("case");
      if (object.get("report").isPresent()) {
        cases.add(new SnpCase(object));
      }
    }
    return cases;
  }

  static SnpCase named(String id) throws IOException, FormatException {
    for (SnpCase one : all()) {
      if (one.id().equals(id)) {
        return one;
      }
    }
    throw new AssertionError("no case " + id);
  }

  String id() throws FormatException {
    return item.string("id");
  }

  Bytes report() throws IOException, FormatException {
    return Bytes.of(Vectors.bytes("snp/" + item.string("report")));
  }

  Bytes vek() throws IOException, FormatException {
    return Bytes.of(Vectors.bytes("snp/" + item.string("vek")));
  }

  List<Bytes> chain() throws IOException, FormatException {
    return Pem.parse(Bytes.of(Vectors.bytes("snp/" + item.string("chain"))), "CERTIFICATE");
  }

  SnpEndorsements endorsements() throws IOException, FormatException {
    List<Bytes> lists =
        item.get("crl").isEmpty()
            ? List.of()
            : List.of(Bytes.of(Vectors.bytes("snp/" + item.string("crl"))));
    return new SnpEndorsements(List.of(vek()), chain(), lists);
  }

  SnpTrust trust() throws IOException, FormatException {
    if (!item.string("trust").equals("file-ark")) {
      return SnpTrust.amd();
    }
    SnpTrust trust = SnpTrust.none();
    for (Bytes certificate : chain()) {
      if (AmdCertificate.parse(certificate).subject().common().startsWith("ARK-")) {
        trust = trust.withRoot(certificate);
      }
    }
    return trust;
  }

  SnpPolicy policy() throws FormatException {
    return SnpPolicy.of(item.object("policy"));
  }

  Instant at() throws FormatException {
    return Instant.parse(item.string("time"));
  }

  boolean valid() throws FormatException {
    return item.string("expect").equals("valid");
  }

  List<String> reasons() throws FormatException {
    List<String> reasons = new ArrayList<>();
    for (Json reason : item.array("reasons")) {
      reasons.add(reason.asString("reason"));
    }
    return reasons;
  }
}
