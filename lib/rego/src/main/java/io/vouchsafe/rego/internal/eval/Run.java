package io.vouchsafe.rego.internal.eval;

import io.vouchsafe.rego.Position;
import io.vouchsafe.rego.RegoException;
import io.vouchsafe.rego.internal.Budget;
import io.vouchsafe.rego.internal.Halt;
import io.vouchsafe.rego.internal.builtin.Session;
import org.jspecify.annotations.Nullable;

/// What all contexts of one evaluation share. One thread only.
public final class Run {
  final Session session;
  final Budget budget;
  final boolean strict;
  final @Nullable Tracer tracer;
  private int depth;

  public Run(Session session, boolean strict, @Nullable Tracer tracer) {
    this.session = session;
    this.budget = session.budget();
    this.strict = strict;
    this.tracer = tracer;
  }

  void enter(@Nullable Position position) {
    budget.step();
    if (++depth > budget.limits().maxDepth()) {
      throw new Halt(
          RegoException.Code.LIMIT,
          position,
          "rules nested deeper than " + budget.limits().maxDepth(),
          "rules call each other too deep at this place");
    }
  }

  void leave() {
    depth--;
  }
}
