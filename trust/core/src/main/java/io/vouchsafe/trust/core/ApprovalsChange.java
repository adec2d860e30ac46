package io.vouchsafe.trust.core;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.trust.store.StoreException;
import io.vouchsafe.trust.store.Transaction;

/// Another number of subjects must agree from now on.
record ApprovalsChange(long wanted, String comment) implements AdminChange {
  static final String ACTION = "set-approvals";

  /// Name of the setting that says how many subjects must agree.
  static final String SETTING = "approvals";

  static ApprovalsChange parse(Json.Obj change) throws FormatException {
    return new ApprovalsChange(
        change.integer(SETTING), change.optionalString("comment").orElse(""));
  }

  @Override
  public String action() {
    return ACTION;
  }

  @Override
  public Json.Obj json() {
    Json.ObjBuilder object = Json.object().put(AdminChange.ACTION, ACTION).put(SETTING, wanted);
    return comment.isEmpty() ? object.build() : object.put("comment", comment).build();
  }

  @Override
  public Done make(Transaction tx, String by, String approvedBy) throws StoreException {
    tx.putSetting(SETTING, wanted);
    return new Done(new ChangeOutcome.ApprovalsSet(wanted), json().without(AdminChange.ACTION));
  }
}
