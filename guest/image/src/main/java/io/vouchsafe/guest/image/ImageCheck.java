package io.vouchsafe.guest.image;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;

/// What must hold for a pod VM to be built.
public enum ImageCheck implements Check {
  TOOLS(
      "podvm.tools",
      "every program that the pod VM is built with or from is installed",
      Code.TOOL_MISSING),
  KERNEL("podvm.kernel", "Debian's package of the kernel can be had", Code.TOOL_MISSING),
  RECORDING("podvm.recording", "the recording boot reported its registers", Code.VM_DIED);

  private final Definition definition;

  ImageCheck(String id, String title, Code... codes) {
    definition = new Definition(id, title, codes);
  }

  @Override
  public Definition definition() {
    return definition;
  }
}
