/// Measurements of Intel TDX guests: MRTD from the firmware, RTMRs from what the firmware and the
/// kernel's stub will log (specs/evidence-x86 §10.3, §10.4).
///
/// ```java
/// OvmfImage firmware = OvmfImage.parse(bytes);
/// Bytes mrtd = Mrtd.predict(firmware, Mrtd.Order.SINGLE_PASS).value();
/// TdxBoot boot = TdxBoot.predict(kernel, initrd, "console=ttyS0", 4L << 30, Launcher.QEMU_Q35);
/// ```
@NullMarked
package io.vouchsafe.measure.tdx;

import org.jspecify.annotations.NullMarked;
