/// Prediction of boot measurements (specs/evidence-other §2.9).
///
/// Start from [io.vouchsafe.measure.DirectBoot] (a kernel that the launcher hands to the firmware)
/// and [io.vouchsafe.measure.UnifiedKernel] (a kernel with everything in one PE file):
///
/// ```java
/// DirectBoot.Prediction boot = DirectBoot.predict(kernel, initrd, commandLine, 512L << 20,
///     Launcher.QEMU_Q35);
/// Bytes pcr8 = InitDataRegister.value(initDataDigest);
/// ```
@NullMarked
package io.vouchsafe.measure;

import org.jspecify.annotations.NullMarked;
