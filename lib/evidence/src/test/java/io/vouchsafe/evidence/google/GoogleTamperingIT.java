package io.vouchsafe.evidence.google;

import static io.vouchsafe.evidence.google.Google.AT;
import static io.vouchsafe.evidence.google.Google.FIRMWARE;
import static io.vouchsafe.evidence.google.Google.NONCE;
import static io.vouchsafe.evidence.google.Google.VTPM;
import static io.vouchsafe.evidence.google.Google.attestation;
import static io.vouchsafe.evidence.google.Google.endorsement;
import static io.vouchsafe.evidence.google.Google.quote;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Every byte of good evidence flipped: refused for its reason, or without effect on any claim.
class GoogleTamperingIT {
  @Test
  void document_withEachByteFlipped_isRefused() {
    Bytes good = endorsement();
    LaunchMeasurement guest = new LaunchMeasurement.Tdx(Google.MRTD, Optional.empty());
    Set<Code> reasons =
        Set.of(
            Code.MALFORMED,
            Code.OVERSIZED,
            Code.CHAIN_INVALID,
            Code.WEAK_KEY,
            Code.CERT_EXPIRED,
            Code.CERT_NOT_YET_VALID,
            Code.SIGNATURE_INVALID);
    for (int at = 0; at < good.size(); at++) {
      byte[] changed = good.toByteArray();
      changed[at] ^= 1;
      assertThatThrownBy(() -> FIRMWARE.verify(Bytes.of(changed), guest, AT))
          .as("byte " + at)
          .isInstanceOfSatisfying(
              RefusedException.class, e -> assertThat(reasons).contains(e.code()));
    }
  }

  @Test
  void attestation_withEachByteFlipped_isRefusedOrTheSame() throws Exception {
    Bytes good = attestation(quote());
    Json claims = VTPM.verify(good, NONCE, AT).claims();
    Set<Code> reasons =
        Set.of(
            Code.MALFORMED,
            Code.OVERSIZED,
            Code.UNSUPPORTED_ALGORITHM,
            Code.CHAIN_INVALID,
            Code.BINDING_MISMATCH,
            Code.KEY_ATTRIBUTES,
            Code.WEAK_KEY,
            Code.CERT_EXPIRED,
            Code.CERT_NOT_YET_VALID,
            Code.QUOTE_MALFORMED,
            Code.QUOTE_SIGNATURE_INVALID,
            Code.PCR_SELECTION_MISMATCH,
            Code.PCR_DIGEST_MISMATCH,
            Code.EVENTLOG_MISMATCH);
    for (int at = 0; at < good.size(); at++) {
      byte[] changed = good.toByteArray();
      changed[at] ^= 1;
      try {
        assertThat(VTPM.verify(Bytes.of(changed), NONCE, AT).claims().without("technology"))
            .as("byte " + at)
            .isEqualTo(claims.asObject("claims").without("technology"));
      } catch (RefusedException e) {
        assertThat(reasons).as("byte " + at + ": " + e.getMessage()).contains(e.code());
      }
    }
  }
}
