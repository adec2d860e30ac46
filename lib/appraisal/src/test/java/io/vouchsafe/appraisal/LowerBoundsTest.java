package io.vouchsafe.appraisal;

import static io.vouchsafe.appraisal.Fixtures.NOW;
import static io.vouchsafe.appraisal.Fixtures.TIME;
import static io.vouchsafe.appraisal.Fixtures.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Code;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LowerBoundsTest {
  private static final int MANY = 10_000;

  private static ReferenceValue svn(long bound) {
    return value("sgx_minimum_isv_svn", Json.of(bound));
  }

  private static LowerBounds.Group numbers(List<ReferenceValue> entries) {
    return LowerBounds.of(entries, LowerBounds.NUMBERS).about("");
  }

  private static ReferenceValue pair(String line, long one, long other) {
    return value("n", Json.object().put("line", line).put("one", one).put("other", other).build());
  }

  /// Two parts of a line; counts what it reads.
  private static final class Pairs implements LowerBounds.Form {
    private int reads;

    @Override
    public Optional<LowerBounds.Bound> read(Json value) {
      reads++;
      return value instanceof Json.Obj pair
          ? Optional.of(
              new LowerBounds.Bound(
                  pair.present("line").orElse(Json.NULL).plain(),
                  List.of(part(pair, "one"), part(pair, "other"))))
          : Optional.empty();
    }

    private static long part(Json.Obj pair, String name) {
      return LowerBounds.number(pair.present(name).orElse(Json.NULL)).getFirst();
    }
  }

  @Test
  void numbers_onlyTheLowestDecides() {
    List<ReferenceValue> entries = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      entries.add(svn(5 + (i * 7919L) % MANY));
    }
    LowerBounds.Group group = numbers(entries);

    assertThat(group.size()).isEqualTo(1);
    assertThat(group.reached(List.of(4L))).isEmpty();
    assertThat(group.reached(List.of(5L))).contains(svn(5));
    assertThat(group.reached(List.of(Long.MAX_VALUE))).contains(svn(5));
    assertThat(group.lowest(3)).containsExactly(svn(5));
  }

  @Test
  void numbers_thatAreNone_areReachedByNothingAndStillShown() {
    List<ReferenceValue> entries =
        List.of(
            value("n", Json.of("5")), value("n", Json.array(Json.of(5))), value("n", Json.NULL));
    LowerBounds.Group group = numbers(entries);

    assertThat(group.isEmpty()).isFalse();
    assertThat(group.size()).isZero();
    assertThat(group.reached(List.of(Long.MAX_VALUE))).isEmpty();
    assertThat(group.lowest(2)).isEqualTo(entries.subList(0, 2));
  }

  @Test
  void evidence_withOtherParts_reachesNothing() {
    LowerBounds.Group group = numbers(List.of(svn(0)));
    assertThat(group.reached(List.of())).isEmpty();
    assertThat(group.reached(List.of(1L, 1L))).isEmpty();
    assertThat(numbers(List.of()).isEmpty()).isTrue();
    assertThat(numbers(List.of()).reached(List.of())).isEmpty();
  }

  @Test
  void equalBounds_areNamedByTheFirst() {
    ReferenceValue first = svn(1);
    ReferenceValue second =
        new ReferenceValue(
            "sgx_minimum_isv_svn", Json.of(1), first.expires(), Provenance.PREDICTED, "later");
    assertThat(numbers(List.of(first, second)).reached(List.of(1L))).contains(first);
  }

  @Test
  void lines_areApart() {
    LowerBounds bounds =
        LowerBounds.of(List.of(pair("a", 1, 1), pair("b", 9, 9), svn(0)), new Pairs());
    assertThat(bounds.about("a").reached(List.of(5L, 5L))).contains(pair("a", 1, 1));
    assertThat(bounds.about("b").reached(List.of(5L, 5L))).isEmpty();
    assertThat(bounds.about("c").isEmpty()).isTrue();
    assertThat(bounds.about("").isEmpty()).isTrue();
  }

  /// The same answer as looking at each of them, by looking at a few.
  @Test
  void pairs_someBoundIsReached_exactlyWhereOneOfAllIs() {
    Random random = new Random(5);
    List<ReferenceValue> entries = new ArrayList<>();
    List<long[]> all = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      long[] bound = {50 + random.nextInt(200), 50 + random.nextInt(200)};
      all.add(bound);
      entries.add(pair("a", bound[0], bound[1]));
    }
    LowerBounds.Group group = LowerBounds.of(entries, new Pairs()).about("a");

    assertThat(group.size()).isLessThan(30);
    for (int i = 0; i < 1_000; i++) {
      long one = 45 + random.nextInt(30);
      long other = 45 + random.nextInt(30);
      boolean expected = all.stream().anyMatch(it -> it[0] <= one && it[1] <= other);
      assertThat(group.reached(List.of(one, other)).isPresent())
          .as("%d, %d", one, other)
          .isEqualTo(expected);
    }
  }

  @Test
  void values_areReadOnceAndNotAtEachComparison() {
    List<ReferenceValue> entries = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      entries.add(pair("a", i, i));
    }
    ReferenceValue ending =
        new ReferenceValue(
            "n", entries.getFirst().value(), NOW.plusSeconds(60), Provenance.DECLARED, "");
    entries.set(0, ending);
    ReferenceValues values = ReferenceValues.of(entries);
    Pairs form = new Pairs();

    for (int i = 0; i < 1_000; i++) {
      assertThat(values.bounds("n", NOW.plusMillis(i), form).about("a").reached(List.of(0L, 0L)))
          .contains(ending);
    }
    assertThat(form.reads).isEqualTo(MANY);

    // Once more when one of them has ended, which decides no more.
    for (int i = 0; i < 1_000; i++) {
      LowerBounds.Group group =
          values.bounds("n", NOW.plus(Duration.ofMinutes(1)).plusMillis(i), form).about("a");
      assertThat(group.reached(List.of(0L, 0L))).isEmpty();
      assertThat(group.reached(List.of(1L, 1L))).contains(entries.get(1));
    }
    assertThat(form.reads).isEqualTo(2 * MANY - 1);
    assertThat(values.bounds("other", NOW, form).about("a").isEmpty()).isTrue();
  }

  private static Json.Obj tcb(String product, int firmware, int microcode) {
    return Json.object()
        .put("product", product)
        .put("bootloader", 4)
        .put("tee", 0)
        .put("snp", firmware)
        .put("microcode", microcode)
        .build();
  }

  private static Finding appraised(List<ReferenceValue> values, int firmware, int microcode) {
    Json.Obj claims =
        Json.object()
            .put("product", "Milan")
            .put("reported_tcb_bootloader", 4)
            .put("reported_tcb_tee", 0)
            .put("reported_tcb_snp", firmware)
            .put("reported_tcb_microcode", microcode)
            .build();
    EvidenceClaims evidence =
        new EvidenceClaims("snp", "cpu", "production", claims, Json.NULL, Optional.empty());
    return AttestationPolicy.DEFAULT
        .appraise(evidence, ReferenceValues.of(values), TIME)
        .findings()
        .getFirst();
  }

  @Test
  void snp_belowManyBounds_isShownWhatItWouldHaveToReach() {
    List<ReferenceValue> values = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      values.add(value("snp_minimum_tcb", tcb(i % 2 == 0 ? "Genoa" : "Milan", 20, 300 - i % 100)));
    }
    values.add(value("snp_minimum_tcb", tcb("Milan", 19, 250)));

    Finding below = appraised(values, 19, 249);
    assertThat(below.code()).contains(Code.TCB_BELOW_MINIMUM);
    assertThat(below.compared().getFirst().entries())
        .extracting(ReferenceValue::value)
        .containsExactly(tcb("Milan", 19, 250), tcb("Milan", 20, 201));
    assertThat(below.result().expected())
        .isEqualTo(
            "at least %s or %s"
                .formatted(tcb("Milan", 19, 250).compact(), tcb("Milan", 20, 201).compact()));

    assertThat(appraised(values, 19, 250).used().orElseThrow().value())
        .isEqualTo(tcb("Milan", 19, 250));
    assertThat(appraised(values, 20, 201).used().orElseThrow().value())
        .isEqualTo(tcb("Milan", 20, 201));
    assertThat(appraised(values, 20, 200).failed()).isTrue();
  }
}
