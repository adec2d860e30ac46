/// Files in which others keep what they expect: taken over as far as a verifier here compares the
/// same, everything else listed in words. Nothing is guessed: a file that is not of the form that
/// is documented is refused as a whole.
@NullMarked
package io.vouchsafe.appraisal.manifest;

import org.jspecify.annotations.NullMarked;
