package io.vouchsafe.appraisal.statement;

import io.vouchsafe.appraisal.ReferenceSource;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DsseEnvelope;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// A statement or bundle of reference values in its file, parsed, **not verified** until
/// [#verify(List, Instant)] says so: an in-toto statement v1 in a DSSE envelope.
public final class SignedReferenceSet {
  /// Longest file: what a trust server takes in one message, and something around it.
  public static final int MAX_SIZE = (2 << 20) - (64 << 10);

  /// The type of every in-toto statement of version 1.
  public static final String STATEMENT_TYPE = "https://in-toto.io/Statement/v1";

  private static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";
  private static final JsonLimits LIMITS = new JsonLimits(MAX_SIZE, 32, 1_000_000, 64);
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  private final DsseEnvelope envelope;

  private SignedReferenceSet(DsseEnvelope envelope) {
    this.envelope = envelope;
  }

  /// What a signer vouched for.
  ///
  /// @param set what it says
  /// @param source names file and signer
  /// @param values its values, each with `source`, and with end and origin of the statement
  public record Verified(ReferenceSet set, ReferenceSource source, List<ReferenceValue> values) {
    public Verified {
      Objects.requireNonNull(set, "set");
      Objects.requireNonNull(source, "source");
      values = List.copyOf(values);
    }
  }

  /// Signs a set.
  ///
  /// @param key the private half of `signer`
  /// @return the file
  /// @throws FormatException if a reader would refuse the set
  public static Bytes sign(ReferenceSet set, StatementSigner signer, PrivateKey key)
      throws FormatException {
    set.requireSound();
    Bytes payload = set.payload();
    Bytes signature = signer.sign(key, DsseEnvelope.signedBytes(PAYLOAD_TYPE, payload));
    DsseEnvelope envelope =
        new DsseEnvelope(
            PAYLOAD_TYPE, payload, List.of(new DsseEnvelope.Signature(signer.keyId(), signature)));
    Bytes file = Bytes.utf8(envelope.json().compact() + "\n");
    if (file.size() > MAX_SIZE) {
      throw FormatException.oversized(
          FormatException.NO_OFFSET, "at most " + MAX_SIZE + " bytes", file.size() + " bytes");
    }
    return file;
  }

  /// Parses the envelope. Its content is looked at after its signature.
  ///
  /// @throws FormatException if it is none, or of another payload
  public static SignedReferenceSet parse(Bytes file) throws FormatException {
    DsseEnvelope envelope = DsseEnvelope.parse(file, LIMITS);
    if (!envelope.payloadType().equals(PAYLOAD_TYPE)) {
      throw version("payload type " + PAYLOAD_TYPE, envelope.payloadType());
    }
    return new SignedReferenceSet(envelope);
  }

  /// Parses and verifies in one.
  ///
  /// @throws RefusedException with the first check of [StatementCheck] that fails
  public static Verified read(Bytes file, List<StatementSigner> signers, Instant at)
      throws RefusedException {
    try {
      return parse(file).verify(signers, at);
    } catch (FormatException e) {
      throw refuse(StatementCheck.FORMAT, e, new Checklist());
    }
  }

  private static RefusedException refuse(
      StatementCheck check, FormatException e, Checklist checks) {
    Code code = check.codeFor(e.code(), Code.MALFORMED);
    return checks.refuse(check, code, e.expected(), e.found());
  }

  private static FormatException version(String expected, String found) {
    return new FormatException(
        Code.UNSUPPORTED_VERSION, FormatException.NO_OFFSET, expected, found);
  }

  /// SHA-256 of what is signed: names the statement whoever signed it.
  public String digest() {
    return HashAlg.SHA256.digest(envelope.payload()).hex();
  }

  /// What the file says, whoever wrote it: for showing and comparing, never for taking.
  ///
  /// @throws FormatException if it is no statement about reference values
  public ReferenceSet unverifiedContent() throws FormatException {
    return content(envelope.payload());
  }

  /// Whether one of `signers` signed it and it counts at `at`.
  ///
  /// @throws RefusedException with the first check of [StatementCheck] that fails
  public Verified verify(List<StatementSigner> signers, Instant at) throws RefusedException {
    Checklist checks = new Checklist();
    checks.pass(StatementCheck.FORMAT, "a statement", envelope.payload().size() + " bytes");
    StatementSigner signer = signer(signers, checks);
    ReferenceSet set;
    try {
      set = content(envelope.payload());
      checks.pass(StatementCheck.CONTENT, "reference values", set.values().size() + " values");
    } catch (FormatException e) {
      throw refuse(StatementCheck.CONTENT, e, checks);
    }
    Optional<ReferenceSet.Contradiction> contradiction = set.contradiction();
    checks.require(
        StatementCheck.AGREEMENT,
        contradiction.isEmpty(),
        Code.REFERENCE_VALUE_CONTRADICTION,
        "values that do not contradict each other",
        contradiction.map(ReferenceSet.Contradiction::reason).orElse("none that do"));
    requireValid(set, at, checks);
    ReferenceSource source =
        new ReferenceSource(set.name(), set.version(), digest(), signer.keyId(), Optional.empty());
    return new Verified(set, source, values(set, source));
  }

  /// A key id in the envelope is a hint only: any named key that verifies will do. It tells who
  /// should have signed where none verifies.
  private StatementSigner signer(List<StatementSigner> signers, Checklist checks)
      throws RefusedException {
    Bytes signed = envelope.signedBytes();
    List<String> hints = new ArrayList<>();
    Optional<StatementSigner> named = Optional.empty();
    for (DsseEnvelope.Signature signature : envelope.signatures()) {
      hints.add(signature.keyId());
      for (StatementSigner candidate : signers) {
        if (candidate.verifies(signed, signature.signature())) {
          checks.pass(StatementCheck.SIGNER, "a named key", candidate.name());
          checks.pass(StatementCheck.SIGNATURE, "over the payload", "by " + candidate.keyId());
          return candidate;
        }
        if (candidate.keyId().equals(signature.keyId())) {
          named = Optional.of(candidate);
        }
      }
    }
    if (named.isPresent()) {
      checks.pass(StatementCheck.SIGNER, "a named key", named.get().name());
      throw checks.refuse(
          StatementCheck.SIGNATURE,
          Code.SIGNATURE_INVALID,
          "a signature by " + named.get().keyId() + " over this payload",
          "one over something else");
    }
    throw checks.refuse(
        StatementCheck.SIGNER,
        Code.REFERENCE_VALUE_SIGNER_UNTRUSTED,
        signers.isEmpty()
            ? "a signature by a named key; none is named"
            : "a signature by one of " + signers.stream().map(StatementSigner::name).toList(),
        "a signature by another key, said to be " + hints);
  }

  private static void requireValid(ReferenceSet set, Instant at, Checklist checks)
      throws RefusedException {
    checks.require(
        StatementCheck.VALIDITY,
        !set.issued().isAfter(at.plus(CLOCK_SKEW)),
        Code.REFERENCE_VALUE_NOT_YET_VALID,
        "one made before " + at,
        "made " + set.issued());
    checks.require(
        StatementCheck.VALIDITY,
        at.isBefore(set.expires()),
        Code.REFERENCE_VALUE_EXPIRED,
        "one that counts at " + at,
        "good until " + set.expires());
  }

  private static List<ReferenceValue> values(ReferenceSet set, ReferenceSource source) {
    List<ReferenceValue> values = new ArrayList<>();
    for (ReferenceValue value : set.values()) {
      values.add(
          value.from(value.source().isEmpty() ? source : source.after(value.source().get())));
    }
    return values;
  }

  private static ReferenceSet content(Bytes payload) throws FormatException {
    Json.Obj statement = Json.parseObject(payload, LIMITS);
    if (!statement.string("_type").equals(STATEMENT_TYPE)) {
      throw version("type " + STATEMENT_TYPE, statement.string("_type"));
    }
    ReferenceSet.Kind kind = kind(statement.string("predicateType"));
    Json.Obj predicate = statement.object("predicate");
    String name = ReferenceSource.setName(predicate.string("name"));
    long version = ReferenceSource.version(predicate.integer("version"));
    Instant issued = instant(predicate, "issued");
    Instant expires = instant(predicate, "expires");
    requireLife(issued, expires);
    List<ReferenceSet.Input> inputs =
        switch (kind) {
          case STATEMENT -> inputs(predicate);
          case BUNDLE -> List.of();
        };
    ReferenceSet bare =
        new ReferenceSet(
            kind,
            name,
            version,
            issued,
            expires,
            text(predicate, "tool"),
            predicate.object("facts"),
            inputs,
            List.of());
    ReferenceSet set = withValues(bare, predicate.array("values"));
    requireSubject(set, statement.array("subject"));
    return set;
  }

  private static ReferenceSet.Kind kind(String type) throws FormatException {
    for (ReferenceSet.Kind kind : ReferenceSet.Kind.values()) {
      if (kind.predicateType().equals(type)) {
        return kind;
      }
    }
    throw version("a predicate type of reference values", type);
  }

  static void requireLife(Instant issued, Instant expires) throws FormatException {
    Duration life = Duration.between(issued, expires);
    if (!life.isPositive() || life.compareTo(ReferenceSet.MAX_LIFE) > 0) {
      throw FormatException.unexpected(
          "an end up to " + ReferenceSet.MAX_LIFE.toDays() + " days after " + issued, "" + expires);
    }
  }

  static void requireCount(String what, int count, int max) throws FormatException {
    if (count < 1) {
      throw FormatException.unexpected("1 to " + max + " " + what, "none");
    }
    if (count > max) {
      throw FormatException.oversized(
          FormatException.NO_OFFSET, "at most " + max + " " + what, "" + count);
    }
  }

  private static Instant instant(Json.Obj predicate, String name) throws FormatException {
    return ReferenceValue.instant(predicate.string(name));
  }

  private static String text(Json.Obj object, String name) throws FormatException {
    String text = object.string(name);
    if (text.length() > ReferenceSet.MAX_TEXT) {
      throw FormatException.oversized(
          FormatException.NO_OFFSET,
          "at most " + ReferenceSet.MAX_TEXT + " characters as \"" + name + '"',
          text.length() + " characters");
    }
    return text;
  }

  private static List<ReferenceSet.Input> inputs(Json.Obj predicate) throws FormatException {
    List<Json> items = predicate.array("inputs");
    requireCount("inputs", items.size(), ReferenceSet.MAX_INPUTS);
    List<ReferenceSet.Input> inputs = new ArrayList<>();
    for (Json item : items) {
      Json.Obj input = item.asObject("input");
      inputs.add(
          new ReferenceSet.Input(
              text(input, "role"),
              text(input, "file"),
              Bytes.fromHex(ReferenceSource.digest(input.string("sha256")))));
    }
    return inputs;
  }

  private static ReferenceSet withValues(ReferenceSet set, List<Json> items)
      throws FormatException {
    requireCount("values", items.size(), ReferenceSet.MAX_VALUES);
    String origin = set.origin("statement " + set.name() + " " + set.version() + ", " + set.tool());
    List<ReferenceValue> values = new ArrayList<>();
    for (Json item : items) {
      Json.Obj entry = item.asObject("value");
      ReferenceValue value =
          switch (set.kind()) {
            case STATEMENT ->
                ReferenceValue.parse(
                    Json.object()
                        .put("name", entry.require("name"))
                        .put("value", entry.require("value"))
                        .put("provenance", entry.require("provenance"))
                        .put("expires", set.expires().toString())
                        .put("origin", origin)
                        .build());
            case BUNDLE -> ReferenceValue.parse(entry);
          };
      values.add(value.usable());
    }
    return new ReferenceSet(
        set.kind(),
        set.name(),
        set.version(),
        set.issued(),
        set.expires(),
        set.tool(),
        set.facts(),
        set.inputs(),
        values);
  }

  /// Tools that know nothing of our predicate look at the subject: it must say the same.
  private static void requireSubject(ReferenceSet set, List<Json> items) throws FormatException {
    List<String> said = new ArrayList<>();
    for (Json item : items) {
      Json.Obj subject = item.asObject("subject");
      said.add(subject.string("name") + " " + subject.object("digest").string("sha256"));
    }
    List<String> expected =
        switch (set.kind()) {
          case STATEMENT ->
              set.inputs().stream()
                  .map(input -> input.role() + " " + input.sha256().hex())
                  .toList();
          case BUNDLE -> List.of(set.name() + " " + set.digestOfValues().hex());
        };
    if (!said.equals(expected)) {
      throw FormatException.unexpected("the inputs or values as subject", "another subject");
    }
  }
}
