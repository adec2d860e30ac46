package io.vouchsafe.appraisal;

import static io.vouchsafe.appraisal.Fixtures.NOW;
import static io.vouchsafe.appraisal.Fixtures.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReferenceValuesTest {
  private static final Json ONE = Json.of("one");
  private static final Json TWO = Json.of("two");

  @Test
  void match_ofKnownValue_namesTheEntry() {
    ReferenceValue entry = value("name", ONE);
    assertThat(ReferenceValues.of(List.of(entry)).match("name", ONE, NOW))
        .isEqualTo(new ReferenceValues.Match.Matched(entry));
  }

  @Test
  void match_ofItemOfArray_isMatched() {
    ReferenceValues values = ReferenceValues.of(List.of(value("name", Json.array(ONE, TWO))));
    assertThat(values.match("name", TWO, NOW)).isInstanceOf(ReferenceValues.Match.Matched.class);
    assertThat(values.match("name", Json.array(ONE, TWO), NOW))
        .isInstanceOf(ReferenceValues.Match.Different.class);
  }

  @Test
  void match_ofNumber_isByValue() {
    ReferenceValues values = ReferenceValues.of(List.of(value("name", new Json.Num("1.0"))));
    assertThat(values.match("name", Json.of(1), NOW))
        .isInstanceOf(ReferenceValues.Match.Matched.class);
    assertThat(values.match("name", Json.of("1"), NOW))
        .isInstanceOf(ReferenceValues.Match.Different.class);
  }

  @Test
  void number_beyondThoseOfPolicies_isNothingForThem() throws FormatException {
    for (String beyond : List.of("1e5000", "1e-5000", "[1, 1e5000]")) {
      Json number = Json.parse(beyond, JsonLimits.DOCUMENT);
      ReferenceValues values =
          ReferenceValues.of(List.of(value("name", number), value("name", ONE)));
      assertThat(values.rego("name", NOW)).isEmpty();
      assertThat(values.match("name", ONE, NOW)).isInstanceOf(ReferenceValues.Match.Matched.class);
      assertThat(values.match("name", TWO, NOW))
          .isInstanceOf(ReferenceValues.Match.Different.class);
    }
  }

  @Test
  void match_atTheEndOfTheEntry_isExpired() {
    ReferenceValue entry = value("name", ONE);
    ReferenceValues values = ReferenceValues.of(List.of(entry));
    assertThat(values.match("name", ONE, entry.expires().minusNanos(1)))
        .isInstanceOf(ReferenceValues.Match.Matched.class);
    assertThat(values.match("name", ONE, entry.expires()))
        .isEqualTo(new ReferenceValues.Match.Expired(entry));
    assertThat(values.match("name", TWO, entry.expires()))
        .isEqualTo(new ReferenceValues.Match.NoEntry());
  }

  @Test
  void match_oneExpiredOneInForce_isMatched() {
    ReferenceValue old = value("name", ONE);
    ReferenceValue fresh =
        new ReferenceValue(
            "name", ONE, old.expires().plus(Duration.ofDays(1)), Provenance.PREDICTED, "");
    assertThat(ReferenceValues.of(List.of(old, fresh)).match("name", ONE, old.expires()))
        .isEqualTo(new ReferenceValues.Match.Matched(fresh));
  }

  @Test
  void match_ofManyWithOneValue_isByTheOneThatEndsLast() {
    ReferenceValue first = value("name", ONE);
    List<ReferenceValue> entries = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      entries.add(
          new ReferenceValue(
              "name", ONE, first.expires().plusSeconds(i * 37 % 100), Provenance.DECLARED, "" + i));
    }
    ReferenceValues values = ReferenceValues.of(entries);
    assertThat(values.match("name", ONE, first.expires().plusSeconds(98)))
        .isInstanceOfSatisfying(
            ReferenceValues.Match.Matched.class,
            matched ->
                assertThat(matched.entry().expires()).isEqualTo(first.expires().plusSeconds(99)));
    assertThat(values.match("name", ONE, first.expires().plusSeconds(99)))
        .isInstanceOfSatisfying(
            ReferenceValues.Match.Expired.class,
            expired ->
                assertThat(expired.entry().expires()).isEqualTo(first.expires().plusSeconds(99)));
  }

  @Test
  void nearest_showsWhatIsInForce_elseTheLastThatWere() {
    ReferenceValue old =
        new ReferenceValue("name", ONE, NOW.minusSeconds(1), Provenance.DECLARED, "");
    ReferenceValue fresh = value("name", TWO);
    assertThat(ReferenceValues.of(List.of(old, fresh)).nearest("name", NOW, 3))
        .containsExactly(fresh);
    assertThat(ReferenceValues.of(List.of(old, old)).nearest("name", NOW, 1)).containsExactly(old);
    assertThat(ReferenceValues.of(List.of(fresh, fresh)).nearest("name", NOW, 1))
        .containsExactly(fresh);
    assertThat(ReferenceValues.NONE.nearest("name", NOW, 1)).isEmpty();
  }

  @Test
  void match_ofUnknownName_hasNoEntry() {
    assertThat(ReferenceValues.NONE.match("name", ONE, NOW))
        .isEqualTo(new ReferenceValues.Match.NoEntry());
  }

  @Test
  void match_ofAnotherValue_showsAFewKnownOnes() {
    ReferenceValues values =
        ReferenceValues.of(
            List.of(
                value("name", Json.of("a")),
                value("name", Json.of("b")),
                value("name", Json.of("c")),
                value("name", Json.of("d"))));
    assertThat(values.match("name", ONE, NOW))
        .isInstanceOfSatisfying(
            ReferenceValues.Match.Different.class,
            different -> assertThat(different.known()).endsWith("or others"));
  }

  @Test
  void value_ofOneEntry_isItAndOfManyIsTheirUnion() {
    ReferenceValues values =
        ReferenceValues.of(
            List.of(
                value("single", ONE),
                value("many", Json.array(ONE)),
                value("many", TWO),
                value("many", ONE)));
    assertThat(values.value("single", NOW)).contains(ONE);
    assertThat(values.value("many", NOW)).contains(Json.array(ONE, TWO));
    assertThat(values.value("none", NOW)).isEmpty();
  }

  @Test
  void parse_ofWrittenForm_isEqual() throws FormatException {
    ReferenceValue entry = value("name", Json.array(ONE, Json.of(2)));
    assertThat(ReferenceValue.parse(entry.json())).isEqualTo(entry);
  }

  @Test
  void parse_ofWrongForms_isRefused() {
    String good =
        "{\"name\":\"n\",\"value\":1,\"expires\":\"2026-01-01T00:00:00Z\",\"provenance\":\"declared\"}";
    for (String bad :
        List.of(
            good.replace("\"n\"", "\"\""),
            good.replace("\"n\"", '"' + "n".repeat(257) + '"'),
            good.replace("\"value\":1,", ""),
            good.replace("2026-01-01T00:00:00Z", "tomorrow"),
            good.replace("declared", "guessed"),
            good.replace("}", ",\"origin\":\"" + "x".repeat(1025) + "\"}"),
            good.replace("\"name\":\"n\",", ""))) {
      assertThatThrownBy(
              () -> ReferenceValue.parse(Json.parse(bad, JsonLimits.MESSAGE).asObject("entry")))
          .as(bad)
          .isInstanceOf(FormatException.class);
    }
  }

  @Test
  void sameAt_untilAnEntryComesToItsEnd_holds() {
    ReferenceValue entry = value("name", ONE);
    ReferenceValues values = ReferenceValues.of(List.of(entry));
    assertThat(values.sameAt(NOW, NOW)).isTrue();
    assertThat(values.sameAt(NOW, entry.expires().minusNanos(1))).isTrue();
    assertThat(values.sameAt(NOW, entry.expires())).isFalse();
    assertThat(values.sameAt(entry.expires(), NOW)).isFalse();
    assertThat(values.sameAt(entry.expires(), entry.expires().plus(Duration.ofDays(1)))).isTrue();
    assertThat(ReferenceValues.NONE.sameAt(NOW, entry.expires())).isTrue();
  }

  @Test
  void rego_numberBeyondWhatPoliciesTake_isUndefinedAndNotRegistered() throws Exception {
    ReferenceValue huge = value("huge", new Json.Num("1e999999"));
    ReferenceValues values = ReferenceValues.of(List.of(huge, value("name", ONE)));
    assertThat(values.rego("huge", NOW)).isEmpty();
    assertThat(values.rego("name", NOW)).isPresent();
    assertThat(values.rego("nothing", NOW).orElseThrow()).hasToString("null");
    assertThatThrownBy(huge::usable)
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("at most 4096 digits");
    assertThat(value("name", ONE).usable()).isEqualTo(value("name", ONE));
  }

  @Test
  void value_asTimePasses_isWhatIsInForceThen() {
    ReferenceValue first = value("name", ONE);
    ReferenceValue second =
        new ReferenceValue(
            "name", TWO, first.expires().plus(Duration.ofDays(1)), Provenance.PREDICTED, "");
    ReferenceValues values = ReferenceValues.of(List.of(first, second));
    for (int i = 0; i < 2; i++) {
      assertThat(values.value("name", NOW)).contains(Json.array(ONE, TWO));
      assertThat(values.rego("name", NOW).orElseThrow()).hasToString("[\"one\", \"two\"]");
      assertThat(values.value("name", first.expires())).contains(TWO);
      assertThat(values.rego("name", first.expires()).orElseThrow()).hasToString("\"two\"");
      assertThat(values.value("name", second.expires())).isEmpty();
      assertThat(values.rego("name", second.expires()).orElseThrow()).hasToString("null");
      assertThat(values.entries("name", first.expires())).containsExactly(second);
    }
  }

  @Test
  void knows_onlyWhatIsInForce() {
    ReferenceValue entry = value("name", ONE);
    ReferenceValues values = ReferenceValues.of(List.of(entry));
    assertThat(values.knows("name", NOW)).isTrue();
    assertThat(values.knows("name", entry.expires())).isFalse();
    assertThat(values.knows("other", NOW)).isFalse();
  }
}
