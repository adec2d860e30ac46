package io.vouchsafe.evidence.google;

import io.vouchsafe.evidence.google.fuzz.CloudCertificateFuzzer;
import io.vouchsafe.evidence.google.fuzz.GoogleAttestationFuzzer;
import io.vouchsafe.evidence.google.fuzz.LaunchEndorsementFuzzer;
import io.vouchsafe.testkit.Mutations;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A short, seeded run of each fuzz target of this package.
class FuzzTargetsTest {
  private static final int ROUNDS = 400;

  @Test
  void endorsement_mutated_isRefused() {
    Mutations.feed(
        LaunchEndorsementFuzzer::fuzzerTestOneInput,
        71,
        ROUNDS,
        List.of(Google.endorsement().toByteArray()));
  }

  @Test
  void attestation_mutated_isRefused() {
    Mutations.feed(
        GoogleAttestationFuzzer::fuzzerTestOneInput,
        72,
        ROUNDS,
        List.of(Google.attestation(Google.quote()).toByteArray()));
  }

  @Test
  void certificate_mutated_isRefusedOrRead() {
    Mutations.feed(
        CloudCertificateFuzzer::fuzzerTestOneInput,
        73,
        ROUNDS,
        List.of(
            Google.TPM_ROOT.certificate().toByteArray(),
            Google.akCertificate(Google.ak()).toByteArray(),
            Google.instance().toByteArray()));
  }
}
