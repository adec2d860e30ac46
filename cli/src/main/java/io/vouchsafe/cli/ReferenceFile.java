package io.vouchsafe.cli;

import io.vouchsafe.appraisal.Provenance;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.corim.Corim;
import io.vouchsafe.appraisal.corim.CorimSigner;
import io.vouchsafe.appraisal.corim.CorimValues;
import io.vouchsafe.appraisal.corim.SignedCorim;
import io.vouchsafe.appraisal.manifest.ConstellationMeasurements;
import io.vouchsafe.appraisal.manifest.ConstellationVariant;
import io.vouchsafe.appraisal.manifest.ContrastManifest;
import io.vouchsafe.appraisal.manifest.TakenOver;
import io.vouchsafe.appraisal.rim.SignedSwidRim;
import io.vouchsafe.appraisal.rim.SwidRim;
import io.vouchsafe.appraisal.statement.StatementCheck;
import io.vouchsafe.appraisal.statement.StatementSigner;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A file of reference values: the JSON of `measure --reference-values`, an object from names to
/// values (what the reference broker calls `sample`), measurements of Constellation, a manifest of
/// Contrast, a CoRIM, or a SWID manifest.
///
/// @param form what it is, in words
/// @param values what it says
/// @param notUnderstood what it says beyond that
record ReferenceFile(String form, List<ReferenceValue> values, List<String> notUnderstood) {
  /// Major types of CBOR that a CoRIM may start with: array, map, tag.
  private static final Set<Integer> COMPOSED = Set.of(4, 5, 6);

  /// Whom a file is believed.
  ///
  /// @param signers keys of CoRIMs, and of files with a signature beside them
  /// @param roots of the certificates of SWID manifests
  /// @param signature over the whole file, in base64, where it lies beside it
  /// @param unsigned whether manifests without a signature that is checked are taken too
  record Trust(
      List<StatementSigner> signers,
      List<X509Certificate> roots,
      Optional<Bytes> signature,
      boolean unsigned) {
    Trust {
      signers = List.copyOf(signers);
      roots = List.copyOf(roots);
    }
  }

  /// Where the values of a file belong.
  ///
  /// @param origin for operators
  /// @param expires when values stop to count that do not say it themselves
  /// @param variant which of Constellation's attestation variants is wanted
  record Use(String origin, Instant expires, Optional<ConstellationVariant> variant) {}

  ReferenceFile {
    values = List.copyOf(values);
    notUnderstood = List.copyOf(notUnderstood);
  }

  /// Reads a file.
  ///
  /// @throws Failure if it is signed and nobody said by whom, or not signed and that was not
  ///   allowed
  static ReferenceFile read(Bytes content, Use use, Instant now, Trust trust)
      throws FormatException, RefusedException, Failure {
    int first = firstByte(content);
    if (first == '<') {
      return swid(content, use.origin(), use.expires(), now, trust);
    }
    if (first == '{') {
      return json(content, use, trust);
    }
    if (content.isEmpty() || !COMPOSED.contains((content.at(0) & 0xff) >> 5)) {
      throw FormatException.malformed(
          0,
          "a statement or bundle, a CoRIM, a SWID manifest, or JSON of reference values",
          content.size() + " bytes of something else");
    }
    return corim(content, use.origin(), use.expires(), now, trust);
  }

  /// Whether a file is an envelope around a statement or bundle.
  static boolean isSigned(Bytes content) {
    try {
      return firstByte(content) == '{'
          && Json.parseObject(content, JsonLimits.DOCUMENT).get("payloadType").isPresent();
    } catch (FormatException _) {
      return false; // Whoever reads it as something else says what is wrong.
    }
  }

  private static int firstByte(Bytes content) {
    for (int i = 0; i < content.size(); i++) {
      if (!Character.isWhitespace(content.at(i))) {
        return content.at(i);
      }
    }
    return -1;
  }

  private static ReferenceFile json(Bytes content, Use use, Trust trust)
      throws FormatException, RefusedException, Failure {
    Json.Obj object = Json.parseObject(content, JsonLimits.DOCUMENT);
    if (ConstellationMeasurements.isRelease(object)) {
      String how = beside("measurements of Constellation", content, trust);
      return taken(
          how,
          ConstellationMeasurements.parse(content)
              .values(use.variant(), use.expires(), use.origin()));
    }
    if (ConstellationMeasurements.isMap(object)) {
      ConstellationVariant variant =
          use.variant()
              .orElseThrow(() ->
                  new Failure("a map of registers does not say what it is of: --variant does"));
      String how = beside("measurements of Constellation", content, trust);
      return taken(
          how,
          ConstellationMeasurements.parseMap(content, variant)
              .values(use.variant(), use.expires(), use.origin()));
    }
    if (ContrastManifest.isManifest(object)) {
      String how = beside("manifest of Contrast", content, trust);
      return taken(how, ContrastManifest.parse(content).values(use.expires(), use.origin()));
    }
    return entries(object, use.origin(), use.expires());
  }

  private static ReferenceFile taken(String form, TakenOver taken) {
    return new ReferenceFile(form, taken.values(), taken.notUnderstood());
  }

  /// The signature beside a file.
  ///
  /// @return what the file is and who signed it
  private static String beside(String what, Bytes content, Trust trust)
      throws FormatException, RefusedException, Failure {
    if (trust.signature().isEmpty()) {
      requireUnsigned(trust, what, "--signer and --signature");
      return what + ", unsigned";
    }
    Bytes signature = Bytes.fromBase64(trust.signature().get().utf8Lossy().strip());
    for (StatementSigner signer : trust.signers()) {
      if (signer.verifies(content, signature)) {
        return what + ", signed by " + signer.name();
      }
    }
    throw new RefusedException(
        StatementCheck.SIGNATURE,
        Code.SIGNATURE_INVALID,
        "a signature over the file by one of "
            + trust.signers().stream().map(StatementSigner::name).toList(),
        "one by another key, or over something else");
  }

  private static ReferenceFile entries(Json.Obj object, String origin, Instant expires)
      throws FormatException {
    List<ReferenceValue> values = new ArrayList<>();
    if (object.get("entries").isPresent()) {
      for (Json entry : object.array("entries")) {
        values.add(ReferenceValue.parse(entry.asObject("entry")).withoutSource());
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
      corim =
          signed.verify(
              trust.signers().stream()
                  .map(it -> new CorimSigner(it.name(), it.key(), Set.of(), Set.of()))
                  .toList(),
              now);
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
