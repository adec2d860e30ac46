package io.vouchsafe.guest.image;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;
import java.util.Set;

/// What must hold for a pod VM to be built.
public enum ImageCheck implements Check {
  TOOLS(
      "podvm.tools",
      "every program that the pod VM is built with or from is installed",
      Set.of(Code.TOOL_MISSING)),
  KERNEL("podvm.kernel", "Debian's package of the kernel can be had", Set.of(Code.TOOL_MISSING)),
  RECORDING("podvm.recording", "the recording boot reported its registers", Set.of(Code.VM_DIED));

  private final String id;
  private final String title;
  private final Set<Code> codes;

  ImageCheck(String id, String title, Set<Code> codes) {
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
