package io.vouchsafe.cli;

import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the ledger says about changes of reference values. It is read page by page: it may be
/// longer than memory.
final class ReferenceHistory {
  static final String ADDED = "entries";
  static final String REMOVED = "removed_entries";

  private static final int PAGE = 1000;

  private ReferenceHistory() {}

  /// Somebody who reads changes.
  interface Reader {
    void read(Json.Obj change) throws FormatException;
  }

  /// Plain values of one name that a change took out of force.
  ///
  /// @param at when, RFC 3339
  record Loss(String at, List<ReferenceValue> values) {
    Loss {
      values = List.copyOf(values);
    }
  }

  /// Shows every change that was made, oldest first.
  static void read(TrustClient client, Reader reader) throws IOException, FormatException, Failure {
    long from = 0;
    List<Json.Obj> page = client.ledgerPage(from, PAGE);
    while (!page.isEmpty()) {
      for (Json.Obj entry : page) {
        if (isChange(entry)) {
          reader.read(entry);
        }
      }
      from += page.size();
      page = client.ledgerPage(from, PAGE);
    }
  }

  private static boolean isChange(Json.Obj entry) throws FormatException {
    return entry.string("kind").equals("admin")
        && entry.optionalString("outcome").equals(Optional.of("done"))
        && (entry.present(ADDED).isPresent() || entry.present(REMOVED).isPresent());
  }

  /// The values that came ([#ADDED]) or went ([#REMOVED]).
  static List<Json.Obj> values(Json.Obj change, String member) throws FormatException {
    List<Json.Obj> values = new ArrayList<>();
    if (change.present(member).isPresent()) {
      for (Json item : change.array(member)) {
        values.add(item.asObject("entry"));
      }
    }
    return values;
  }

  /// The newest change that took plain values of `name` out of force. Those of a signed file come
  /// back with their file.
  static Optional<Loss> lastLoss(TrustClient client, String name)
      throws IOException, FormatException, Failure {
    List<Loss> last = new ArrayList<>();
    read(
        client,
        change -> {
          List<ReferenceValue> lost = new ArrayList<>();
          for (Json.Obj entry : values(change, REMOVED)) {
            ReferenceValue value = ReferenceValue.parse(entry);
            if (value.name().equals(name) && value.source().isEmpty()) {
              lost.add(value);
            }
          }
          if (!lost.isEmpty()) {
            last.clear();
            last.add(new Loss(change.string("at"), lost));
          }
        });
    return last.stream().findFirst();
  }
}
