package io.vouchsafe.rego.internal.compile;

import io.vouchsafe.rego.BooleanValue;
import io.vouchsafe.rego.Finding;
import io.vouchsafe.rego.RegoException;
import io.vouchsafe.rego.Value;
import io.vouchsafe.rego.internal.builtin.Builtin;
import io.vouchsafe.rego.internal.eval.CompiledRule;
import io.vouchsafe.rego.internal.eval.Guard;
import io.vouchsafe.rego.internal.eval.Mark;
import io.vouchsafe.rego.internal.eval.Node;
import io.vouchsafe.rego.internal.eval.Pattern;
import io.vouchsafe.rego.internal.eval.RuleGroup;
import io.vouchsafe.rego.internal.eval.Step;
import io.vouchsafe.rego.internal.eval.Steps;
import io.vouchsafe.rego.internal.eval.Tree;
import io.vouchsafe.rego.internal.syntax.Body;
import io.vouchsafe.rego.internal.syntax.Module;
import io.vouchsafe.rego.internal.syntax.Rule;
import io.vouchsafe.rego.internal.syntax.Term;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Modules to the compiled form.
public final class Compiler {
  private final RuleTree tree;
  private final List<Names> names = new ArrayList<>();
  private final boolean traced;
  private final Metadata metadata;
  private final List<Mark> marks = new ArrayList<>();
  private final Set<Finding> findings = new LinkedHashSet<>();
  private final Map<RuleGroup, Set<RuleGroup>> needs = new LinkedHashMap<>();

  private Compiler(List<Module> modules, Map<String, Builtin> host, boolean traced)
      throws RegoException {
    this.traced = traced;
    this.metadata = new Metadata(modules);
    this.tree = RuleTree.of(modules);
    Map<List<String>, Set<String>> rules = new HashMap<>();
    for (Module module : modules) {
      Set<String> own = rules.computeIfAbsent(module.path(), _ -> new HashSet<>());
      module.rules().forEach(rule -> own.add(rule.name()));
    }
    for (Module module : modules) {
      Set<String> own = rules.getOrDefault(module.path(), Set.of());
      names.add(new Names(tree.root(), module.path(), own, module.imports(), host, module.v1()));
    }
  }

  /// What was compiled.
  ///
  /// @param groups their number
  /// @param marks of all expressions, if it was traced
  /// @param findings what is odd
  /// @param host functions of the embedding program
  public record Compiled(
      Tree root, int groups, List<Mark> marks, List<Finding> findings, Map<String, Builtin> host) {}

  /// @param traced whether a tracer can listen; it costs time
  public static Compiled compile(List<Module> modules, Map<String, Builtin> host, boolean traced)
      throws RegoException {
    Compiler compiler = new Compiler(modules, host, traced);
    for (Map.Entry<RuleGroup, List<RuleTree.Placed>> entry : compiler.tree.groups().entrySet()) {
      compiler.group(entry.getKey(), entry.getValue());
    }
    Recursion.check(compiler.needs);
    compiler.names.forEach(one -> compiler.findings.addAll(one.unusedImports()));
    return new Compiled(
        compiler.tree.root(),
        compiler.tree.groups().size(),
        List.copyOf(compiler.marks),
        List.copyOf(compiler.findings),
        host);
  }

  private void group(RuleGroup group, List<RuleTree.Placed> placed) throws RegoException {
    List<CompiledRule> rules = new ArrayList<>();
    CompiledRule fallback = null;
    for (RuleTree.Placed one : placed) {
      CompiledRule rule = branches(group, one, one.rule());
      if (!one.rule().isDefault()) {
        rules.add(rule);
      } else {
        fallback = rule;
      }
    }
    group.setRules(rules.toArray(CompiledRule[]::new), fallback);
  }

  private CompiledRule branches(RuleGroup group, RuleTree.Placed placed, Rule rule)
      throws RegoException {
    List<Rule> chain = new ArrayList<>();
    for (Optional<Rule> at = Optional.of(rule); at.isPresent(); at = at.get().otherwise()) {
      chain.add(at.get());
    }
    CompiledRule after = null;
    for (int i = chain.size() - 1; i >= 0; i--) {
      after = rule(group, placed, chain.get(i), after);
    }
    if (after == null) {
      throw new IllegalStateException("no rule");
    }
    return after;
  }

  private CompiledRule rule(
      RuleGroup group, RuleTree.Placed placed, Rule rule, @Nullable CompiledRule otherwise)
      throws RegoException {
    Dependencies dependencies = new Dependencies();
    BodyResolver resolver = new BodyResolver(names.get(placed.module()), dependencies);
    resolver.setMetadata(
        chain -> chain ? metadata.chain(placed.module(), rule) : metadata.rule(rule));
    RuleParts parts = RuleParts.resolve(resolver, group, placed, rule);
    needs.computeIfAbsent(group, _ -> new HashSet<>()).addAll(dependencies.groups());
    int reserved =
        group.kind() == RuleGroup.Kind.SET || group.kind() == RuleGroup.Kind.OBJECT ? 1 : 0;
    BodyPlanner planner = new BodyPlanner(tree.root(), resolver.slotNames(), reserved, traced);
    try {
      Plan plan = new Plan(new BitSet());
      Pattern[] parameters = new Pattern[parts.parameters().size()];
      for (int i = 0; i < parameters.length; i++) {
        parameters[i] = parameter(parts.parameters().get(i), plan, planner);
      }
      planner.into(plan, parts.body());
      Node value = planner.lift(parts.value(), plan);
      Step last;
      if (reserved == 0) {
        last = new Steps.Yield(value, group, rule.position());
      } else {
        Node[] path = planner.liftAll(parts.path(), plan);
        last = new Steps.Collect(path, value, rule.member().isPresent(), rule.position());
      }
      Step body = Step.chain(plan.steps, last);
      marks.addAll(planner.marks());
      resolver.checkDeclared();
      findings.addAll(resolver.findings());
      return new CompiledRule(
          rule.position(),
          group.name(),
          parameters,
          body,
          planner.slots(),
          planner.collectors(),
          otherwise,
          reserved == 0 ? value.constant() : null,
          rule.isDefault(),
          traced,
          traced ? List.of() : Guard.of(parameters, plan.steps));
    } catch (NotReady notReady) {
      throw unsafe(notReady);
    }
  }

  private static Pattern parameter(Resolved.Item item, Plan plan, BodyPlanner planner)
      throws NotReady {
    Plan tried = new Plan(plan.bound);
    Resolved.Item prepared = planner.prepare(item, tried);
    if (tried.steps.isEmpty()) {
      Pattern pattern = planner.pattern(prepared, tried);
      plan.accept(tried);
      return pattern;
    }
    // The term needs steps of its own: they come first in the body.
    int slot = planner.newSlot();
    plan.bound.set(slot);
    plan.accept(tried);
    plan.add(new Steps.Match(planner.pattern(prepared, plan), Plan.slot(slot)));
    return new Pattern.Bind(slot);
  }

  static RegoException unsafe(NotReady notReady) {
    return new RegoException(
        RegoException.Code.UNSAFE_VARIABLE,
        Optional.of(notReady.position()),
        "var " + notReady.name() + " is unsafe",
        "it has no value here: nothing assigns it, or only a negated expression does");
  }

  /// The terms of one rule, resolved.
  private record RuleParts(
      List<Resolved.Item> parameters,
      Resolved.Block body,
      Resolved.Item value,
      List<Resolved.Item> path) {

    static RuleParts resolve(
        BodyResolver resolver, RuleGroup group, RuleTree.Placed placed, Rule rule)
        throws RegoException {
      Scope outer = Scope.ofArguments();
      List<Resolved.Item> parameters = new ArrayList<>();
      for (Term argument : rule.arguments().orElse(List.of())) {
        resolver.declareParameter(argument, outer);
        parameters.add(resolver.item(argument, outer));
      }
      Term yes = new Term.Scalar(BooleanValue.TRUE, rule.position());
      Resolver.Tail value = new Resolver.Tail(rule.member().or(rule::value).orElse(yes));
      List<Resolver.Tail> tails = new ArrayList<>();
      int groupLength = group.path().size();
      for (Value key : placed.ground().subList(groupLength, placed.ground().size())) {
        tails.add(new Resolver.Tail(new Term.Scalar(key, rule.position())));
      }
      placed.suffix().forEach(term -> tails.add(new Resolver.Tail(term)));
      List<Resolver.Tail> all = new ArrayList<>(tails);
      all.add(value);
      Body body = rule.body().orElse(new Body(List.of()));
      Resolved.Block block = resolver.inScope(body, new Scope(outer), all);
      List<Resolved.Item> path = tails.stream().map(Resolver.Tail::resolved).toList();
      return new RuleParts(parameters, block, value.resolved(), path);
    }
  }

  /// A query, compiled.
  ///
  /// @param names of the variables of an answer, with their slots
  /// @param rules that it needs
  public record CompiledQuery(
      Step body, int slots, int collectors, List<Variable> names, List<String> rules) {
    /// A variable of the query.
    public record Variable(String name, int slot) {}
  }

  /// Compiles a query.
  ///
  /// @param last takes the answers
  public static CompiledQuery query(Body body, Compiled compiled, Step last, boolean traced)
      throws RegoException {
    Names names =
        new Names(compiled.root(), List.of(), Set.of(), List.of(), compiled.host(), false);
    Dependencies dependencies = new Dependencies();
    BodyResolver resolver = new BodyResolver(names, dependencies);
    Scope scope = new Scope(null);
    Resolved.Block block = resolver.inScope(body, scope, List.of());
    BodyPlanner planner = new BodyPlanner(compiled.root(), resolver.slotNames(), 1, traced);
    try {
      Plan plan = new Plan(new BitSet());
      planner.into(plan, block);
      List<CompiledQuery.Variable> variables = new ArrayList<>();
      scope.names().forEach((name, slot) -> variables.add(new CompiledQuery.Variable(name, slot)));
      return new CompiledQuery(
          Step.chain(plan.steps, last),
          planner.slots(),
          planner.collectors(),
          variables,
          dependencies.groups().stream().map(RuleGroup::name).toList());
    } catch (NotReady notReady) {
      throw unsafe(notReady);
    }
  }
}
