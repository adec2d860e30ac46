package io.vouchsafe.trust.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.CheckResult;
import java.util.List;
import org.junit.jupiter.api.Test;

class PiecesTest {
  private final Pieces pieces = new Pieces();

  private static CheckResult passed(String check, String found) {
    return new CheckResult(check, CheckResult.Outcome.PASSED, found, found);
  }

  @Test
  void checks_thatDifferInReportDataOnly_areTheSamePieces() {
    Pieces.Entry one = pieces.entry();
    Pieces.Entry two = pieces.entry();
    Json first = one.checks(checks("a challenge"));
    Json second = two.checks(checks("another"));
    assertThat(first).isNotEqualTo(second);
    assertThat(one.used()).hasSize(2).isEqualTo(two.used());
    assertThat(pieces.size()).isEqualTo(2);
  }

  private static List<CheckResult> checks(String nonce) {
    return List.of(
        passed("x.format", "x"), passed("x.report-data", nonce), passed("x.signature", "it"));
  }

  @Test
  void checks_thatDiffer_areOtherPieces() {
    Pieces.Entry one = pieces.entry();
    Pieces.Entry two = pieces.entry();
    one.checks(List.of(passed("x.signature", "it")));
    two.checks(List.of(passed("x.signature", "that")));
    assertThat(one.used()).isNotEqualTo(two.used());
  }

  @Test
  void checks_withoutAny_referToNothing() {
    Pieces.Entry entry = pieces.entry();
    assertThat(entry.checks(List.of())).isEqualTo(Json.array());
    assertThat(entry.used()).isEmpty();
  }

  @Test
  void pieces_moreThanTheBound_areForgotten() {
    for (int i = 0; i < Pieces.MAX + 10; i++) {
      pieces.entry().checks(List.of(passed("x", "" + i)));
    }
    assertThat(pieces.size()).isEqualTo(Pieces.MAX);
  }
}
