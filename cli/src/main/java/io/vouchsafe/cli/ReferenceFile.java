package io.vouchsafe.cli;

import io.vouchsafe.appraisal.Provenance;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.corim.Corim;
import io.vouchsafe.appraisal.corim.CorimSigner;
import io.vouchsafe.appraisal.corim.CorimValues;
import io.vouchsafe.appraisal.corim.SignedCorim;
import io.vouchsafe.appraisal.rim.SignedSwidRim;
import io.vouchsafe.appraisal.rim.SwidRim;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.verdict.RefusedException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A file of reference values: the JSON of `measure --reference-values`, an object from names to
/// values (what the reference broker calls `sample`), a CoRIM, or a SWID manifest.
///
/// @param form what it is, in words
/// @param values what it says
/// @param notUnderstood what it says beyond that
record ReferenceFile(String form, List<ReferenceValue> values, List<String> notUnderstood) {
  /// Whom a file is believed.
  ///
  /// @param signers keys of CoRIMs
  /// @param roots of the certificates of SWID manifests
  /// @param unsigned whether manifests without a signature that is checked are taken too
  record Trust(List<CorimSigner> signers, List<X509Certificate> roots, boolean unsigned) {
    Trust {
      signers = List.copyOf(signers);
      roots = List.copyOf(roots);
    }
  }

  ReferenceFile {
    values = List.copyOf(values);
    notUnderstood = List.copyOf(notUnderstood);
  }

  /// Reads a file.
  ///
  /// @param expires when values stop to count that do not say it themselves
  /// @throws Failure if it is signed and nobody said by whom, or not signed and that was not
  ///   allowed
  static ReferenceFile read(Bytes content, String origin, Instant expires, Instant now, Trust trust)
      throws FormatException, RefusedException, Failure {
    int first = firstByte(content);
    if (first == '<') {
      return swid(content, origin, expires, now, trust);
    }
    return first == '{'
        ? json(content, origin, expires)
        : corim(content, origin, expires, now, trust);
  }

  private static int firstByte(Bytes content) {
    for (int i = 0; i < content.size(); i++) {
      if (!Character.isWhitespace(content.at(i))) {
        return content.at(i);
      }
    }
    return -1;
  }

  private static ReferenceFile json(Bytes content, String origin, Instant expires)
      throws FormatException {
    Json.Obj object = Json.parseObject(content, JsonLimits.DOCUMENT);
    List<ReferenceValue> values = new ArrayList<>();
    if (object.get("entries").isPresent()) {
      for (Json entry : object.array("entries")) {
        values.add(ReferenceValue.parse(entry.asObject("entry")));
      }
      return new ReferenceFile("entries", values, List.of());
    }
    for (Map.Entry<String, Json> member : object.members().entrySet()) {
      values.add(
          ReferenceValue.parse(
              Json.object()
                  .put("name", member.getKey())
                  .put("value", member.getValue())
                  .put("expires", expires.toString())
                  .put("provenance", Provenance.DECLARED.text())
                  .put("origin", origin)
                  .build()));
    }
    return new ReferenceFile("names and values", values, List.of());
  }

  private static ReferenceFile corim(
      Bytes content, String origin, Instant expires, Instant now, Trust trust)
      throws FormatException, RefusedException, Failure {
    Corim corim;
    String form;
    if (trust.signers().isEmpty()) {
      requireUnsigned(trust, "a CoRIM", "--signer");
      corim = Corim.parse(content);
      form = "CoRIM, unsigned";
    } else {
      SignedCorim signed = SignedCorim.parse(content);
      corim = signed.verify(trust.signers(), now);
      form = "CoRIM, signed by " + signed.signerName();
    }
    CorimValues values = CorimValues.of(corim, expires, origin + ", manifest " + corim.id());
    return new ReferenceFile(form, values.values(), values.notUnderstood());
  }

  private static ReferenceFile swid(
      Bytes content, String origin, Instant expires, Instant now, Trust trust)
      throws FormatException, RefusedException, Failure {
    if (trust.roots().isEmpty()) {
      requireUnsigned(trust, "a SWID manifest", "--root");
      SwidRim rim = SwidRim.parse(content);
      return new ReferenceFile(
          "SWID manifest, its signature not checked",
          rim.referenceValues(expires, origin + ", version " + rim.version()),
          List.of());
    }
    RefusedException refused = null;
    for (X509Certificate root : trust.roots()) {
      try {
        SwidRim rim = SignedSwidRim.verify(content, root, now);
        return new ReferenceFile(
            "SWID manifest, signed under " + root.getSubjectX500Principal(),
            rim.referenceValues(expires, origin + ", version " + rim.version()),
            List.of());
      } catch (RefusedException e) {
        refused = e;
      }
    }
    throw java.util.Objects.requireNonNull(refused);
  }

  private static void requireUnsigned(Trust trust, String what, String option) throws Failure {
    if (!trust.unsigned()) {
      throw new Failure(
          "%s is believed for its signature: name whom with %s, or say --unsigned"
              .formatted(what, option));
    }
  }
}
