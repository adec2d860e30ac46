/// Evidence of Google Cloud (specs/evidence-x86 §8): launch endorsements of its firmware, by which
/// a measurement of SEV-SNP or TDX is known to be Google's, and attestations of its virtual TPM.
///
/// [LaunchEndorsementVerifier] says whether Google endorses a measurement; [GoogleVtpmVerifier]
/// verifies quotes of a virtual TPM with its certificate and event log. Reports and quotes of the
/// hardware itself are those of `io.vouchsafe.evidence.snp` and `io.vouchsafe.evidence.dcap`.
@NullMarked
package io.vouchsafe.evidence.google;

import org.jspecify.annotations.NullMarked;
