/// Not exported: what only the verifiers of this module may do.
@NullMarked
package io.vouchsafe.evidence.internal;

import org.jspecify.annotations.NullMarked;
