package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UnifiedDiffTest {

  private static List<String> diff(String from, String to) {
    return UnifiedDiff.of("a", from, "b", to);
  }

  private static String lines(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(it -> it + "\n").collect(Collectors.joining());
  }

  @Test
  void sameTexts_haveNoDifference() {
    assertThat(diff("a\nb\n", "a\nb\n")).isEmpty();
    assertThat(diff("", "")).isEmpty();
  }

  @Test
  void oneLine_changed_isShownWithItsContext() {
    assertThat(diff(lines(1, 9), lines(1, 4) + "x\n" + lines(6, 9)))
        .containsExactly(
            "--- a", "+++ b", "@@ -2,7 +2,7 @@", " 2", " 3", " 4", "-5", "+x", " 6", " 7", " 8");
  }

  @Test
  void changes_farApart_areHunksOfTheirOwn() {
    String to = lines(1, 1) + lines(3, 18) + lines(20, 20) + "end\n";

    assertThat(diff(lines(1, 20), to))
        .containsExactly(
            "--- a",
            "+++ b",
            "@@ -1,5 +1,4 @@",
            " 1",
            "-2",
            " 3",
            " 4",
            " 5",
            "@@ -16,5 +15,5 @@",
            " 16",
            " 17",
            " 18",
            "-19",
            " 20",
            "+end");
  }

  @Test
  void emptyText_andMissingNewline_areSaid() {
    assertThat(diff("", "x\n")).containsExactly("--- a", "+++ b", "@@ -0,0 +1 @@", "+x");
    assertThat(diff("x\n", "")).containsExactly("--- a", "+++ b", "@@ -1 +0,0 @@", "-x");
    assertThat(diff("x", "x\n"))
        .containsExactly(
            "--- a", "+++ b", "@@ -1 +1 @@", "-x", "\\ No newline at end of file", "+x");
  }

  /// What the hunks say, applied to the old text, gives the new one.
  @Test
  void randomTexts_areMadeFromEachOther() {
    Random random = new Random(5);
    for (int round = 0; round < 500; round++) {
      String from = text(random);
      String to = text(random);
      List<String> diff = diff(from, to);
      if (from.equals(to)) {
        assertThat(diff).isEmpty();
      } else {
        assertThat(applied(from, diff.subList(2, diff.size()))).isEqualTo(to);
      }
    }
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    random.ints(random.nextInt(30), 0, 4).forEach(it -> text.append(it).append('\n'));
    return text.toString();
  }

  private static String applied(String from, List<String> hunks) {
    List<String> old = from.isEmpty() ? List.of() : List.of(from.split("\n"));
    List<String> made = new ArrayList<>();
    int at = 0;
    for (String line : hunks) {
      if (line.startsWith("@@")) {
        String range = line.substring(4, line.indexOf(' ', 4));
        boolean none = range.endsWith(",0");
        int start = Integer.parseInt(range.split(",")[0]) - (none ? 0 : 1);
        made.addAll(old.subList(at, start));
        at = start;
      } else if (line.charAt(0) == '+') {
        made.add(line.substring(1));
      } else {
        assertThat(old.get(at)).isEqualTo(line.substring(1));
        at++;
        if (line.charAt(0) == ' ') {
          made.add(line.substring(1));
        }
      }
    }
    made.addAll(old.subList(at, old.size()));
    return made.stream().map(it -> it + "\n").collect(Collectors.joining());
  }

  @Test
  void longTexts_withNothingInCommon_areReplaced() {
    assertThat(diff(lines(1, 3000), lines(3001, 6000))).hasSize(6003);
  }
}
