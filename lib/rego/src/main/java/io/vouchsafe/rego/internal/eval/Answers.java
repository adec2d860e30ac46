package io.vouchsafe.rego.internal.eval;

import io.vouchsafe.rego.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Ends a query: takes its answers.
public final class Answers extends Step {
  private final int maxAnswers;

  public Answers(int maxAnswers) {
    this.maxAnswers = maxAnswers;
  }

  /// Runs a query.
  ///
  /// @param wanted the slots that make up an answer
  public static List<Value[]> collect(
      Step query, Context context, int slots, int collectors, int[] wanted) {
    Frame frame = new Frame(context, slots, collectors);
    Sink sink = new Sink(wanted, new ArrayList<>());
    frame.collectors[0] = sink;
    query.run(frame);
    return sink.rows;
  }

  private record Sink(int[] wanted, List<Value[]> rows) {}

  @Override
  public boolean run(Frame frame) {
    Sink sink = (Sink) Objects.requireNonNull(frame.collectors[0]);
    Value[] row = new Value[sink.wanted.length];
    frame.context.run.budget.cells(row.length + 1L);
    for (int i = 0; i < row.length; i++) {
      row[i] = frame.slot(sink.wanted[i]);
    }
    sink.rows.add(row);
    return sink.rows.size() >= maxAnswers;
  }
}
