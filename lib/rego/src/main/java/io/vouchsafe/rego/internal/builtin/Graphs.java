package io.vouchsafe.rego.internal.builtin;

import static io.vouchsafe.rego.internal.builtin.Type.COLLECTION;
import static io.vouchsafe.rego.internal.builtin.Type.OBJECT;
import static io.vouchsafe.rego.internal.builtin.Type.SET;

import io.vouchsafe.rego.ArrayValue;
import io.vouchsafe.rego.ObjectValue;
import io.vouchsafe.rego.SetValue;
import io.vouchsafe.rego.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `graph.*`: a graph is an object from a node to the array or set of those next to it.
final class Graphs {
  private Graphs() {}

  static void register(Family family) {
    family
        .function("graph.reachable", List.of(OBJECT, COLLECTION), SET, Graphs::reachable)
        .function("graph.reachable_paths", List.of(OBJECT, COLLECTION), SET, Graphs::paths);
  }

  private static @Nullable List<Value> next(ObjectValue graph, Value node) {
    return switch (graph.get(node)) {
      case ArrayValue array -> array.items();
      case SetValue set -> set.items();
      case null -> null;
      default -> List.of();
    };
  }

  private static Value reachable(Operands in) throws BuiltinException {
    ObjectValue graph = in.object(0);
    Deque<Value> open = new ArrayDeque<>(in.items(1));
    SetValue.Builder reached = new SetValue.Builder();
    while (!open.isEmpty()) {
      Value node = open.removeFirst();
      in.budget().cells(1);
      List<Value> edges = next(graph, node);
      if (edges != null && reached.add(node)) {
        in.budget().steps(edges.size());
        open.addAll(edges);
      }
    }
    return reached.build();
  }

  /// Every way from a root to where it ends, leaves the graph or would run in a circle.
  private static Value paths(Operands in) throws BuiltinException {
    ObjectValue graph = in.object(0);
    SetValue.Builder paths = new SetValue.Builder();
    for (Value root : in.items(1)) {
      if (graph.get(root) != null) {
        Deque<Set<Value>> open = new ArrayDeque<>();
        open.add(new LinkedHashSet<>(List.of(root)));
        while (!open.isEmpty()) {
          extend(in, graph, open, paths);
        }
      }
    }
    return paths.build();
  }

  private static void extend(
      Operands in, ObjectValue graph, Deque<Set<Value>> open, SetValue.Builder paths) {
    Set<Value> path = open.removeLast();
    List<Value> edges = next(graph, new ArrayList<>(path).getLast());
    boolean ends = edges == null || edges.isEmpty();
    for (Value edge : edges == null ? List.<Value>of() : edges) {
      if (graph.get(edge) == null || path.contains(edge)) {
        ends = true;
      } else {
        in.budget().cells(path.size() + 1L);
        Set<Value> longer = new LinkedHashSet<>(path);
        longer.add(edge);
        open.addLast(longer);
      }
    }
    if (ends) {
      paths.add(ArrayValue.of(path));
    }
  }
}
