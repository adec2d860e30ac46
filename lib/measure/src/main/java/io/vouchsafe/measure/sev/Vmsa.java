package io.vouchsafe.measure.sev;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.measure.OvmfImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The save area that a virtual processor starts with (VMSA, AMD64 manual volume 2, appendix B):
/// the registers after a reset, with what each hypervisor does differently (specs/evidence-x86
/// §10.1).
public final class Vmsa {
  /// Where the first processor starts.
  public static final long RESET_VECTOR = 0xffff_fff0L;

  private static final int ES = 0x00;
  private static final int CS = 0x10;
  private static final int SS = 0x20;
  private static final int DS = 0x30;
  private static final int FS = 0x40;
  private static final int GS = 0x50;
  private static final int GDTR = 0x60;
  private static final int LDTR = 0x70;
  private static final int IDTR = 0x80;
  private static final int TR = 0x90;
  private static final int EFER = 0xD0;
  private static final int CR4 = 0x148;
  private static final int CR0 = 0x158;
  private static final int DR7 = 0x160;
  private static final int DR6 = 0x168;
  private static final int RFLAGS = 0x170;
  private static final int RIP = 0x178;
  private static final int G_PAT = 0x268;
  private static final int RDX = 0x310;
  private static final int SEV_FEATURES = 0x3B0;
  private static final int XCR0 = 0x3E8;
  private static final int MXCSR = 0x408;
  private static final int X87_FCW = 0x410;

  private static final long REAL_MODE_LIMIT = 0xffff;
  private static final long RESET_PAT = 0x0007_0406_0007_0406L;
  private static final long GCE_PAT = 0x0007_0106L;
  private static final long CLOUD_RDX = 0x600;
  private static final int MXCSR_DEFAULT = 0x1f80;
  private static final short FCW_DEFAULT = 0x37f;

  private final ByteBuffer page =
      ByteBuffer.allocate(OvmfImage.PAGE).order(ByteOrder.LITTLE_ENDIAN);

  private Vmsa() {}

  /// The page of a processor that starts as after a reset.
  ///
  /// @param address where it starts: [#RESET_VECTOR] for the first, what the firmware says for the
  ///   others
  /// @param signature what QEMU reports; the others do not measure it
  /// @param features SEV_FEATURES; zero for SEV-ES
  public static Bytes page(Vmm vmm, long address, VcpuSignature signature, long features) {
    Vmsa vmsa = new Vmsa();
    vmsa.common(features);
    for (int segment : new int[] {ES, DS, FS, GS}) {
      vmsa.segment(segment, 0, 0x93, REAL_MODE_LIMIT, 0);
    }
    vmsa.put(CR0, 0x10);
    vmsa.put(RIP, address & 0xffff);
    long base = address & 0xffff_0000L;
    switch (vmm) {
      case QEMU -> {
        vmsa.codeStackTask(0x9b, base, 0x93, 0x8b);
        vmsa.put(RDX, signature.value());
        vmsa.page.putInt(MXCSR, MXCSR_DEFAULT).putShort(X87_FCW, FCW_DEFAULT);
      }
      case EC2 -> {
        vmsa.codeStackTask(address == RESET_VECTOR ? 0x9a : 0x9b, base, 0x92, 0x83);
        vmsa.put(RDX, CLOUD_RDX);
      }
      case GCE -> {
        vmsa.codeStackTask(0x9b, base, 0x93, 0x8b);
        vmsa.put(G_PAT, GCE_PAT);
        vmsa.put(RDX, CLOUD_RDX);
      }
    }
    return Bytes.of(vmsa.page.array());
  }

  /// The same page with the control registers of the floating-point unit left zero.
  static Bytes withoutFpu(Bytes page) {
    Vmsa vmsa = new Vmsa();
    vmsa.page.put(page.asBuffer()).clear();
    vmsa.page.putInt(MXCSR, 0).putShort(X87_FCW, (short) 0);
    return Bytes.of(vmsa.page.array());
  }

  /// The page of a processor that starts in an SVSM: protected mode, flat segments.
  ///
  /// @param address where it starts
  /// @param signature what QEMU reports
  /// @param features SEV_FEATURES
  public static Bytes svsmPage(long address, VcpuSignature signature, long features) {
    Vmsa vmsa = new Vmsa();
    vmsa.common(features);
    for (int segment : new int[] {ES, SS, DS, FS}) {
      vmsa.segment(segment, 0x10, 0xc93, 0xffff_ffffL, 0);
    }
    vmsa.segment(GS, 0, 0x93, REAL_MODE_LIMIT, 0);
    vmsa.segment(CS, 8, 0xc9b, 0xffff_ffffL, 0);
    vmsa.segment(TR, 0, 0x8b, REAL_MODE_LIMIT, 0);
    vmsa.put(CR0, 0x11);
    vmsa.put(RIP, address);
    vmsa.put(RDX, signature.value());
    vmsa.page.putInt(MXCSR, MXCSR_DEFAULT);
    return Bytes.of(vmsa.page.array());
  }

  private void common(long features) {
    segment(GDTR, 0, 0, REAL_MODE_LIMIT, 0);
    segment(LDTR, 0, 0x82, REAL_MODE_LIMIT, 0);
    segment(IDTR, 0, 0, REAL_MODE_LIMIT, 0);
    put(EFER, 0x1000);
    put(CR4, 0x40);
    put(DR7, 0x400);
    put(DR6, 0xffff_0ff0L);
    put(RFLAGS, 2);
    put(G_PAT, RESET_PAT);
    put(SEV_FEATURES, features);
    put(XCR0, 1);
  }

  private void codeStackTask(int code, long codeBase, int stack, int task) {
    segment(CS, 0xf000, code, REAL_MODE_LIMIT, codeBase);
    segment(SS, 0, stack, REAL_MODE_LIMIT, 0);
    segment(TR, 0, task, REAL_MODE_LIMIT, 0);
  }

  private void segment(int at, int selector, int attributes, long limit, long base) {
    page.putShort(at, (short) selector)
        .putShort(at + 2, (short) attributes)
        .putInt(at + 4, (int) limit)
        .putLong(at + 8, base);
  }

  private void put(int at, long value) {
    page.putLong(at, value);
  }
}
