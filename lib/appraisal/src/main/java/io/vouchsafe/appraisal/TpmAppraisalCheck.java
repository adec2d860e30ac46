package io.vouchsafe.appraisal;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;

/// The checks of the built-in appraisal of TPM evidence, in the order in which they decide.
public enum TpmAppraisalCheck implements Check {
  IDENTITY(
      "appraisal.tpm.identity",
      "The attestation key belongs to a TPM that the operator knows",
      Code.AK_NOT_TRUSTED),
  FIRMWARE(
      "appraisal.tpm.firmware",
      "PCR 0 holds the firmware of a reference value",
      Code.FIRMWARE_UNEXPECTED),
  OPTION_ROMS(
      "appraisal.tpm.option-roms",
      "PCR 2 holds the option ROMs of a reference value",
      Code.FIRMWARE_UNEXPECTED),
  FIRMWARE_SETTINGS(
      "appraisal.tpm.firmware-settings",
      "PCR 1 holds the firmware settings of a reference value",
      Code.FIRMWARE_UNEXPECTED),
  OPTION_ROM_SETTINGS(
      "appraisal.tpm.option-rom-settings",
      "PCR 3 holds the option-ROM settings of a reference value",
      Code.FIRMWARE_UNEXPECTED),
  BOOT_SETTINGS(
      "appraisal.tpm.boot-settings",
      "PCR 5 holds the boot-manager settings of a reference value",
      Code.FIRMWARE_UNEXPECTED),
  PLATFORM_EVENTS(
      "appraisal.tpm.platform-events",
      "PCR 6 holds the platform events of a reference value, where one is registered",
      Code.FIRMWARE_UNEXPECTED),
  SECURE_BOOT(
      "appraisal.tpm.secure-boot",
      "PCR 7 holds the secure-boot state of a reference value",
      Code.FIRMWARE_UNEXPECTED),
  KERNEL("appraisal.tpm.kernel", "The kernel is that of a reference value", Code.KERNEL_UNEXPECTED),
  COMMAND_LINE(
      "appraisal.tpm.command-line",
      "The kernel command line is that of a reference value",
      Code.COMMAND_LINE_UNEXPECTED),
  INITRD("appraisal.tpm.initrd", "The initrd is that of a reference value", Code.INITRD_UNEXPECTED),
  BOOT_APPLICATIONS(
      "appraisal.tpm.boot-applications",
      "PCR 4 as a whole is that of a reference value",
      Code.BOOT_STATE_UNEXPECTED),
  BOOT_FILES(
      "appraisal.tpm.boot-files",
      "PCR 9 as a whole is that of a reference value",
      Code.BOOT_STATE_UNEXPECTED);

  private final Definition definition;

  TpmAppraisalCheck(String id, String title, Code mismatch) {
    definition =
        new Definition(id, title, mismatch, Code.NO_REFERENCE_VALUE, Code.REFERENCE_VALUE_EXPIRED);
  }

  @Override
  public Definition definition() {
    return definition;
  }
}
