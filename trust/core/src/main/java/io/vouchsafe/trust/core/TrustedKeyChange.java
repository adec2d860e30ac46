package io.vouchsafe.trust.core;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.trust.store.StoreException;
import io.vouchsafe.trust.store.Transaction;
import io.vouchsafe.trust.store.TrustedAk;

/// An attestation key is to be on the tenant's list: whoever holds it can state any boot.
record TrustedKeyChange(TrustedAk key) implements AdminChange {
  static final String ACTION = "put-trusted-ak";

  private static final String SPKI = "spki";
  private static final String LABEL = "label";

  static TrustedKeyChange parse(Json.Obj change) throws FormatException {
    return new TrustedKeyChange(
        new TrustedAk(Bytes.fromBase64(change.string(SPKI)), change.string(LABEL)));
  }

  @Override
  public String action() {
    return ACTION;
  }

  @Override
  public Json.Obj json() {
    return described(Json.object().put(AdminChange.ACTION, ACTION));
  }

  private Json.Obj described(Json.ObjBuilder entry) {
    return entry.put(SPKI, key.spki().base64()).put(LABEL, key.label()).build();
  }

  @Override
  public Done make(Transaction tx, String by, String approvedBy) throws StoreException {
    tx.putTrustedAk(key);
    return new Done(new ChangeOutcome.KeyTrusted(key.spki()), described(Json.object()));
  }
}
