package io.vouchsafe.hypervisor;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;

/// What must hold for a machine to run.
public enum HypervisorCheck implements Check {
  TOOLS("vm.tools", "every program that a machine needs is installed", Code.TOOL_MISSING),
  TPM("vm.tpm", "the machine's TPM was made and answers", Code.VM_START_FAILED),
  START("vm.start", "the hypervisor started the machine", Code.VM_START_FAILED),
  RUNNING("vm.running", "the machine ran until it was told to end", Code.VM_DIED),
  ANSWERING("vm.answering", "the guest answered in time", Code.VM_TIMEOUT);

  private final Definition definition;

  HypervisorCheck(String id, String title, Code... codes) {
    definition = new Definition(id, title, codes);
  }

  @Override
  public Definition definition() {
    return definition;
  }
}
