package io.vouchsafe.trust.core;

import static io.vouchsafe.trust.core.CoreFixture.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vouchsafe.appraisal.Provenance;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.statement.ReferenceSet;
import io.vouchsafe.appraisal.statement.SignedReferenceSet;
import io.vouchsafe.appraisal.statement.StatementCheck;
import io.vouchsafe.appraisal.statement.StatementSigner;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.trust.store.StoredReferenceSet;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.verdict.Code;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReferenceAdministrationTest extends CoreTestCase {
  private static final Administrator ME = Administrator.of("me");
  private static final Duration LIFE = Duration.ofDays(30);

  private ReferenceAdministration references;
  private KeyPair pair;
  private StatementSigner signer;

  @BeforeEach
  void administer() throws Exception {
    references = fixture.core().references();
    pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    signer = StatementSigner.of("builder", pair.getPublic());
  }

  private Instant now() throws Exception {
    return Instant.ofEpochSecond(fixture.core().administration().defaultExpiry().getEpochSecond())
        .minus(Administration.DEFAULT_REFERENCE_LIFE);
  }

  private Bytes signed(
      ReferenceSet.Kind kind, long version, Instant end, Map<String, String> values)
      throws Exception {
    List<ReferenceValue> list = new ArrayList<>();
    new TreeMap<>(values)
        .forEach((name, value) ->
            list.add(
                new ReferenceValue(name, Json.of(value), end, Provenance.PREDICTED, "a test")));
    ReferenceSet set =
        new ReferenceSet(
            kind,
            "vm",
            version,
            now(),
            now().plus(LIFE),
            "a test",
            Json.object().build(),
            kind == ReferenceSet.Kind.BUNDLE
                ? List.of()
                : List.of(new ReferenceSet.Input("kernel", "vmlinuz", Bytes.zeros(32))),
            list);
    return SignedReferenceSet.sign(set, signer, pair.getPrivate());
  }

  private Bytes statement(long version, Map<String, String> values) throws Exception {
    return signed(ReferenceSet.Kind.STATEMENT, version, now().plus(LIFE), values);
  }

  private ChangeOutcome.SetTaken take(Bytes file, boolean replace) throws Exception {
    return (ChangeOutcome.SetTaken)
        references.importSet(TENANT, ME, file, List.of(signer), replace);
  }

  private static Refused refused(ThrowingCallable call) {
    return catchThrowableOfType(TransactionRefusedException.class, call).refused();
  }

  private static void assertRefused(ThrowingCallable call, StatementCheck check, Code code) {
    Refused refused = refused(call);
    assertThat(refused.code()).isEqualTo(code);
    assertThat(refused.refusal().check()).isEqualTo(check.id());
  }

  @Test
  void statement_taken_isInForceAndKeptWithWhoTookIt() throws Exception {
    Bytes file = statement(1, Map.of("a", "1", "b", "2"));
    ChangeOutcome.SetTaken imported = take(file, false);

    assertThat(imported.added()).isEqualTo(2);
    assertThat(fixture.addedValues()).containsExactly("a=1@1", "b=2@1");
    StoredReferenceSet kept = references.set(TENANT, imported.source().statement()).orElseThrow();
    assertThat(kept.file()).isEqualTo(file);
    assertThat(kept.by()).isEqualTo("me");
    assertThat(kept.signer()).isEqualTo(signer.keyId());
    assertThat(references.sets(TENANT)).containsExactly(kept);
    assertThat(references.sets(new Tenant("other"))).isEmpty();
    Json.Obj entry = fixture.last().body();
    assertThat(entry.string("action")).isEqualTo("import-reference-set");
    assertThat(entry.string("statement")).isEqualTo(imported.source().statement());
    assertThat(entry.array("entries")).hasSize(2);
  }

  @Test
  void statement_twice_isTakenOnce() throws Exception {
    Bytes file = statement(1, Map.of("a", "1"));
    take(file, false);
    assertThat(take(file, false).removed()).isZero();
    assertThat(fixture.addedValues()).containsExactly("a=1@1");
    fixture.core().references().delete(TENANT, Administrator.of("me"), "a");
    take(file, false);
    assertThat(fixture.addedValues()).containsExactly("a=1@1");
  }

  @Test
  void statement_newer_standsBesideTheOlderUnlessItReplacesIt() throws Exception {
    take(statement(1, Map.of("a", "1")), false);
    take(statement(2, Map.of("a", "2")), false);
    assertThat(fixture.addedValues()).containsExactly("a=1@1", "a=2@2");
    take(statement(3, Map.of("a", "3")), true);
    assertThat(fixture.addedValues()).containsExactly("a=3@3");
    assertThat(references.sets(TENANT)).hasSize(3);
  }

  @Test
  void statement_older_isRefusedEvenWhenItsValuesAreGone() throws Exception {
    take(statement(2, Map.of("a", "2")), false);
    Bytes older = statement(1, Map.of("a", "1"));
    assertRefused(() -> take(older, false), StatementCheck.VERSION, Code.REFERENCE_VALUE_ROLLBACK);
    fixture.core().references().delete(TENANT, Administrator.of("me"), "a");
    assertRefused(() -> take(older, true), StatementCheck.VERSION, Code.REFERENCE_VALUE_ROLLBACK);
    Bytes otherContent = statement(2, Map.of("a", "evil"));
    assertRefused(
        () -> take(otherContent, false), StatementCheck.VERSION, Code.REFERENCE_VALUE_ROLLBACK);
    assertThat(fixture.addedValues()).isEmpty();
    assertThat(fixture.last().body().string("outcome")).isEqualTo("refused");
  }

  @Test
  void bundle_taken_isTheWholeSet() throws Exception {
    fixture
        .core()
        .references()
        .add(
            TENANT,
            Administrator.of("me"),
            List.of(
                new ReferenceValue(
                    "own", Json.of("x"), now().plus(LIFE), Provenance.DECLARED, "by hand")));
    Instant end = now().plus(LIFE);
    take(signed(ReferenceSet.Kind.BUNDLE, 1, end, Map.of("a", "1", "b", "1")), false);
    take(signed(ReferenceSet.Kind.BUNDLE, 2, end, Map.of("a", "2")), false);
    assertThat(fixture.addedValues()).containsExactly("own=x", "a=2@2");
  }

  @Test
  void bundle_valuesPastTheirEnd_areLeftOut() throws Exception {
    ChangeOutcome.SetTaken imported =
        take(signed(ReferenceSet.Kind.BUNDLE, 1, now().minusSeconds(1), Map.of("a", "1")), false);
    assertThat(imported.expired()).isEqualTo(1);
    assertThat(fixture.addedValues()).isEmpty();
  }

  @Test
  void statement_notVerified_changesNothing() throws Exception {
    Bytes file = statement(1, Map.of("a", "1"));
    KeyPair rogue = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    StatementSigner other = StatementSigner.of("other", rogue.getPublic());
    assertRefused(
        () -> references.importSet(TENANT, ME, file, List.of(other), false),
        StatementCheck.SIGNER,
        Code.REFERENCE_VALUE_SIGNER_UNTRUSTED);
    assertRefused(
        () -> references.importSet(TENANT, ME, file, List.of(), false),
        StatementCheck.SIGNER,
        Code.REFERENCE_VALUE_SIGNER_UNTRUSTED);
    assertRefused(() -> take(Bytes.utf8("{}"), false), StatementCheck.FORMAT, Code.MALFORMED);
    assertThat(fixture.addedValues()).isEmpty();
    assertThat(references.sets(TENANT)).isEmpty();
    assertThat(fixture.last().body().string("action")).isEqualTo("import-reference-set");
  }
}
