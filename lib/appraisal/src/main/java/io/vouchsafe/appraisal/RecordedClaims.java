package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Claims as they are recorded with a decision: without what only this one challenge had (nonce,
/// key and the digest that binds them), so that they are the same for every decision about the same
/// boot, and without what would blow a record up (event logs, long texts). What was left out is
/// still under its name, as [#HIDDEN] or with its size.
public final class RecordedClaims {
  /// What stands in place of a value that is not recorded.
  public static final String HIDDEN = "(not recorded)";

  /// Longest text that is recorded, in characters.
  static final int MAX_TEXT = 1024;

  /// Most items of an array that are recorded.
  static final int MAX_ITEMS = 256;

  /// How deep claims are recorded.
  static final int MAX_DEPTH = 16;

  /// Longest claims that are recorded, in characters of JSON.
  static final int MAX_SIZE = 64 << 10;

  /// Records give members with such names a meaning of their own. Claims come from outside.
  private static final String RESERVED = "$";

  private static final Set<String> OWN =
      Set.of(
          "nonce",
          "eat_nonce",
          "report_data",
          "reportData",
          "runtime_data_claims",
          "runtime_data",
          "attester_runtime_data",
          "attester_user_data",
          "tee-pubkey",
          "customized_claims",
          "ear.raw-evidence",
          "uefi_event_logs");

  private static final Set<String> NONCES = Set.of("nonce", "eat_nonce");

  /// A shorter one may be a part of anything.
  private static final int SHORTEST_NONCE = 8;

  private static final Json NOT_RECORDED = Json.of(HIDDEN);

  /// Characters that a value takes beside its text: quotes, a comma.
  private static final int LEAST = 4;

  /// Characters so far, about.
  private int size;

  private RecordedClaims() {}

  /// The recorded form of `claims`.
  public static Json.Obj of(Json.Obj claims) {
    RecordedClaims walk = new RecordedClaims();
    Json.Obj recorded = walk.object(claims, 0);
    return walk.size <= MAX_SIZE
        ? recorded
        : Json.object().put("size", walk.size).put("claims", HIDDEN).build();
  }

  private Json.Obj object(Json.Obj claims, int depth) {
    Map<String, Json> members = LinkedHashMap.newLinkedHashMap(claims.members().size());
    for (Map.Entry<String, Json> member : claims.members().entrySet()) {
      String name = member.getKey();
      if (!name.startsWith(RESERVED)) {
        size += name.length();
        members.put(name, OWN.contains(name) ? NOT_RECORDED : value(member.getValue(), depth + 1));
      }
    }
    return Json.object(members);
  }

  private Json value(Json value, int depth) {
    size += LEAST;
    return switch (value) {
      case Json.Obj _, Json.Arr _ when depth > MAX_DEPTH -> NOT_RECORDED;
      case Json.Obj object -> object(object, depth);
      case Json.Arr(List<Json> items) when items.size() > MAX_ITEMS ->
          Json.of("(%d items, not recorded)".formatted(items.size()));
      case Json.Arr(List<Json> items) ->
          Json.array(items.stream().map(item -> value(item, depth + 1)).toList());
      case Json.Str(String text) when text.length() > MAX_TEXT ->
          Json.of("(%d characters, not recorded)".formatted(text.length()));
      case Json.Str(String text) -> {
        size += text.length();
        yield value;
      }
      case Json.Null _, Json.Bool _, Json.Num _ -> value;
    };
  }

  /// The texts in `claims` that must not get into a record by another way.
  static Set<String> hidden(Json claims) {
    Set<String> found = new HashSet<>();
    List<Json> todo = new ArrayList<>(List.of(claims));
    while (!todo.isEmpty()) {
      switch (todo.removeLast()) {
        case Json.Obj object ->
            object
                .members()
                .forEach((name, value) -> {
                  if (NONCES.contains(name)
                      && value instanceof Json.Str(String text)
                      && text.length() >= SHORTEST_NONCE) {
                    found.add(text);
                  } else {
                    todo.add(value);
                  }
                });
        case Json.Arr(List<Json> items) -> todo.addAll(items);
        case Json.Str _, Json.Null _, Json.Bool _, Json.Num _ -> {}
      }
    }
    return found;
  }
}
