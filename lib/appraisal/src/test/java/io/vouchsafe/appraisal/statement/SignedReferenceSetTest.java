package io.vouchsafe.appraisal.statement;

import static io.vouchsafe.appraisal.statement.Statements.KEY;
import static io.vouchsafe.appraisal.statement.Statements.NOW;
import static io.vouchsafe.appraisal.statement.Statements.SIGNER;
import static io.vouchsafe.appraisal.statement.Statements.TYPE;
import static io.vouchsafe.appraisal.statement.Statements.bundle;
import static io.vouchsafe.appraisal.statement.Statements.signed;
import static io.vouchsafe.appraisal.statement.Statements.statement;
import static io.vouchsafe.appraisal.statement.Statements.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vouchsafe.appraisal.Provenance;
import io.vouchsafe.appraisal.ReferenceSource;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.statement.fuzz.SignedReferenceSetFuzzer;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DsseEnvelope;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.security.KeyPair;
import java.security.spec.NamedParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SignedReferenceSetTest {

  private static SignedReferenceSet.Verified read(Bytes file) throws RefusedException {
    return SignedReferenceSet.read(file, List.of(SIGNER), NOW);
  }

  private static void refused(Bytes file, Instant at, StatementCheck check, Code code) {
    RefusedException refusal =
        catchThrowableOfType(
            RefusedException.class, () -> SignedReferenceSet.read(file, List.of(SIGNER), at));
    assertThat(refusal).as("%s %s", check, code).isNotNull();
    assertThat(refusal.refusal().check()).isEqualTo(check.id());
    assertThat(refusal.code()).isEqualTo(code);
  }

  private static void refused(Bytes file, StatementCheck check, Code code) {
    refused(file, NOW, check, code);
  }

  /// The statement with one member of its predicate set, genuinely signed.
  private static Bytes withPredicate(ReferenceSet set, String member, Json value) throws Exception {
    Json.Obj statement = Json.parseObject(set.payload(), JsonLimits.MESSAGE);
    Json.Obj predicate = statement.object("predicate").with(member, value);
    return signed(TYPE, Bytes.utf8(statement.with("predicate", predicate).compact()));
  }

  private static Bytes withMember(ReferenceSet set, String member, Json value) throws Exception {
    Json.Obj statement = Json.parseObject(set.payload(), JsonLimits.MESSAGE);
    return signed(TYPE, Bytes.utf8(statement.with(member, value).compact()));
  }

  private static Bytes envelopeWith(Bytes file, String member, Json value) throws Exception {
    return Bytes.utf8(Json.parseObject(file, JsonLimits.MESSAGE).with(member, value).compact());
  }

  @Test
  void digest_ofASet_isThatOfItsFile() throws Exception {
    ReferenceSet statement = statement(value("a", "1"));
    assertThat(statement.digest()).isEqualTo(read(signed(statement)).source().statement());
    ReferenceSet bundle = bundle(value("a", "1"));
    assertThat(bundle.digest()).isEqualTo(SignedReferenceSet.parse(signed(bundle)).digest());
    assertThat(statement(value("a", "1")).digest())
        .isNotEqualTo(statement(value("a", "2")).digest())
        .isNotEqualTo(statement(value("b", "1")).digest());
  }

  @Test
  void digest_ofAStatement_goesByItsOwnEndNotThoseOfItsValues() {
    ReferenceValue value = value("a", "1");
    ReferenceValue longer =
        new ReferenceValue(
            value.name(), value.value(), NOW.plusSeconds(1), value.provenance(), "elsewhere");
    assertThat(statement(longer).digest()).isEqualTo(statement(value).digest());
  }

  @Test
  void statement_signed_givesItsValuesWithTheirSource() throws Exception {
    SignedReferenceSet.Verified verified = read(signed(statement()));

    assertThat(verified.set().inputs()).isEqualTo(statement().inputs());
    assertThat(verified.set().facts()).isEqualTo(statement().facts());
    assertThat(verified.set().issued()).isEqualTo(NOW);
    assertThat(verified.source().set()).isEqualTo("pod-vm/amd64");
    assertThat(verified.source().version()).isEqualTo(7);
    assertThat(verified.source().signer()).isEqualTo(SIGNER.keyId());
    assertThat(verified.values())
        .extracting(ReferenceValue::name)
        .containsExactly("tpm_kernel", "tpm_initrd");
    ReferenceValue kernel = verified.values().getFirst();
    assertThat(kernel.expires()).isEqualTo(NOW.plus(Duration.ofDays(30)));
    assertThat(kernel.provenance()).isEqualTo(Provenance.PREDICTED);
    assertThat(kernel.origin()).contains("pod-vm/amd64 7", "vouchsafe 0.1.0", "kernel sha256:00");
    assertThat(kernel.source()).contains(verified.source());
    assertThat(ReferenceValue.parse(kernel.json())).isEqualTo(kernel);
  }

  @Test
  void bundle_signed_keepsWhereItsValuesCameFrom() throws Exception {
    ReferenceValue first = read(signed(statement())).values().getFirst();
    SignedReferenceSet.Verified passedOn = read(signed(bundle(first, value("tpm_kernel", "cc"))));

    assertThat(passedOn.values()).hasSize(2);
    ReferenceSource source = passedOn.values().getFirst().source().orElseThrow();
    assertThat(source.set()).isEqualTo("fleet");
    assertThat(source.from()).isEqualTo(first.source());
    assertThat(passedOn.values().getFirst().expires()).isEqualTo(first.expires());
  }

  @Test
  void bundle_passedOnManyTimes_forgetsTheOldestSources() throws Exception {
    ReferenceValue value = value("a", "b");
    for (int i = 0; i < 8; i++) {
      value = read(signed(bundle(value))).values().getFirst();
      assertThat(ReferenceValue.parse(value.json())).isEqualTo(value);
    }
  }

  @Test
  void statement_sameContent_isSameToTheLastByte() throws Exception {
    assertThat(SignedReferenceSet.parse(signed(statement())).digest())
        .isEqualTo(SignedReferenceSet.parse(signed(statement())).digest());
    assertThat(SignedReferenceSet.parse(signed(statement())).unverifiedContent().values())
        .hasSize(2);
  }

  @Test
  void signer_otherKinds_work() throws Exception {
    for (KeyPair pair :
        List.of(
            Statements.ec("secp384r1"), Statements.pair("Ed25519", NamedParameterSpec.ED25519))) {
      StatementSigner signer = Statements.signer("other", pair);
      Bytes file = SignedReferenceSet.sign(statement(), signer, pair.getPrivate());
      assertThat(SignedReferenceSet.read(file, List.of(SIGNER, signer), NOW).source().signer())
          .isEqualTo(signer.keyId());
    }
    assertThatThrownBy(() -> StatementSigner.of("521", Statements.ec("secp521r1").getPublic()))
        .isInstanceOf(FormatException.class);
    assertThatThrownBy(() ->
            SignedReferenceSet.sign(statement(), SIGNER, Statements.ec("secp256r1").getPrivate()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void signer_unknown_isRefused() throws Exception {
    KeyPair rogue = Statements.ec("secp256r1");
    Bytes file =
        SignedReferenceSet.sign(statement(), Statements.signer("rogue", rogue), rogue.getPrivate());
    refused(file, StatementCheck.SIGNER, Code.REFERENCE_VALUE_SIGNER_UNTRUSTED);
    RefusedException nobody =
        catchThrowableOfType(
            RefusedException.class,
            () -> SignedReferenceSet.read(signed(statement()), List.of(), NOW));
    assertThat(nobody.code()).isEqualTo(Code.REFERENCE_VALUE_SIGNER_UNTRUSTED);
  }

  @Test
  void signer_keyIdIsOnlyAHint() throws Exception {
    Json.Obj envelope = Json.parseObject(signed(statement()), JsonLimits.MESSAGE);
    Json.Obj signature = envelope.array("signatures").getFirst().asObject("signature");
    for (Json id : List.of(Json.of(""), Json.of("0".repeat(64)))) {
      Bytes file =
          Bytes.utf8(
              envelope.with("signatures", Json.array(signature.with("keyid", id))).compact());
      assertThat(read(file).source().signer()).isEqualTo(SIGNER.keyId());
    }
  }

  @Test
  void payload_altered_isRefused() throws Exception {
    Bytes other = statement(value("tpm_kernel", "evil")).payload();
    refused(
        envelopeWith(signed(statement()), "payload", Json.of(other.base64())),
        StatementCheck.SIGNATURE,
        Code.SIGNATURE_INVALID);
    Json.Obj envelope = Json.parseObject(signed(statement()), JsonLimits.MESSAGE);
    byte[] payload = Bytes.fromBase64(envelope.string("payload")).toByteArray();
    for (int i = 0; i < payload.length; i += 7) {
      byte[] changed = payload.clone();
      changed[i] ^= 1;
      refused(
          envelopeWith(signed(statement()), "payload", Json.of(Bytes.of(changed).base64())),
          StatementCheck.SIGNATURE,
          Code.SIGNATURE_INVALID);
    }
  }

  /// Signature wrapping: a genuine signature somewhere, other content where it is read from.
  @Test
  void signature_wrapped_isRefused() throws Exception {
    Bytes genuine = signed(statement());
    Json.Obj envelope = Json.parseObject(genuine, JsonLimits.MESSAGE);
    Bytes evil = statement(value("tpm_kernel", "evil")).payload();
    // The genuine envelope as a payload, inside or beside of another.
    refused(signed(TYPE, genuine), StatementCheck.CONTENT, Code.MALFORMED);
    Json.Obj beside =
        Json.object()
            .put("payloadType", TYPE)
            .put("payload", evil.base64())
            .put("original", envelope)
            .put("signatures", envelope.require("signatures"))
            .build();
    refused(Bytes.utf8(beside.compact()), StatementCheck.SIGNATURE, Code.SIGNATURE_INVALID);
    // Two payloads of one name.
    String twice =
        genuine.utf8Lossy().replaceFirst("\\{", "{\"payload\":\"" + evil.base64() + "\",");
    refused(Bytes.utf8(twice), StatementCheck.FORMAT, Code.MALFORMED);
    // A signature over the same bytes as something else.
    Bytes asOther =
        signed("application/vnd.vouchsafe.collateral-bundle.v1+json", statement().payload());
    refused(asOther, StatementCheck.FORMAT, Code.UNSUPPORTED_VERSION);
    refused(
        envelopeWith(asOther, "payloadType", Json.of(TYPE)),
        StatementCheck.SIGNATURE,
        Code.SIGNATURE_INVALID);
  }

  @Test
  void validity_isEnforced() throws Exception {
    Bytes file = signed(statement());
    refused(
        file, NOW.plus(Duration.ofDays(30)), StatementCheck.VALIDITY, Code.REFERENCE_VALUE_EXPIRED);
    refused(
        file,
        NOW.minus(Duration.ofMinutes(6)),
        StatementCheck.VALIDITY,
        Code.REFERENCE_VALUE_NOT_YET_VALID);
    refused(
        signed(bundle(value("a", "b"))),
        NOW.plus(Duration.ofDays(2)),
        StatementCheck.VALIDITY,
        Code.REFERENCE_VALUE_EXPIRED);
    for (String expires : new String[] {"2026-11-25T12:00:00Z", "2999-01-01T00:00:00Z", "soon"}) {
      refused(
          withPredicate(statement(), "expires", Json.of(expires)),
          StatementCheck.CONTENT,
          Code.MALFORMED);
    }
  }

  @Test
  void values_contradicting_areRefused() throws Exception {
    ReferenceSet two = statement(value("tpm_kernel", "aa"), value("tpm_kernel", "bb"));
    refused(
        signed(TYPE, two.payload()), StatementCheck.AGREEMENT, Code.REFERENCE_VALUE_CONTRADICTION);
    assertThatThrownBy(() -> SignedReferenceSet.sign(two, SIGNER, KEY.getPrivate()))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("tpm_kernel");
    ReferenceValue value = value("tpm_kernel", "aa");
    ReferenceValue later =
        new ReferenceValue(
            "tpm_kernel", Json.of("aa"), NOW.plusSeconds(5), Provenance.DECLARED, "x");
    refused(
        signed(TYPE, bundle(value, later).payload()),
        StatementCheck.AGREEMENT,
        Code.REFERENCE_VALUE_CONTRADICTION);
  }

  @Test
  void members_twice_areRefused() throws Exception {
    String payload = statement().payload().utf8Lossy();
    for (String member :
        new String[] {"\"name\":", "\"values\":", "\"predicate\":", "\"_type\":"}) {
      String twice = payload.replaceFirst(member, member + "\"x\"," + member);
      refused(signed(TYPE, Bytes.utf8(twice)), StatementCheck.CONTENT, Code.MALFORMED);
    }
  }

  @Test
  void file_oversized_isRefused() throws Exception {
    byte[] large = new byte[SignedReferenceSet.MAX_SIZE + 1];
    java.util.Arrays.fill(large, (byte) ' ');
    refused(Bytes.of(large), StatementCheck.FORMAT, Code.OVERSIZED);
    List<Json> many =
        java.util.stream.IntStream.rangeClosed(0, ReferenceSet.MAX_VALUES)
            .mapToObj(i ->
                (Json)
                    Json.object()
                        .put("name", "n" + i)
                        .put("value", i)
                        .put("provenance", "predicted")
                        .build())
            .toList();
    refused(
        withPredicate(statement(), "values", Json.array(many)),
        StatementCheck.CONTENT,
        Code.OVERSIZED);
  }

  @Test
  void content_odd_isRefused() throws Exception {
    refused(
        withMember(statement(), "_type", Json.of("https://in-toto.io/Statement/v0.1")),
        StatementCheck.CONTENT,
        Code.UNSUPPORTED_VERSION);
    refused(
        withMember(statement(), "predicateType", Json.of("https://slsa.dev/provenance/v1")),
        StatementCheck.CONTENT,
        Code.UNSUPPORTED_VERSION);
    refused(
        withMember(statement(), "predicateType", Json.of(ReferenceSet.Kind.BUNDLE.predicateType())),
        StatementCheck.CONTENT,
        Code.MALFORMED);
    refused(
        withMember(statement(), "subject", Json.array(List.of())),
        StatementCheck.CONTENT,
        Code.MALFORMED);
    for (String[] odd :
        new String[][] {
          {"name", "\"\""},
          {"name", "\"a b\""},
          {"name", "\"../\\u0000\""},
          {"version", "0"},
          {"version", "-1"},
          {"version", "9007199254740993"},
          {"version", "\"1\""},
          {"values", "[]"},
          {"values", "{}"},
          {"inputs", "[]"},
          {"tool", "1"},
          {"facts", "[]"},
          {"inputs", "[{\"role\":\"kernel\",\"file\":\"f\",\"sha256\":\"00\"}]"},
          {"values", "[{\"name\":\"\",\"value\":1,\"provenance\":\"predicted\"}]"},
          {"values", "[{\"name\":\"a\",\"value\":1,\"provenance\":\"guessed\"}]"},
          {"values", "[{\"name\":\"a\",\"provenance\":\"predicted\"}]"}
        }) {
      refused(
          withPredicate(statement(), odd[0], Json.parse(odd[1], JsonLimits.MESSAGE)),
          StatementCheck.CONTENT,
          Code.MALFORMED);
    }
  }

  @Test
  void source_inAStatement_isNotBelieved() throws Exception {
    Json.Obj entry =
        Json.object()
            .put("name", "a")
            .put("value", 1)
            .put("provenance", "predicted")
            .put("origin", "somebody else")
            .put("expires", "2999-01-01T00:00:00Z")
            .put(
                "source",
                new ReferenceSource(
                        "x", 1, "0".repeat(64), "0".repeat(64), java.util.Optional.empty())
                    .json())
            .build();
    ReferenceValue value =
        read(withPredicate(statement(), "values", Json.array(entry))).values().getFirst();
    assertThat(value.source().orElseThrow().from()).isEmpty();
    assertThat(value.origin()).doesNotContain("somebody");
    assertThat(value.expires()).isEqualTo(statement().expires());
  }

  @Test
  void file_mutated_neverThrowsAnythingElse() throws Exception {
    byte[] envelope = signed(statement()).toByteArray();
    byte[] payload = bundle(value("a", "b")).payload().toByteArray();
    Random random = new Random(20261125);
    for (int i = 0; i < 400; i++) {
      byte[] data = (i % 2 == 0 ? envelope : payload).clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        data[random.nextInt(data.length)] = (byte) random.nextInt(256);
      }
      SignedReferenceSetFuzzer.fuzzerTestOneInput(data);
    }
    SignedReferenceSetFuzzer.fuzzerTestOneInput(new byte[0]);
  }

  @Test
  void envelope_bounds() {
    for (String text :
        new String[] {
          "{}",
          "[]",
          "{\"payloadType\":\"\",\"payload\":\"\",\"signatures\":[]}",
          "{\"payloadType\":\"a\",\"payload\":\"=\",\"signatures\":[{\"sig\":\"\"}]}",
          "{\"payloadType\":\"a\",\"payload\":\"\",\"signatures\":[]}",
          "{\"payloadType\":\"a\",\"payload\":\"\",\"signatures\":["
              + "{\"sig\":\"\"},".repeat(DsseEnvelope.MAX_SIGNATURES)
              + "{\"sig\":\"\"}]}"
        }) {
      assertThatThrownBy(() -> DsseEnvelope.parse(Bytes.utf8(text), JsonLimits.MESSAGE))
          .as(text)
          .isInstanceOf(FormatException.class);
    }
  }
}
