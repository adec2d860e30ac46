package io.vouchsafe.measure;

/// What hands kernel and initrd to the firmware: it decides which bytes of the kernel's header the
/// firmware sees.
public enum Launcher {
  /// QEMU's machine `q35` with `-kernel` and `-initrd`: QEMU fills fields of the Linux boot
  /// protocol into the header, among them the address and size of the initrd (checked with QEMU
  /// 7.2).
  QEMU_Q35,

  /// A launcher that hands the kernel over as it is in its file.
  UNCHANGED
}
