package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.rego.Answer;
import io.vouchsafe.rego.RegoException;
import java.util.List;

/// What an attestation policy in Rego wants in the token beside the vector:
/// `data.policy.extensions`, an array of `{"name", "key", "value"}` (specs/kbs-protocol §9.2). Each
/// becomes a member of the submodule, as in the reference broker.
final class RegoExtensions {
  static final Json.Obj NONE = Json.object().build();

  private static final String EXTENSIONS = "data.policy.extensions";

  /// Readers of the draft's names take such members for the token's own.
  private static final String DRAFT = "ear_";

  private static final int MAX_EXTENSIONS = 64;
  private static final int MAX_NAME = 256;

  private RegoExtensions() {}

  /// @throws FormatException if the rule gives anything else, or would write what is not its own
  static Json.Obj of(RegoPolicies.Compiled compiled, RegoPolicies.Run run)
      throws FormatException, RegoException {
    Answer answer = compiled.also(EXTENSIONS).evaluate(run.evaluation());
    if (answer.value().isEmpty()) {
      return NONE;
    }
    Json value = answer.value().get().toJson();
    if (!(value instanceof Json.Arr(List<Json> items)) || items.size() > MAX_EXTENSIONS) {
      throw FormatException.unexpected(
          "extensions: an array of at most " + MAX_EXTENSIONS, "something else");
    }
    Json.Obj extensions = NONE;
    for (Json item : items) {
      Json.Obj extension = item.asObject("extension");
      String name = extension.string("name");
      key(extension);
      boolean taken =
          SubmoduleResult.RESERVED.contains(name)
              || name.startsWith(DRAFT)
              || extensions.get(name).isPresent();
      if (taken || name.isEmpty() || name.length() > MAX_NAME) {
        throw FormatException.unexpected("extensions with names of their own", name);
      }
      extensions = extensions.with(name, extension.require("value"));
    }
    return extensions;
  }

  /// Tokens in JSON do not bear it, but what the reference broker does not take is no policy.
  private static void key(Json.Obj extension) throws FormatException {
    long key = extension.integer("key");
    if (key != (int) key) {
      throw FormatException.unexpected("the key of an extension to have 32 bits", "" + key);
    }
  }
}
