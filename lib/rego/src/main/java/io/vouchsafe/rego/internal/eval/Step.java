package io.vouchsafe.rego.internal.eval;

/// One step of a body: does its part, and calls the next step once per solution.
public abstract class Step {
  /// Set once, while compiling.
  protected Step next = End.END;

  /// @return whether no more solutions are wanted
  public abstract boolean run(Frame frame);

  public final void setNext(Step step) {
    next = step;
  }

  /// Links steps into a chain.
  ///
  /// @return the first
  public static Step chain(java.util.List<Step> steps, Step last) {
    Step after = last;
    for (int i = steps.size() - 1; i >= 0; i--) {
      steps.get(i).setNext(after);
      after = steps.get(i);
    }
    return after;
  }

  /// A chain that was not linked: a defect.
  private static final class End extends Step {
    static final Step END = new End();

    @Override
    public boolean run(Frame frame) {
      throw new IllegalStateException("step without a next one");
    }
  }
}
