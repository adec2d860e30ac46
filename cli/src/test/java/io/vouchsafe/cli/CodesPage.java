package io.vouchsafe.cli;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The page of the documentation that lists all codes and checks, from the same source as
/// `vouchsafe explain`.
final class CodesPage {
  private CodesPage() {}

  static String render(List<Code> codes, List<Check> checks) {
    StringBuilder out = new StringBuilder();
    out.append(
        """
        # Codes and checks

        Generated from the source: `vouchsafe explain CODE` and `vouchsafe explain CHECK` say the same.
        To write this page again: `mvn test -pl cli -am -Dtest=CodesPageTest -Dsurefire.failIfNoSpecifiedTests=false -Dvouchsafe.golden.update=true`

        ## Codes

        Every refusal carries one of these. Names are stable.

        | code | meaning | what to do | refused by |
        |---|---|---|---|
        """);
    var users =
        checks.stream()
            .flatMap(check -> check.codes().stream().map(code -> new Use(code, check.id())))
            .collect(
                Collectors.groupingBy(
                    Use::code,
                    TreeMap::new,
                    Collectors.mapping(Use::check, Collectors.toUnmodifiableList())));
    for (Code code : codes) {
      String by =
          users.getOrDefault(code, List.of()).stream()
              .map(id -> "`" + id + "`")
              .collect(Collectors.joining(", "));
      row(out, "`" + code + "`", cell(code.meaning()), cell(code.remedy()), by);
    }
    out.append(
        """

        ## Checks

        What verifiers, policies and the guest look at, in the order of the transaction. The first that fails refuses.

        | check | holds when it passed | codes |
        |---|---|---|
        """);
    for (Check check : checks) {
      String refusals =
          check.codes().stream()
              .sorted()
              .map(code -> "`" + code + "`")
              .collect(Collectors.joining(", "));
      row(out, "`" + check.id() + "`", cell(check.title()), refusals);
    }
    return out.toString();
  }

  private record Use(Code code, String check) {}

  private static void row(StringBuilder out, String... cells) {
    Arrays.stream(cells).forEach(cell -> out.append("| ").append(cell).append(' '));
    out.append("|\n");
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }
}
