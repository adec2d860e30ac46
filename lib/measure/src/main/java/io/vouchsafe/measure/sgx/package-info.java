/// Measurements of Intel SGX enclaves: MRENCLAVE from a stream of what is loaded (SGXS) or from
/// what Gramine's signer reads, and the signature structure of an enclave with MRSIGNER
/// (specs/evidence-x86 §6, §10.5).
///
/// ```java
/// Bytes mrEnclave = SgxsStream.measure(stream).mrEnclave();
/// Sigstruct signed = Sigstruct.parse(bytes);
/// signed.verify();
/// boolean fits = signed.enclaveHash().equals(mrEnclave);
/// ```
@NullMarked
package io.vouchsafe.measure.sgx;

import org.jspecify.annotations.NullMarked;
