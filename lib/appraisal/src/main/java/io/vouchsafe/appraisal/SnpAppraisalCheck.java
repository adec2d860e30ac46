package io.vouchsafe.appraisal;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;

/// The checks of the built-in appraisal of SEV-SNP evidence, in the order in which they decide.
public enum SnpAppraisalCheck implements Check {
  TCB(
      "appraisal.snp.tcb",
      "The reported TCB reaches the minimum of its product line in every part",
      Code.TCB_BELOW_MINIMUM,
      Code.NO_REFERENCE_VALUE),
  DEBUG("appraisal.snp.debug", "The guest cannot be debugged by its host", Code.POLICY_DEBUG),
  MIGRATION(
      "appraisal.snp.migration",
      "The guest cannot be handed to a migration agent",
      Code.POLICY_MIGRATION),
  LAUNCH_DIGEST(
      "appraisal.snp.launch-digest",
      "The launch digest is that of a reference value",
      Code.MEASUREMENT_MISMATCH,
      Code.NO_REFERENCE_VALUE,
      Code.REFERENCE_VALUE_EXPIRED),
  INIT_DATA(
      "appraisal.snp.init-data",
      "The guest was started with the init-data that it sent, or without any",
      Code.INIT_DATA_UNEXPECTED);

  private final Definition definition;

  SnpAppraisalCheck(String id, String title, Code... codes) {
    definition = new Definition(id, title, codes);
  }

  @Override
  public Definition definition() {
    return definition;
  }
}
