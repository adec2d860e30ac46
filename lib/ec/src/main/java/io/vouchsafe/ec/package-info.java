/// ECDSA on P-256 and P-384 for **public data only**: what an evidence verifier checks is public,
/// so it may be checked in variable time, with tables per key, several times as fast as code that
/// must hide its operands.
///
/// Start from [io.vouchsafe.ec.EcdsaVerifier] and [io.vouchsafe.ec.EcdsaSignature]:
///
/// ```java
/// EcdsaVerifier vcek = EcdsaVerifier.of(Curve.P384, publicKey);
/// boolean genuine = vcek.verify(report, EcdsaSignature.ofLittleEndian(Curve.P384, r, s));
/// ```
///
/// **Never use this code for signing, key agreement or anything else that touches a secret**: its
/// running time and its memory accesses tell every operand.
@NullMarked
package io.vouchsafe.ec;

import org.jspecify.annotations.NullMarked;
