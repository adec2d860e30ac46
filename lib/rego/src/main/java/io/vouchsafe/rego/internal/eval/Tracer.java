package io.vouchsafe.rego.internal.eval;

/// Hears what an evaluation does. Only policies that are compiled for it tell.
public interface Tracer {
  /// A rule, or an `else` of it, is tried.
  void enter(CompiledRule rule);

  /// It was tried.
  ///
  /// @param holds whether it gave a value
  void leave(CompiledRule rule, boolean holds);

  /// An expression is tried: all before it in its body held.
  void reached(Mark mark, Frame frame);

  /// It held.
  void passed(Mark mark, Frame frame);
}
