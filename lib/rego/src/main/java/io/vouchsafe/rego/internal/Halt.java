package io.vouchsafe.rego.internal;

import io.vouchsafe.rego.Position;
import io.vouchsafe.rego.RegoException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Stops an evaluation from within. Never leaves the library: it becomes a [RegoException].
public final class Halt extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final RegoException.Code code;
  private final String problem;
  private final String hint;
  private transient @Nullable Position position;

  public Halt(RegoException.Code code, @Nullable Position position, String problem, String hint) {
    super(problem, null, false, false);
    this.code = code;
    this.position = position;
    this.problem = problem;
    this.hint = hint;
  }

  /// Names the place, if none nearer did.
  public Halt at(@Nullable Position place) {
    if (position == null) {
      position = place;
    }
    return this;
  }

  public RegoException.Code code() {
    return code;
  }

  public RegoException toException() {
    return new RegoException(code, Optional.ofNullable(position), problem, hint);
  }
}
