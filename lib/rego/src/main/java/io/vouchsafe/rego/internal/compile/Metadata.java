package io.vouchsafe.rego.internal.compile;

import io.vouchsafe.rego.ArrayValue;
import io.vouchsafe.rego.ObjectValue;
import io.vouchsafe.rego.RegoException;
import io.vouchsafe.rego.StringValue;
import io.vouchsafe.rego.Value;
import io.vouchsafe.rego.internal.syntax.Annotations;
import io.vouchsafe.rego.internal.syntax.Module;
import io.vouchsafe.rego.internal.syntax.Rule;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What `rego.metadata.rule` and `rego.metadata.chain` give: known while compiling. Comments are
/// read only if a policy asks.
final class Metadata {
  private final List<Module> modules;
  private @Nullable List<Placed> placed;

  private record Placed(Module module, Annotations.Annotation annotation) {}

  Metadata(List<Module> modules) {
    this.modules = modules;
  }

  private List<Placed> all() throws RegoException {
    List<Placed> known = placed;
    if (known == null) {
      known = new ArrayList<>();
      for (Module module : modules) {
        for (Annotations.Annotation annotation : Annotations.of(module)) {
          known.add(new Placed(module, annotation));
        }
      }
      placed = known;
    }
    return known;
  }

  /// The annotation of a rule.
  Value rule(Rule rule) throws RegoException {
    for (Placed one : all()) {
      if (isOf(one, "rule", rule)) {
        return one.annotation.value();
      }
    }
    return ObjectValue.EMPTY;
  }

  /// Annotations from the rule outward, each with the path that it belongs to.
  Value chain(int module, Rule rule) throws RegoException {
    List<String> path = modules.get(module).path();
    List<Value> rulePath = new ArrayList<>(strings(path));
    rulePath.add(StringValue.of(rule.name()));
    rule.path()
        .forEach(part -> {
          if (part instanceof io.vouchsafe.rego.internal.syntax.Term.Scalar scalar) {
            rulePath.add(scalar.value());
          }
        });
    List<Value> chain = new ArrayList<>();
    ObjectValue.Builder first = new ObjectValue.Builder().put("path", ArrayValue.of(rulePath));
    if (rule(rule) instanceof ObjectValue own && own.size() > 0) {
      first.put("annotations", own);
    }
    chain.add(first.build());
    for (Placed one : all()) {
      boolean same = one.annotation.rule().map(Rule::name).filter(rule.name()::equals).isPresent();
      if (same && one.module.path().equals(path) && one.annotation.scope().equals("document")) {
        chain.add(link(one.annotation.value(), rulePath));
      }
    }
    for (int length = path.size(); length > 0; length--) {
      List<String> outer = path.subList(0, length);
      for (Placed one : all()) {
        String scope = one.annotation.scope();
        boolean here = length == path.size() && scope.equals("package");
        if (one.module.path().equals(outer) && (here || scope.equals("subpackages"))) {
          chain.add(link(one.annotation.value(), strings(outer)));
        }
      }
    }
    return ArrayValue.of(chain);
  }

  private static boolean isOf(Placed one, String scope, Rule rule) {
    return one.annotation.scope().equals(scope)
        && one.annotation.rule().map(Rule::position).filter(rule.position()::equals).isPresent();
  }

  private static List<Value> strings(List<String> path) {
    return path.stream().<Value>map(StringValue::of).toList();
  }

  private static Value link(Value annotations, List<Value> path) {
    return new ObjectValue.Builder()
        .put("annotations", annotations)
        .put("path", ArrayValue.of(path))
        .build();
  }
}
