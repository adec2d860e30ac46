package io.vouchsafe.rego;

import io.vouchsafe.rego.internal.Halt;
import io.vouchsafe.rego.internal.builtin.Session;
import io.vouchsafe.rego.internal.compile.Compiler;
import io.vouchsafe.rego.internal.eval.Answers;
import io.vouchsafe.rego.internal.eval.Context;
import io.vouchsafe.rego.internal.eval.Recorder;
import io.vouchsafe.rego.internal.eval.Run;
import io.vouchsafe.rego.internal.syntax.Body;
import io.vouchsafe.rego.internal.syntax.Expr;
import io.vouchsafe.rego.internal.syntax.Term;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A compiled query of a [Policy]: immutable, for any number of threads.
public final class Query {
  /// A name that no query can write.
  private static final String RESULT = "result!";

  private final Policy policy;
  private final Source source;
  private final Compiler.CompiledQuery query;
  private final int[] wanted;
  private final List<String> names;

  Query(Policy policy, Source source, Compiler.CompiledQuery query, boolean single) {
    this.policy = policy;
    this.source = source;
    this.query = query;
    List<String> variables = new ArrayList<>();
    List<Integer> slots = new ArrayList<>();
    for (Compiler.CompiledQuery.Variable variable : query.names()) {
      boolean isResult = variable.name().equals(RESULT);
      if (isResult == single || !isResult) {
        variables.add(variable.name());
        slots.add(variable.slot());
      }
    }
    this.names = List.copyOf(variables);
    this.wanted = slots.stream().mapToInt(Integer::intValue).toArray();
  }

  /// The query with its one term named, so that its value is an answer even if it is false.
  static Body naming(Body body) {
    Expr expr = body.expressions().getFirst();
    if (!(expr.statement() instanceof Expr.Holds(Term term))) {
      return body;
    }
    Expr.Statement named = new Expr.Unify(Term.var(RESULT, expr.position()), term);
    return new Body(List.of(new Expr(named, expr.withs(), expr.position(), expr.text())));
  }

  /// Evaluates.
  ///
  /// @throws RegoException if rules conflict, a bound is reached, or, in strict mode, a built-in
  ///   function failed
  public Answer evaluate(Evaluation evaluation) throws RegoException {
    return evaluate(evaluation, null);
  }

  /// Evaluates, and tells why the answer is what it is. This compiles the query and its policy once
  /// more and takes a multiple of the time: for people, not for each decision.
  ///
  /// @throws RegoException as [#evaluate(Evaluation)]
  public Explanation explain(Evaluation evaluation) throws RegoException {
    Recorder recorder = new Recorder();
    Query traced = policy.traced().query(source);
    Answer answer = traced.evaluate(evaluation, recorder);
    return new Explanation(answer, recorder.tell(traced.query.rules()));
  }

  Answer evaluate(Evaluation evaluation, @Nullable Recorder recorder) throws RegoException {
    Session session =
        new Session(
            evaluation.capabilities(), evaluation.limits(), evaluation.host(), policy.patterns());
    Run run = new Run(session, evaluation.strict(), recorder);
    Compiler.Compiled compiled = policy.compiled();
    Context context =
        new Context(
            run,
            evaluation.input().orElse(null),
            evaluation.data(),
            compiled.root(),
            compiled.groups());
    List<Value[]> rows;
    try {
      rows = Answers.collect(query.body(), context, query.slots(), query.collectors(), wanted);
      for (Value[] row : rows) {
        for (Value value : row) {
          session.budget().whole(value);
        }
      }
    } catch (Halt halt) {
      throw halt.toException();
    } catch (StackOverflowError _) {
      throw Policy.tooDeep();
    }
    return answer(rows);
  }

  List<String> rules() {
    return query.rules();
  }

  private Answer answer(List<Value[]> rows) {
    List<Map<String, Value>> bindings = new ArrayList<>(rows.size());
    Optional<Value> value = Optional.empty();
    for (Value[] row : rows) {
      Map<String, Value> named = new LinkedHashMap<>();
      for (int i = 0; i < row.length; i++) {
        if (!names.get(i).equals(RESULT)) {
          named.put(names.get(i), row[i]);
        } else if (value.isEmpty()) {
          value = Optional.of(row[i]);
        }
      }
      bindings.add(named);
    }
    return new Answer(List.copyOf(bindings), value);
  }
}
