package io.vouchsafe.rego.internal.builtin;

import io.vouchsafe.rego.RegoException;

/// A built-in function that has no value for its operands. The expression is undefined then, or, in
/// strict mode, the evaluation fails.
///
/// The message does not name the function; the caller does.
public final class BuiltinException extends Exception {
  private static final long serialVersionUID = 1L;

  private final RegoException.Code code;

  private BuiltinException(RegoException.Code code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  /// The operands are of the right kind, and yet there is no value.
  public static BuiltinException failed(String message) {
    return new BuiltinException(RegoException.Code.EVAL_BUILTIN, message);
  }

  /// An operand is of a kind that the function does not take.
  ///
  /// @param operand from 0
  /// @param problem such as `must be string but got number`
  public static BuiltinException operand(int operand, String problem) {
    return new BuiltinException(
        RegoException.Code.EVAL_TYPE, "operand " + (operand + 1) + " " + problem);
  }

  public RegoException.Code code() {
    return code;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
