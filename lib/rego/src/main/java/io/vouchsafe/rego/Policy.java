package io.vouchsafe.rego;

import io.vouchsafe.rego.internal.builtin.Builtin;
import io.vouchsafe.rego.internal.builtin.Builtins;
import io.vouchsafe.rego.internal.builtin.Patterns;
import io.vouchsafe.rego.internal.compile.Compiler;
import io.vouchsafe.rego.internal.eval.Answers;
import io.vouchsafe.rego.internal.syntax.Body;
import io.vouchsafe.rego.internal.syntax.Expr;
import io.vouchsafe.rego.internal.syntax.Module;
import io.vouchsafe.rego.internal.syntax.ModuleParser;
import io.vouchsafe.rego.internal.syntax.Term;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Compiled modules: immutable, for any number of evaluations by any number of threads.
///
/// ```java
/// Policy policy = Policy.compile(List.of(Source.of("allow.rego", text)));
/// Query allow = policy.query("data.app.allow");
/// Answer answer = allow.evaluate(Evaluation.of(Value.of(input), capabilities));
/// boolean granted = answer.holds();
/// ```
public final class Policy {
  /// Answers of one query.
  private static final int MAX_ANSWERS = 100_000;

  private final List<Module> modules;
  private final Compiler.Compiled compiled;
  private final boolean traced;
  private final Patterns patterns = new Patterns();

  private Policy(List<Module> modules, Map<String, Builtin> host, boolean traced)
      throws RegoException {
    this.modules = List.copyOf(modules);
    this.compiled = Compiler.compile(modules, host, traced);
    this.traced = traced;
  }

  /// Compiles modules.
  ///
  /// @throws RegoException with position and hint, for the first error found
  public static Policy compile(Collection<Source> sources) throws RegoException {
    return compile(sources, Map.of());
  }

  /// Compiles modules that may call functions of the host.
  ///
  /// @param host names of functions and how many operands each takes; what they do is said by each
  ///   [Evaluation]
  /// @throws IllegalArgumentException if one has the name of a built-in function
  /// @throws RegoException as [#compile(Collection)]
  public static Policy compile(Collection<Source> sources, Map<String, Integer> host)
      throws RegoException {
    Map<String, Builtin> functions = new HashMap<>();
    host.forEach((name, arity) -> functions.put(name, Builtins.host(name, arity)));
    try {
      List<Module> modules = new ArrayList<>();
      for (Source source : sources) {
        boolean v1 = source.dialect() == Source.Dialect.V1;
        modules.add(ModuleParser.parse(source.name(), source.text(), v1));
      }
      return new Policy(modules, Map.copyOf(functions), false);
    } catch (StackOverflowError _) {
      throw tooDeep();
    }
  }

  /// Nesting is bounded, but a thread may have less stack than is usual.
  static RegoException tooDeep() {
    return new RegoException(
        RegoException.Code.LIMIT,
        Optional.empty(),
        "nested deeper than the stack",
        "rules, terms or values are nested too deep");
  }

  /// Compiles a query in Rego v1, such as `data.app.allow` or `x = data.app.roles[y]`.
  ///
  /// @throws RegoException if it does not parse, or a variable in it is unsafe
  public Query query(String text) throws RegoException {
    return query(Source.of("query", text));
  }

  /// As [#query(String)], for either dialect.
  public Query query(Source text) throws RegoException {
    try {
      return compile(text);
    } catch (StackOverflowError _) {
      throw tooDeep();
    }
  }

  private Query compile(Source text) throws RegoException {
    boolean v1 = text.dialect() == Source.Dialect.V1;
    Body body = ModuleParser.parseQuery(text.name(), text.text(), v1);
    boolean single =
        body.expressions().size() == 1
            && body.expressions().getFirst().statement() instanceof Expr.Holds(Term asked)
            && !isPrint(asked);
    Body whole = single ? Query.naming(body) : body;
    Answers last = new Answers(MAX_ANSWERS);
    return new Query(this, text, Compiler.query(whole, compiled, last, traced), single);
  }

  /// It prints, and has no value.
  private static boolean isPrint(Term term) {
    return term instanceof Term.Call(Term.Var function, List<Term> _, Position _)
        && function.name().equals("print");
  }

  /// Whether there is a rule of that name, whatever it gives.
  ///
  /// @param path of its package, without `data`
  public boolean hasRule(List<String> path, String name) {
    return modules.stream()
        .filter(module -> module.path().equals(path))
        .flatMap(module -> module.rules().stream())
        .anyMatch(rule -> rule.name().equals(name));
  }

  /// What is odd in the policy: unused imports and variables, names that hide others.
  public List<Finding> findings() {
    return compiled.findings();
  }

  /// The same policy, compiled so that it tells what it does.
  Policy traced() throws RegoException {
    return traced ? this : new Policy(modules, compiled.host(), true);
  }

  Compiler.Compiled compiled() {
    return compiled;
  }

  Patterns patterns() {
    return patterns;
  }

  List<Module> modules() {
    return modules;
  }

  /// The number of modules.
  public int size() {
    return modules.size();
  }
}
