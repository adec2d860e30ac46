/// Evidence of TPM 2.0.
@NullMarked
package io.vouchsafe.evidence.tpm;

import org.jspecify.annotations.NullMarked;
