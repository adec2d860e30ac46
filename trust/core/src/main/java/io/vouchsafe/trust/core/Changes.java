package io.vouchsafe.trust.core;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.trust.store.Store;
import io.vouchsafe.trust.store.StoreException;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.trust.store.Transaction;
import io.vouchsafe.verdict.Refusal;

/// Changes of a tenant's state: each is written together with its entry in the ledger. Those that
/// are refused have an entry as well.
final class Changes {
  private static final String KIND = "admin";

  private final Store store;
  private final Ids ids;
  private final Refusals refusals;

  Changes(Store store, Ids ids, Refusals refusals) {
    this.store = store;
    this.ids = ids;
    this.refusals = refusals;
  }

  /// Makes a change.
  @FunctionalInterface
  interface Change<T> {
    T in(Transaction tx) throws StoreException;
  }

  /// What the entry says about a change that was made.
  @FunctionalInterface
  interface Detail<T> {
    Json.Obj of(T done);
  }

  /// Asks the store.
  @FunctionalInterface
  interface Query<T> {
    T ask() throws StoreException;
  }

  /// What a change that may be refused came to.
  sealed interface Result<T> {
    /// It was made.
    ///
    /// @param action what the entry calls it
    /// @param detail what the entry says about it
    record Done<T>(T value, String action, Json.Obj detail) implements Result<T> {}

    /// It was not made, and nothing was written.
    record No<T>(Refusal refusal) implements Result<T> {}
  }

  /// Writes a change and its entry together. `detail` is asked after the change.
  <T> T change(Tenant tenant, String action, String by, Change<T> change, Detail<T> detail)
      throws TransactionRefusedException {
    String id = ids.next();
    try {
      return store.write(
          tenant,
          tx -> {
            T done = change.in(tx);
            tx.append(id, KIND, entry(action, by, detail.of(done)));
            return done;
          });
    } catch (StoreException e) {
      throw new TransactionRefusedException(refusals.store(Step.ADMIN, e));
    }
  }

  /// As above, for a change that may be refused. It must find that out before it writes anything.
  <T> T attempt(Tenant tenant, String action, String by, Change<Result<T>> change)
      throws TransactionRefusedException {
    String id = ids.next();
    Result<T> result;
    try {
      result =
          store.write(
              tenant,
              tx -> {
                Result<T> tried = change.in(tx);
                if (tried instanceof Result.Done<T>(var _, String name, Json.Obj detail)) {
                  tx.append(id, KIND, entry(name, by, detail));
                }
                return tried;
              });
    } catch (StoreException e) {
      throw new TransactionRefusedException(refusals.store(Step.ADMIN, e));
    }
    return switch (result) {
      case Result.Done<T>(T value, var _, var _) -> value;
      case Result.No<T>(Refusal refusal) -> throw refused(tenant, action, by, refusal);
    };
  }

  /// A refusal of a change, with its entry.
  TransactionRefusedException refused(Tenant tenant, String action, String by, Refusal refusal) {
    Json.Obj body = Json.object().put("action", action).put("by", by).build();
    return new TransactionRefusedException(
        refusals.recorded(tenant, Step.ADMIN, KIND, refusal, body));
  }

  private static Json.Obj entry(String action, String by, Json.Obj detail) {
    Json.ObjBuilder body =
        Json.object()
            .put("step", Step.ADMIN.text())
            .put("outcome", "done")
            .put("action", action)
            .put("by", by);
    detail.members().forEach(body::put);
    return body.build();
  }

  <T> T query(Query<T> query) throws TransactionRefusedException {
    try {
      return query.ask();
    } catch (StoreException e) {
      throw new TransactionRefusedException(refusals.store(Step.ADMIN, e));
    }
  }
}
