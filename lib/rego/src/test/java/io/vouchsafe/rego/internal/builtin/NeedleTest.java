package io.vouchsafe.rego.internal.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.rego.Limits;
import io.vouchsafe.rego.internal.Budget;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NeedleTest {
  private static final Budget BUDGET = new Budget(Limits.GENEROUS, () -> 0);

  private static String text(Random random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(random.nextInt(12) == 0 ? 'b' : 'a');
    }
    return text.toString();
  }

  @Test
  void find_inLongText_isThatOfTryingEachPlace() {
    Random random = new Random(1);
    for (int round = 0; round < 200; round++) {
      String text = text(random, 20_000);
      int from = random.nextInt(20_000 - 100);
      String part = text.substring(from, from + 4 + random.nextInt(90));
      Needle needle = new Needle(BUDGET, part);
      for (int at = 0; at >= 0; at = needle.find(text, at + 1)) {
        assertThat(needle.find(text, at)).isEqualTo(text.indexOf(part, at));
      }
      assertThat(new Needle(BUDGET, part + "c").find(text, 0)).isEqualTo(-1);
    }
  }

  @Test
  void find_atTheEnd_isFound() {
    String text = "a".repeat(50_000) + "b";
    assertThat(new Needle(BUDGET, "a".repeat(10_000) + "b").find(text, 0)).isEqualTo(40_000);
    assertThat(new Needle(BUDGET, "b").find(text, 0)).isEqualTo(50_000);
    assertThat(new Needle(BUDGET, text).find(text, 0)).isZero();
    assertThat(new Needle(BUDGET, text).find(text, 1)).isEqualTo(-1);
  }
}
