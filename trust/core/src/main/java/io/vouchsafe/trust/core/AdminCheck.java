package io.vouchsafe.trust.core;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;

/// The checks of changes that administrators make.
public enum AdminCheck implements Check {
  TENANT("admin.tenant", "The tenant is there", Code.NO_SUCH_ENTRY),
  POLICY_VERSION(
      "admin.policy-version",
      "The policy in force is the one that the change was made for",
      Code.POLICY_CHANGED),
  POLICY_KNOWN("admin.policy-known", "There is such a version", Code.NO_SUCH_ENTRY),
  REFERENCE_VALUES(
      "admin.reference-values",
      "The reference values are those that the change was made for",
      Code.REFERENCE_VALUES_CHANGED),
  REFERENCE_SET(
      "admin.reference-set",
      "There is such a version of the set, and values of it still count",
      Code.NO_SUCH_ENTRY,
      Code.REFERENCE_VALUE_EXPIRED),
  PROPOSAL("admin.proposal", "The proposal waits for an approval", Code.NO_SUCH_ENTRY),
  APPROVAL(
      "admin.approval",
      "As many subjects agree as the tenant demands",
      Code.APPROVAL_MISSING,
      Code.APPROVAL_SAME_SUBJECT);

  private final Definition definition;

  AdminCheck(String id, String title, Code... codes) {
    definition = new Definition(id, title, codes);
  }

  @Override
  public Definition definition() {
    return definition;
  }
}
