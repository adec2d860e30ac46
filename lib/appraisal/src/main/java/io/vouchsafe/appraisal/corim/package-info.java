/// Reference values in CoRIM form (draft-ietf-rats-corim): reading, checking who signed, and taking
/// over what a verifier here can compare. What is not understood is kept as text and reported,
/// never dropped in silence.
///
/// ```java
/// SignedCorim signed = SignedCorim.parse(bytes);
/// Corim corim = signed.verify(signers, now);
/// CorimValues values = CorimValues.of(corim, expires, "corim " + corim.id());
/// ```
@NullMarked
package io.vouchsafe.appraisal.corim;

import org.jspecify.annotations.NullMarked;
