/// Launch digests of AMD SEV, SEV-ES and SEV-SNP guests, and what their owner signs
/// (specs/evidence-x86 §1.9, §10.1, §10.2).
///
/// ```java
/// OvmfImage firmware = OvmfImage.parse(bytes);
/// Measurement launch = SnpLaunch.of(SnpFirmware.of(firmware), VcpuSignature.ofName("EPYC-v4"))
///     .withVcpus(4)
///     .withKernel(KernelHashes.of(kernel, initrd, "console=ttyS0"))
///     .measure();
/// ```
@NullMarked
package io.vouchsafe.measure.sev;

import org.jspecify.annotations.NullMarked;
