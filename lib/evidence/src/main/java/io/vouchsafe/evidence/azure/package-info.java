/// Evidence of Azure's confidential virtual machines (specs/evidence-x86 §7): a hardware report
/// that binds the key of a virtual TPM, and a quote by that key.
///
/// [AzureSnpVerifier] and [AzureTdxVerifier] take the JSON that guests send, in each of its shapes.
/// [HclReport] and [RuntimeData] read what the virtual machine's paravisor wrote.
@NullMarked
package io.vouchsafe.evidence.azure;

import org.jspecify.annotations.NullMarked;
