package io.vouchsafe.cli;

import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Who registered values that came without a statement: the ledger has an entry of each time that
/// somebody did.
final class PlainRecords {
  /// How many of the newest entries are looked through.
  static final int MAX_ENTRIES = 20_000;

  private static final int PAGE = 1000;

  private static final Set<String> ACTIONS =
      Set.of("add-reference-values", "replace-reference-values");

  private final Set<String> wanted = new HashSet<>();
  private final Map<String, Json.Obj> found = new HashMap<>();

  private PlainRecords(List<ReferenceValue> values) {
    for (ReferenceValue value : values) {
      if (value.source().isEmpty()) {
        wanted.add(key(value));
      }
    }
  }

  /// Looks for those of `values` that have no source, from the newest entry back, until all are
  /// found.
  static PlainRecords search(TrustClient client, List<ReferenceValue> values)
      throws IOException, FormatException, Failure {
    PlainRecords records = new PlainRecords(values);
    if (records.wanted.isEmpty()) {
      return records;
    }
    long end = client.ledgerSize();
    long last = Math.max(0, end - MAX_ENTRIES);
    while (end > last && !records.wanted.isEmpty()) {
      long from = Math.max(last, end - PAGE);
      List<Json.Obj> page = client.ledgerPage(from, end - from);
      page.reversed().forEach(records::look);
      end = from;
    }
    return records;
  }

  /// `{at, by, id}` of the entry that a value was registered with.
  Optional<Json.Obj> of(ReferenceValue value) {
    return Optional.ofNullable(found.get(key(value)));
  }

  private static String key(ReferenceValue value) {
    return value.withoutSource().json().canonical();
  }

  /// Who made a change that an entry is about, and who approved it if that was needed.
  static String who(Json.Obj entry) throws FormatException {
    Optional<String> proposer = entry.optionalString("proposed_by");
    return proposer.isEmpty()
        ? entry.string("by")
        : proposer.get() + ", approved by " + entry.string("by");
  }

  private void look(Json.Obj entry) {
    try {
      // Of a change that was approved, what it was stands beside that.
      Optional<String> approved = entry.optionalString("change");
      String action = approved.orElse(entry.optionalString("action").orElse(""));
      if (!ACTIONS.contains(action) || entry.present("entries").isEmpty()) {
        return;
      }
      List<String> keys = new ArrayList<>();
      for (Json item : entry.array("entries")) {
        keys.add(key(ReferenceValue.parse(item.asObject("entry"))));
      }
      for (String key : keys) {
        if (wanted.remove(key)) {
          found.put(
              key,
              Json.object()
                  .put("at", entry.string("at"))
                  .put("by", who(entry))
                  .put("id", entry.string("id"))
                  .build());
        }
      }
    } catch (FormatException _) {
      // Of a form that is not known here: it tells nothing about who registered what.
    }
  }
}
