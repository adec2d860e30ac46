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
import java.util.HashSet;
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

  /// Every way from a root to where it ends, leaves the graph or would run in a circle. The root
  /// itself may be the second step once.
  private static Value paths(Operands in) throws BuiltinException {
    ObjectValue graph = in.object(0);
    SetValue.Builder paths = new SetValue.Builder();
    for (Value root : in.items(1)) {
      List<Value> edges = next(graph, root);
      if (edges == null) {
        continue;
      }
      if (edges.isEmpty()) {
        paths.add(ArrayValue.of(root));
      }
      in.budget().steps(edges.size());
      Way start = new Way(List.of(root), Set.of(root));
      Deque<Way> open = new ArrayDeque<>();
      for (Value edge : edges) {
        follow(in, graph, start, edge, open, paths);
      }
      while (!open.isEmpty()) {
        extend(in, graph, open, paths);
      }
    }
    return paths.build();
  }

  /// @param nodes in their order
  /// @param reached the same nodes
  private record Way(List<Value> nodes, Set<Value> reached) {}

  private static void extend(
      Operands in, ObjectValue graph, Deque<Way> open, SetValue.Builder paths) {
    Way way = open.removeLast();
    List<Value> edges = next(graph, way.nodes().getLast());
    if (edges == null || edges.isEmpty()) {
      paths.add(ArrayValue.of(way.nodes()));
      return;
    }
    in.budget().steps(edges.size());
    for (Value edge : edges) {
      if (way.reached().contains(edge)) {
        paths.add(ArrayValue.of(way.nodes()));
      } else {
        follow(in, graph, way, edge, open, paths);
      }
    }
  }

  private static void follow(
      Operands in,
      ObjectValue graph,
      Way way,
      Value edge,
      Deque<Way> open,
      SetValue.Builder paths) {
    in.budget().cells(way.nodes().size() + 1L);
    if (graph.get(edge) == null) {
      paths.add(ArrayValue.of(way.nodes()));
      return;
    }
    List<Value> nodes = new ArrayList<>(way.nodes());
    nodes.add(edge);
    Set<Value> reached = new HashSet<>(way.reached());
    reached.add(edge);
    open.addLast(new Way(nodes, reached));
  }
}
