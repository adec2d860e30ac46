package io.vouchsafe.trust.collateral;

import io.vouchsafe.ec.Curve;
import io.vouchsafe.ec.EcdsaSignature;
import io.vouchsafe.ec.EcdsaVerifier;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DsseEnvelope;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.evidence.dcap.Collateral;
import io.vouchsafe.evidence.dcap.CollateralSource;
import io.vouchsafe.evidence.snp.SnpEndorsementSource;
import io.vouchsafe.evidence.snp.SnpEndorsements;
import io.vouchsafe.evidence.snp.SnpReport;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.trust.collateral.CollateralKey.Update;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/// Collateral in one signed file, for machines without network. The file is a [DsseEnvelope] whose
/// key ids are the SHA-256 of keys and whose signatures are ES256. The payload is canonical JSON:
/// `created`, `maxAge` in seconds, and `documents` sorted by their keys, so that the same documents
/// give the same payload.
///
/// The signature says who collected the documents, and when. It says nothing about their truth:
/// verifiers verify each with the evidence, to the vendors' roots. Immutable; as a source it
/// answers until it is too old.
public final class CollateralBundle implements CollateralSource, SnpEndorsementSource {
  /// Longest file.
  public static final int MAX_SIZE = 64 << 20;

  /// Most documents.
  public static final int MAX_DOCUMENTS = 8192;

  /// Longest maximum age: a year.
  public static final Duration LONGEST_AGE = Duration.ofDays(366);

  private static final String TYPE = "application/vnd.vouchsafe.collateral-bundle.v1+json";
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);
  private static final JsonLimits LIMITS = new JsonLimits(MAX_SIZE, 8, 100_000, 20);

  private final Instant created;
  private final Duration maxAge;
  private final String signer;
  private final Map<CollateralKey, CollateralDocument> documents;
  private final Answers answers;

  private CollateralBundle(
      Instant created,
      Duration maxAge,
      String signer,
      Map<CollateralKey, CollateralDocument> documents) {
    this.created = created;
    this.maxAge = maxAge;
    this.signer = signer;
    this.documents = documents;
    this.answers =
        new Answers(key -> Optional.ofNullable(this.documents.get(key)), Update.STANDARD);
  }

  /// Signs documents into a file.
  ///
  /// @param documents each key once
  /// @param key on P-256; its public half is what a reader must name
  /// @param created now
  /// @param maxAge after which no reader takes the file any more, at most [#LONGEST_AGE]
  public static Bytes write(
      Collection<CollateralDocument> documents, KeyPair key, Instant created, Duration maxAge) {
    Objects.requireNonNull(created, "created");
    if (maxAge.isNegative() || maxAge.isZero() || maxAge.compareTo(LONGEST_AGE) > 0) {
      throw new IllegalArgumentException(
          "a maximum age of up to " + LONGEST_AGE.toDays() + " days");
    }
    Map<String, Json> sorted = new TreeMap<>();
    for (CollateralDocument document : documents) {
      if (sorted.put(document.key().text(), document.toJson()) != null) {
        throw new IllegalArgumentException("twice: " + document.key().text());
      }
    }
    Json.Obj content =
        Json.object()
            .put("created", created.truncatedTo(ChronoUnit.SECONDS).toString())
            .put("maxAge", maxAge.toSeconds())
            .put("documents", Json.array(sorted.values()))
            .build();
    Bytes payload = Bytes.utf8(content.canonical());
    var signature = new DsseEnvelope.Signature(keyId(key.getPublic()), sign(key, payload));
    return Bytes.utf8(new DsseEnvelope(TYPE, payload, List.of(signature)).json().compact() + "\n");
  }

  /// Reads a file that one of `trusted` signed and that is not too old at `at`. The documents are
  /// as untrusted as before.
  ///
  /// @param trusted keys on P-256; others never match
  /// @throws RefusedException with every check up to the one that failed
  public static CollateralBundle read(Bytes file, Collection<PublicKey> trusted, Instant at)
      throws RefusedException {
    Checklist checks = new Checklist();
    DsseEnvelope envelope = envelope(file, checks);
    String signer = verify(envelope, trusted, checks);
    CollateralBundle bundle = content(envelope.payload(), signer, checks);
    bundle.requireAge(at, checks);
    return bundle;
  }

  private static DsseEnvelope envelope(Bytes file, Checklist checks) throws RefusedException {
    try {
      DsseEnvelope envelope = DsseEnvelope.parse(file, LIMITS);
      if (!envelope.payloadType().equals(TYPE)) {
        throw new FormatException(
            Code.UNSUPPORTED_VERSION,
            FormatException.NO_OFFSET,
            "payload type " + TYPE,
            envelope.payloadType());
      }
      checks.pass(
          BundleCheck.FORMAT, "a bundle of collateral", envelope.payload().size() + " bytes");
      return envelope;
    } catch (FormatException e) {
      throw refuse(BundleCheck.FORMAT, e, checks);
    }
  }

  private static RefusedException refuse(BundleCheck check, FormatException e, Checklist checks) {
    Code code = check.codeFor(e.code(), Code.MALFORMED);
    return checks.refuse(check, code, e.expected(), e.found());
  }

  private static String verify(
      DsseEnvelope envelope, Collection<PublicKey> trusted, Checklist checks)
      throws RefusedException {
    Map<String, PublicKey> byId = new LinkedHashMap<>();
    trusted.forEach(key -> byId.put(keyId(key), key));
    String expected = "a signature by one of " + byId.keySet();
    for (DsseEnvelope.Signature sealed : envelope.signatures()) {
      PublicKey key = byId.get(sealed.keyId());
      if (key != null) {
        checks.pass(BundleCheck.SIGNER, expected, sealed.keyId());
        checks.require(
            BundleCheck.SIGNATURE,
            verifies(key, envelope.signedBytes(), sealed.signature()),
            Code.SIGNATURE_INVALID,
            "a signature by " + sealed.keyId(),
            "one that does not verify");
        return sealed.keyId();
      }
    }
    throw checks.refuse(
        BundleCheck.SIGNER,
        Code.BUNDLE_SIGNER_UNTRUSTED,
        expected,
        "by " + envelope.signatures().stream().map(DsseEnvelope.Signature::keyId).toList());
  }

  private static CollateralBundle content(Bytes payload, String signer, Checklist checks)
      throws RefusedException {
    try {
      Json.Obj json = Json.parseObject(payload, LIMITS);
      Instant created = CollateralDocument.time(json, "created");
      Duration maxAge = Duration.ofSeconds(json.integer("maxAge"));
      if (!maxAge.isPositive() || maxAge.compareTo(LONGEST_AGE) > 0) {
        throw FormatException.unexpected(
            "a maximum age of up to " + LONGEST_AGE.toDays() + " days", maxAge.toString());
      }
      List<Json> items = json.array("documents");
      if (items.size() > MAX_DOCUMENTS) {
        throw FormatException.oversized(
            FormatException.NO_OFFSET,
            "at most " + MAX_DOCUMENTS + " documents",
            items.size() + "");
      }
      Map<CollateralKey, CollateralDocument> documents = new LinkedHashMap<>();
      for (Json item : items) {
        CollateralDocument document = CollateralDocument.parse(item.asObject("document"));
        if (documents.put(document.key(), document) != null) {
          throw checks.refuse(
              BundleCheck.CONTENT,
              Code.COLLATERAL_DUPLICATE,
              "each document once",
              document.key().text() + " twice");
        }
      }
      checks.pass(BundleCheck.CONTENT, "documents, each once", documents.size() + " documents");
      return new CollateralBundle(created, maxAge, signer, documents);
    } catch (FormatException e) {
      throw refuse(BundleCheck.CONTENT, e, checks);
    }
  }

  private void requireAge(Instant at, Checklist checks) throws RefusedException {
    String expected = "a bundle made at most " + maxAge.toHours() + " hours before " + at;
    checks.require(
        BundleCheck.AGE,
        !created.isAfter(at.plus(CLOCK_SKEW)),
        Code.COLLATERAL_NOT_YET_VALID,
        expected,
        "made " + created);
    checks.require(
        BundleCheck.AGE,
        !at.isAfter(expires()),
        Code.COLLATERAL_EXPIRED,
        expected,
        "made " + created);
  }

  private static Bytes sign(KeyPair key, Bytes payload) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(key.getPrivate());
      signature.update(DsseEnvelope.signedBytes(TYPE, payload).asBuffer());
      return Bytes.of(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("a private key on P-256", e);
    }
  }

  private static boolean verifies(PublicKey key, Bytes signed, Bytes signature) {
    try {
      return key instanceof ECPublicKey ec
          && EcdsaVerifier.of(Curve.P256, ec)
              .verify(signed, EcdsaSignature.ofBigEndian(Curve.P256, signature));
    } catch (FormatException _) {
      return false;
    }
  }

  /// What names a key: SHA-256 of its SubjectPublicKeyInfo, hexadecimal.
  public static String keyId(PublicKey key) {
    return HashAlg.SHA256.digest(Bytes.of(key.getEncoded())).hex();
  }

  /// When it was made.
  public Instant created() {
    return created;
  }

  /// Until when it is read.
  public Instant expires() {
    return created.plus(maxAge);
  }

  /// [#keyId] of the key that signed it.
  public String signer() {
    return signer;
  }

  /// What it holds, by key.
  public List<CollateralDocument> documents() {
    return List.copyOf(documents.values());
  }

  @Override
  public Optional<Collateral> collateral(Platform platform) {
    return answers.collateral(platform);
  }

  @Override
  public SnpEndorsements of(SnpReport report) {
    return answers.endorsements(report);
  }
}
