/// What a trust server keeps.
///
/// Start from [io.vouchsafe.trust.store.Store] (the contract) and
/// [io.vouchsafe.trust.store.SqliteStore] (one file):
///
/// ```java
/// MasterKey key = MasterKey.openOrCreate(home.resolve("master.key"), random);
/// try (Store store = SqliteStore.open(home.resolve("trust.db"), key, clock, random)) {
///   Snapshot snapshot = store.snapshot(Tenant.DEFAULT);
///   store.write(Tenant.DEFAULT, tx -> tx.append(id, "release", body));
/// }
/// ```
@NullMarked
package io.vouchsafe.trust.store;

import org.jspecify.annotations.NullMarked;
