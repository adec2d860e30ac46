/// Reference integrity manifests in SWID form (ISO/IEC 19770-2, TCG RIM information model), as GPU
/// vendors publish them: read without entities or DTDs, their enveloped signature checked to a root
/// that the operator named.
@NullMarked
package io.vouchsafe.appraisal.rim;

import org.jspecify.annotations.NullMarked;
