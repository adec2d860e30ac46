package io.vouchsafe.rego;

import java.util.Objects;
import java.util.Optional;

/// A policy that does not compile, or an evaluation that failed.
///
/// What was evaluated is worth nothing then: no answer is given, neither yes nor no.
public final class RegoException extends Exception {
  private static final long serialVersionUID = 1L;

  /// What went wrong; [#text()] is the name that Rego tools give it.
  public enum Code {
    /// The text is no Rego.
    PARSE("rego_parse_error"),
    /// The modules do not fit together, or break a rule of the language.
    COMPILE("rego_compile_error"),
    /// A variable has no value where it is needed.
    UNSAFE_VARIABLE("rego_unsafe_var_error"),
    /// A rule needs itself.
    RECURSION("rego_recursion_error"),
    /// Operands do not fit an operator or function, or their number does not.
    TYPE("rego_type_error"),
    /// A function got an operand of a kind that it does not take.
    EVAL_TYPE("eval_type_error"),
    /// A built-in function failed.
    EVAL_BUILTIN("eval_builtin_error"),
    /// A rule that has one value got several.
    EVAL_CONFLICT("eval_conflict_error"),
    /// A bound of [Limits] was reached.
    LIMIT("eval_limit_error");

    private final String text;

    Code(String text) {
      this.text = text;
    }

    /// The stable name, such as `rego_parse_error`.
    public String text() {
      return text;
    }
  }

  private final Code code;
  private final transient Optional<Position> position;
  private final String problem;
  private final String hint;

  /// @param position where in the sources
  /// @param problem what is wrong there, in words
  /// @param hint what to do about it, or empty
  public RegoException(Code code, Optional<Position> position, String problem, String hint) {
    super(
        position.map(at -> at + ": ").orElse("")
            + code.text()
            + ": "
            + problem
            + (hint.isEmpty() ? "" : " (" + hint + ")"));
    this.code = Objects.requireNonNull(code, "code");
    this.position = position;
    this.problem = problem;
    this.hint = hint;
  }

  public Code code() {
    return code;
  }

  /// Where in the sources, if it belongs to a place.
  public Optional<Position> position() {
    return position;
  }

  /// What is wrong, without code and position.
  public String problem() {
    return problem;
  }

  /// What to do about it; may be empty.
  public String hint() {
    return hint;
  }
}
