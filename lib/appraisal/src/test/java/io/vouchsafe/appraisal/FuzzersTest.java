package io.vouchsafe.appraisal;

import io.vouchsafe.appraisal.fuzz.EarTokenFuzzer;
import io.vouchsafe.testkit.Mutations;
import io.vouchsafe.verdict.RefusedException;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.ECPublicKey;
import java.util.List;
import org.junit.jupiter.api.Test;

class FuzzersTest {

  @Test
  void claims_mutated_throwNothingElse() {
    AttestationResult tpm =
        Fixtures.issued(Fixtures.tpm(Fixtures.tpmClaims()), Fixtures.tpmValues());
    AttestationResult sample = Fixtures.issued(Fixtures.sample(Fixtures.sampleClaims()), List.of());
    Mutations.feed(
        EarTokenFuzzer::fuzzerTestOneInput,
        1,
        400,
        List.of(tpm.claims().toUtf8(), sample.claims().toUtf8()));
  }

  @Test
  void token_mutated_isRefusedOrWhatItWas() throws Exception {
    EarSigner signer = EarSigner.of(Fixtures.keyPair("secp256r1"), List.of(), Fixtures.SUN);
    AttestationResult sample = Fixtures.issued(Fixtures.sample(Fixtures.sampleClaims()), List.of());
    String token = signer.sign(sample);
    Mutations.feed(
        data -> check(new String(data, StandardCharsets.ISO_8859_1), token, signer.publicKey()),
        2,
        300,
        List.of(token.getBytes(StandardCharsets.US_ASCII)));
  }

  private static void check(String mutated, String token, ECPublicKey key) {
    try {
      EarToken.verify(mutated, key, Fixtures.SUN);
      if (!mutated.equals(token)) {
        throw new AssertionError("a changed token was accepted");
      }
    } catch (RefusedException e) {
      if (mutated.equals(token)) {
        throw new AssertionError("the token itself was refused", e);
      }
    }
  }
}
