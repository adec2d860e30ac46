/// AMD's side of SEV-SNP for tests: a hierarchy of certificates with keys of its own, and reports
/// that say whatever a test wants. Nothing here leads to a root that is trusted in production.
@NullMarked
package io.vouchsafe.testkit.amd;

import org.jspecify.annotations.NullMarked;
