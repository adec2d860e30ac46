package io.vouchsafe.rego.internal.builtin;

import static io.vouchsafe.rego.internal.builtin.Type.ANY;
import static io.vouchsafe.rego.internal.builtin.Type.BOOLEAN;
import static io.vouchsafe.rego.internal.builtin.Type.NUMBER;
import static io.vouchsafe.rego.internal.builtin.Type.STRING;

import io.vouchsafe.rego.BooleanValue;
import io.vouchsafe.rego.NumberValue;
import io.vouchsafe.rego.StringValue;
import io.vouchsafe.rego.Value;
import java.math.BigInteger;
import java.util.List;

/// `semver.*` (Semantic Versioning 2.0.0).
final class Semver {
  private static final int MAX_TEXT = 1_024;

  /// Of major, minor and patch, which have 64 bits.
  private static final int MAX_DIGITS = 19;

  private Semver() {}

  static void register(Family family) {
    family
        .function("semver.is_valid", List.of(ANY), BOOLEAN, Semver::isValid)
        .function("semver.compare", List.of(STRING, STRING), NUMBER, Semver::compare);
  }

  /// @param core major, minor, patch
  /// @param pre identifiers of the pre-release, empty for a release
  private record Version(List<BigInteger> core, List<String> pre) implements Comparable<Version> {

    static Version parse(int operand, String written) throws BuiltinException {
      String text = written.startsWith("v") ? written.substring(1) : written;
      int plus = text.indexOf('+');
      String bare = plus < 0 ? text : text.substring(0, plus);
      int dash = bare.indexOf('-');
      String[] core = (dash < 0 ? bare : bare.substring(0, dash)).split("\\.", -1);
      List<String> pre = dash < 0 ? List.of() : List.of(bare.substring(dash + 1).split("\\.", -1));
      boolean good =
          text.length() <= MAX_TEXT
              && core.length == 3
              && List.of(core).stream().allMatch(Version::number)
              && List.of(core).stream().allMatch(Version::fits)
              && pre.stream().allMatch(Version::identifier)
              && (plus < 0
                  || List.of(text.substring(plus + 1).split("\\.", -1)).stream()
                      .allMatch(Version::word));
      if (!good) {
        throw BuiltinException.failed(
            "operand " + (operand + 1) + ": string \"" + written + "\" is not a valid SemVer");
      }
      return new Version(List.of(core).stream().map(BigInteger::new).toList(), pre);
    }

    private static boolean digits(String text) {
      return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static boolean number(String text) {
      return digits(text) && (text.length() == 1 || text.charAt(0) != '0');
    }

    private static boolean fits(String text) {
      return text.length() <= MAX_DIGITS && new BigInteger(text).bitLength() < Long.SIZE;
    }

    private static boolean word(String text) {
      return !text.isEmpty()
          && text.chars()
              .allMatch(c ->
                  c == '-' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z');
    }

    private static boolean identifier(String text) {
      return word(text) && (!digits(text) || number(text));
    }

    @Override
    public int compareTo(Version other) {
      for (int i = 0; i < core.size(); i++) {
        int order = core.get(i).compareTo(other.core.get(i));
        if (order != 0) {
          return order;
        }
      }
      if (pre.isEmpty() || other.pre.isEmpty()) {
        return Boolean.compare(pre.isEmpty(), other.pre.isEmpty());
      }
      for (int i = 0; i < Math.min(pre.size(), other.pre.size()); i++) {
        int order = compareIdentifiers(pre.get(i), other.pre.get(i));
        if (order != 0) {
          return order;
        }
      }
      return Integer.compare(pre.size(), other.pre.size());
    }

    /// Numbers by value and below words, words by their characters.
    private static int compareIdentifiers(String a, String b) {
      if (digits(a) && digits(b)) {
        return new BigInteger(a).compareTo(new BigInteger(b));
      }
      return digits(a) || digits(b) ? (digits(a) ? -1 : 1) : a.compareTo(b);
    }
  }

  private static Value isValid(Operands in) {
    if (!(in.value(0) instanceof StringValue text)) {
      return BooleanValue.FALSE;
    }
    try {
      Version.parse(0, text.text());
      return BooleanValue.TRUE;
    } catch (BuiltinException _) {
      return BooleanValue.FALSE;
    }
  }

  private static Value compare(Operands in) throws BuiltinException {
    Version first = Version.parse(0, in.string(0));
    return NumberValue.of(Integer.signum(first.compareTo(Version.parse(1, in.string(1)))));
  }
}
