package io.vouchsafe.appraisal;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;
import java.util.EnumSet;
import java.util.Set;

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

  private final String id;
  private final String title;

  VtpmAppraisalCheck(String id, String title) {
    this.id = id;
    this.title = title;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public Set<Code> codes() {
    return EnumSet.of(
        Code.BOOT_STATE_UNEXPECTED, Code.NO_REFERENCE_VALUE, Code.REFERENCE_VALUE_EXPIRED);
  }
}
