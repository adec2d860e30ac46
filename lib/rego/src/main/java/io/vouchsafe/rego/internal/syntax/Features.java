package io.vouchsafe.rego.internal.syntax;

import java.util.HashSet;
import java.util.Set;

/// Which words are keywords in a module.
final class Features {
  private static final Set<String> ALWAYS =
      Set.of(
          "as", "default", "else", "false", "import", "package", "not", "null", "some", "true",
          "with");
  private static final Set<String> V1 = Set.of("in", "every", "if", "contains");
  private static final Set<String> V2 = Set.of("and", "or", "not");

  private final Set<String> on = new HashSet<>();
  private boolean v1;

  Features(boolean v1) {
    this.v1 = v1;
    if (v1) {
      on.addAll(V1);
    }
  }

  boolean isKeyword(String word) {
    return ALWAYS.contains(word) || on.contains(word) && !word.equals("not");
  }

  /// Whether a keyword that is not always one is on. `not` stands for `not` with a body.
  boolean on(String word) {
    return on.contains(word);
  }

  /// Turns on what `import future.keywords.WORD` does.
  ///
  /// @return whether there is such a word
  boolean enable(String word) {
    if (!V1.contains(word) && !V2.contains(word)) {
      return false;
    }
    on.add(word);
    if (word.equals("every")) {
      on.add("in");
    }
    return true;
  }

  boolean isV1() {
    return v1;
  }

  void enableV1() {
    v1 = true;
    on.addAll(V1);
  }

  void enableV2() {
    on.addAll(V1);
    on.addAll(V2);
  }
}
