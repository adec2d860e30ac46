package io.vouchsafe.appraisal;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;

/// The checks of what a guest behind a paravisor booted. Each compares one register of its virtual
/// TPM; where a register may stay at zero, that needs no reference value.
public enum VtpmAppraisalCheck implements Check {
  BOOT_APPLICATIONS("appraisal.vtpm.boot-applications", "PCR 4 is that of a reference value"),
  BOOT_FILES("appraisal.vtpm.boot-files", "PCR 9 is that of a reference value, or zero"),
  KERNEL_IMAGE("appraisal.vtpm.kernel-image", "PCR 11 is that of a reference value, or zero"),
  SYSTEM_EXTENSIONS(
      "appraisal.vtpm.system-extensions", "PCR 13 is that of a reference value, or zero"),
  SECURE_BOOT("appraisal.vtpm.secure-boot", "PCR 7 is that of a reference value"),
  KERNEL_CONFIGURATION(
      "appraisal.vtpm.kernel-configuration", "PCR 12 is that of a reference value, or zero"),
  MACHINE_OWNER_KEYS(
      "appraisal.vtpm.machine-owner-keys", "PCR 14 is that of a reference value, or zero");

  private final Definition definition;

  VtpmAppraisalCheck(String id, String title) {
    definition =
        new Definition(
            id,
            title,
            Code.BOOT_STATE_UNEXPECTED,
            Code.NO_REFERENCE_VALUE,
            Code.REFERENCE_VALUE_EXPIRED);
  }

  @Override
  public Definition definition() {
    return definition;
  }
}
