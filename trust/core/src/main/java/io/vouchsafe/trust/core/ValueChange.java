package io.vouchsafe.trust.core;

import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.trust.store.StoreException;
import io.vouchsafe.trust.store.StoredReferenceValue;
import io.vouchsafe.trust.store.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// A change of reference values one by one, without a signed set.
sealed interface ValueChange extends ReferenceChange {

  /// Reads the stored form.
  static ValueChange parse(String action, Json.Obj change) throws FormatException {
    String base = change.string(BASE);
    return switch (action) {
      case Put.ADD -> new Put(Put.values(change), false, base);
      case Put.REPLACE -> new Put(Put.values(change), true, base);
      case DeleteName.ACTION -> new DeleteName(change.string("name"), base);
      case DeleteEntry.ACTION -> new DeleteEntry(change.integer("entry"), base);
      default -> throw FormatException.unexpected("a change of policies or values", action);
    };
  }

  /// Values are to be in force.
  ///
  /// @param replace whether in place of what their names have, or beside it
  record Put(List<ReferenceValue> values, boolean replace, String base) implements ValueChange {
    static final String ADD = "add-reference-values";
    static final String REPLACE = "replace-reference-values";

    public Put {
      values = List.copyOf(values);
    }

    private static List<ReferenceValue> values(Json.Obj change) throws FormatException {
      List<ReferenceValue> values = new ArrayList<>();
      for (Json item : change.array("entries")) {
        values.add(ReferenceValue.parse(item.asObject("entry")));
      }
      return values;
    }

    @Override
    public String action() {
      return replace ? REPLACE : ADD;
    }

    @Override
    public ReferenceChange at(String state) {
      return new Put(values, replace, state);
    }

    @Override
    public List<StoredReferenceValue> touched(Transaction tx) throws StoreException {
      Set<String> names = new TreeSet<>();
      values.forEach(value -> names.add(value.name()));
      List<StoredReferenceValue> touched = new ArrayList<>();
      for (String name : names) {
        touched.addAll(tx.referenceValues(name));
      }
      return touched;
    }

    @Override
    public Json.Obj json() {
      return Json.object()
          .put(AdminChange.ACTION, action())
          .put("entries", Json.array(values.stream().map(ReferenceValue::json).toList()))
          .put(BASE, base)
          .build();
    }

    @Override
    public Done make(Transaction tx, String by, String approvedBy) throws StoreException {
      List<StoredReferenceValue> removed =
          replace ? ReferenceChange.remove(tx, touched(tx)) : List.of();
      List<StoredReferenceValue> added = tx.addReferenceValues(values);
      return new Done(
          new ChangeOutcome.ValuesChanged(added.size(), removed.size()),
          ReferenceChange.detail(Json.object(), removed, added));
    }
  }

  /// All values of a name are to be out of force.
  record DeleteName(String name, String base) implements ValueChange {
    static final String ACTION = "delete-reference-values";

    @Override
    public String action() {
      return ACTION;
    }

    @Override
    public ReferenceChange at(String state) {
      return new DeleteName(name, state);
    }

    @Override
    public List<StoredReferenceValue> touched(Transaction tx) throws StoreException {
      return tx.referenceValues(name);
    }

    @Override
    public Json.Obj json() {
      return Json.object()
          .put(AdminChange.ACTION, ACTION)
          .put("name", name)
          .put(BASE, base)
          .build();
    }

    @Override
    public Done make(Transaction tx, String by, String approvedBy) throws StoreException {
      List<StoredReferenceValue> removed = touched(tx);
      tx.deleteReferenceValues(name);
      return new Done(
          new ChangeOutcome.ValuesChanged(0, removed.size()),
          ReferenceChange.detail(
              Json.object().put("name", name).put("count", removed.size()), removed, List.of()));
    }
  }

  /// One entry is to be out of force.
  record DeleteEntry(long entry, String base) implements ValueChange {
    static final String ACTION = "delete-reference-value";

    @Override
    public String action() {
      return ACTION;
    }

    @Override
    public ReferenceChange at(String state) {
      return new DeleteEntry(entry, state);
    }

    @Override
    public List<StoredReferenceValue> touched(Transaction tx) throws StoreException {
      return tx.referenceValues().stream().filter(it -> it.id() == entry).toList();
    }

    @Override
    public Json.Obj json() {
      return Json.object()
          .put(AdminChange.ACTION, ACTION)
          .put("entry", entry)
          .put(BASE, base)
          .build();
    }

    @Override
    public Done make(Transaction tx, String by, String approvedBy) throws StoreException {
      List<StoredReferenceValue> removed = ReferenceChange.remove(tx, touched(tx));
      return new Done(
          new ChangeOutcome.ValuesChanged(0, removed.size()),
          ReferenceChange.detail(
              Json.object().put("entry", entry).put("found", !removed.isEmpty()),
              removed,
              List.of()));
    }
  }
}
