/// Evidence of AMD SEV-SNP: attestation reports of versions 2 to 5, their endorsement certificates
/// and revocation lists (specs/evidence-x86 §1).
///
/// [SnpReportVerifier] judges a report as the firmware made it, with the endorsements that the
/// caller hands in; nothing is fetched. [SnpVerifier] takes the JSON that guests send.
@NullMarked
package io.vouchsafe.evidence.snp;

import org.jspecify.annotations.NullMarked;
