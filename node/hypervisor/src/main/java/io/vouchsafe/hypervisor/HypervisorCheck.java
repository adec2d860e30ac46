package io.vouchsafe.hypervisor;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;
import java.util.Set;

/// What must hold for a machine to run.
public enum HypervisorCheck implements Check {
  TOOLS("vm.tools", "every program that a machine needs is installed", Set.of(Code.TOOL_MISSING)),
  TPM("vm.tpm", "the machine's TPM was made and answers", Set.of(Code.VM_START_FAILED)),
  START("vm.start", "the hypervisor started the machine", Set.of(Code.VM_START_FAILED)),
  RUNNING("vm.running", "the machine ran until it was told to end", Set.of(Code.VM_DIED));

  private final String id;
  private final String title;
  private final Set<Code> codes;

  HypervisorCheck(String id, String title, Set<Code> codes) {
    this.id = id;
    this.title = title;
    this.codes = codes;
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
    return codes;
  }
}
