package io.vouchsafe.rego.internal.compile;

import io.vouchsafe.rego.Position;
import io.vouchsafe.rego.RegoException;
import io.vouchsafe.rego.Value;
import io.vouchsafe.rego.internal.builtin.Builtin;
import io.vouchsafe.rego.internal.builtin.Type;
import java.util.List;
import java.util.Optional;

/// Refuses literals that a built-in function can never take, such as `1 + "a"`.
///
/// Only what is written out is judged: an operator that holds for what a document may contain is
/// judged when it runs.
final class LiteralTypes {
  private LiteralTypes() {}

  static void check(Builtin builtin, List<Resolved.Item> arguments) throws RegoException {
    for (int i = 0; i < arguments.size(); i++) {
      Type wanted = builtin.parameters().get(i);
      Type given = of(arguments.get(i));
      if (!wanted.overlaps(given)) {
        throw new RegoException(
            RegoException.Code.TYPE,
            Optional.of(arguments.get(i).position()),
            builtin.name() + ": operand " + (i + 1) + " must be " + wanted + " but is " + given,
            "this can never hold");
      }
    }
  }

  private static Type of(Resolved.Item item) {
    return switch (item) {
      case Resolved.Constant(Value value, Position _) -> new Type(1 << value.rank(), null);
      case Resolved.Array _ -> Type.ARRAY;
      case Resolved.Set _ -> Type.SET;
      case Resolved.Object _ -> Type.OBJECT;
      case Resolved.Template _ -> Type.STRING;
      case Resolved.Comprehension comprehension ->
          switch (comprehension.kind()) {
            case ARRAY -> Type.ARRAY;
            case SET -> Type.SET;
            case OBJECT -> Type.OBJECT;
          };
      case Resolved.Ready _,
          Resolved.Slot _,
          Resolved.Input _,
          Resolved.Data _,
          Resolved.Path _,
          Resolved.Call _ ->
          Type.ANY;
    };
  }
}
