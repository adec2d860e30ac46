package io.vouchsafe.evidence.openenclave;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.Anchor;
import io.vouchsafe.evidence.Refusals;
import io.vouchsafe.evidence.dcap.Collateral;
import io.vouchsafe.evidence.dcap.DcapCheck;
import io.vouchsafe.evidence.dcap.DcapPolicy;
import io.vouchsafe.evidence.dcap.DcapRoots;
import io.vouchsafe.evidence.openenclave.fuzz.OpenEnclaveFuzzer;
import io.vouchsafe.testkit.Mutations;
import io.vouchsafe.testkit.intel.PckProfile;
import io.vouchsafe.testkit.intel.SimulatedBody;
import io.vouchsafe.testkit.intel.SimulatedIntel;
import io.vouchsafe.testkit.intel.SimulatedOpenEnclave;
import io.vouchsafe.testkit.intel.SimulatedPlatform;
import io.vouchsafe.testkit.intel.SimulatedQuote;
import io.vouchsafe.testkit.intel.TcbDocuments;
import io.vouchsafe.verdict.CheckResult;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Evidence of the Open Enclave SDK on a simulated platform.
class OpenEnclaveTest {
  private static final SimulatedIntel INTEL = SimulatedIntel.create();
  private static final SimulatedPlatform PLATFORM = INTEL.platform(PckProfile.CLIENT);
  private static final Bytes KEY_HASH = Bytes.utf8("hash of a key");
  private static final Bytes CLAIMS = SimulatedOpenEnclave.claims(Map.of("key", KEY_HASH));
  private static final Bytes QUOTE = quote(CLAIMS);
  private static final Bytes EVIDENCE = SimulatedOpenEnclave.evidence(QUOTE, CLAIMS);
  private static final Optional<Bytes> ANYTHING = Optional.empty();

  private static Bytes quote(Bytes claims) {
    SimulatedBody enclave = SimulatedOpenEnclave.binding(SimulatedBody.enclave(), claims);
    return SimulatedQuote.sgx(enclave).by(PLATFORM);
  }

  private static Bytes report() {
    SimulatedBody enclave = SimulatedBody.enclave().with("REPORTDATA", KEY_HASH);
    return SimulatedOpenEnclave.report(2, SimulatedQuote.sgx(enclave).by(PLATFORM));
  }

  private static OpenEnclaveVerifier verifier(Optional<Collateral> collateral)
      throws FormatException {
    return new OpenEnclaveVerifier(
        DcapRoots.none().named(INTEL.root()), DcapPolicy.STRICT, _ -> collateral);
  }

  private static OpenEnclaveVerifier verifier() throws FormatException {
    return verifier(
        Optional.of(
            Collateral.parse(
                INTEL.collateral(PLATFORM, TcbDocuments.sgx(PckProfile.CLIENT)).json())));
  }

  private static VerifiedOpenEnclave verify(Bytes evidence, Optional<Bytes> expected)
      throws Exception {
    return verifier().verify(evidence, expected, TcbDocuments.GOOD);
  }

  @Test
  void evidence_withItsHeader_isAcceptedWithItsClaims() throws Exception {
    VerifiedOpenEnclave verified = verify(EVIDENCE, Optional.of(CLAIMS));
    assertThat(verified.claims().orElseThrow().value("key")).contains(KEY_HASH);
    assertThat(verified.claims().orElseThrow().value("other")).isEmpty();
    assertThat(verified.quote().anchor()).isEqualTo(Anchor.OPERATOR_NAMED);
    assertThat(verified.checks())
        .extracting(CheckResult::check)
        .startsWith(OpenEnclaveCheck.FORMAT.id(), DcapCheck.QUOTE_FORMAT.id())
        .endsWith(OpenEnclaveCheck.BINDING.id(), OpenEnclaveCheck.CLAIMS.id());
  }

  @Test
  void evidence_withoutHeader_isAccepted() throws Exception {
    VerifiedOpenEnclave verified =
        verifier().verifyWithoutHeader(QUOTE.concat(CLAIMS), ANYTHING, TcbDocuments.GOOD);
    assertThat(verified.bound()).isEqualTo(CLAIMS);
  }

  @Test
  void claims_ofOtherForms_areBoundAsBytes() throws Exception {
    for (Bytes claims : List.of(Bytes.EMPTY, Bytes.utf8("anything"))) {
      VerifiedOpenEnclave verified =
          verify(SimulatedOpenEnclave.evidence(quote(claims), claims), Optional.of(claims));
      assertThat(verified.bound()).isEqualTo(claims);
      assertThat(verified.claims()).isEmpty();
    }
  }

  @Test
  void report_isAcceptedWithItsData() throws Exception {
    VerifiedOpenEnclave verified = verify(report(), Optional.of(KEY_HASH));
    assertThat(verified.bound()).isEqualTo(KEY_HASH.fit(64));
    assertThatThrownBy(() -> verify(report(), Optional.of(Bytes.zeros(65))))
        .hasMessageContaining("USER_DATA_MISMATCH");
    assertThatThrownBy(() -> verify(report(), Optional.of(KEY_HASH.slice(0, 5))))
        .hasMessageContaining("USER_DATA_MISMATCH");
  }

  @Test
  void expectation_thatIsAbsent_isNotChecked() throws Exception {
    assertThat(verify(EVIDENCE, ANYTHING).checks())
        .last()
        .extracting(CheckResult::outcome)
        .isEqualTo(CheckResult.Outcome.NOT_CHECKED);
  }

  @Test
  void evidence_withAByteFlipped_isRefused() throws Exception {
    OpenEnclaveVerifier verifier = verifier();
    int rootEnd = EVIDENCE.size() - CLAIMS.size();
    int rootSize = SimulatedIntel.pem(INTEL.root()).size() + 8;
    for (int i = 0; i < EVIDENCE.size(); i += i < 40 || i > EVIDENCE.size() - 80 ? 1 : 13) {
      byte[] changed = EVIDENCE.toByteArray();
      changed[i] ^= 1;
      if (i >= 20 && i < 24) {
        assertThat(verifier.verify(Bytes.of(changed), ANYTHING, TcbDocuments.GOOD).bound())
            .isEqualTo(CLAIMS);
        continue;
      }
      if (i >= rootEnd - rootSize && i < rootEnd) {
        continue; // the root is pinned by its key and need not be there
      }
      assertThatThrownBy(() -> verifier.verify(Bytes.of(changed), ANYTHING, TcbDocuments.GOOD))
          .as("byte " + i)
          .isInstanceOf(RefusedException.class);
    }
  }

  @Test
  void evidence_cut_isRefused() throws Exception {
    OpenEnclaveVerifier verifier = verifier();
    for (int length = 0; length < EVIDENCE.size(); length += length < 40 ? 1 : 29) {
      Bytes cut = EVIDENCE.slice(0, length);
      assertThatThrownBy(() -> verifier.verify(cut, ANYTHING, TcbDocuments.GOOD))
          .as(length + "")
          .hasMessageContaining("MALFORMED at openenclave.evidence.format");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'',MALFORMED",
    "02000000000000000000000000000000,UNSUPPORTED_VERSION",
    "0100000000000000ffffffffffffffff,OVERSIZED",
    "01000000000000000101000000000000,OVERSIZED",
    "0100000000000000010000000000000000000000000000000000000000000000,MALFORMED",
    "01000000000000000100000000000000010000000000000000000000000000000000,MALFORMED",
    "0100000000000000010000000000000002000000000000000000000000000000000000,MALFORMED",
    "0100000000000000010000000000000002000000000000000000000000000000ff00,MALFORMED",
    "010000000000000001000000000000000200000000000000000000000000000061,MALFORMED",
    "010000000000000000000000000000000000,MALFORMED"
  })
  void claims_thatAreMalformed_areNone(String hex, Code code) {
    assertThatThrownBy(() -> CustomClaims.parse(Bytes.fromHex(hex)))
        .isInstanceOfSatisfying(FormatException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void claim_withANameTwice_isMalformed() throws Exception {
    Bytes one = CLAIMS.slice(16, CLAIMS.size());
    Bytes two = Bytes.fromHex("01000000000000000200000000000000").concat(one).concat(one);
    assertThatThrownBy(() -> CustomClaims.parse(two)).hasMessageContaining("twice");
  }

  @TestFactory
  Stream<DynamicTest> evidence_brokenInOnePlace_isRefusedForThat() {
    OpenEnclaveCheck format = OpenEnclaveCheck.FORMAT;
    Bytes data = QUOTE.concat(CLAIMS);
    Bytes guest = SimulatedQuote.tdx(SimulatedBody.td()).by(INTEL.platform(PckProfile.SERVER));
    Collateral forGuests = guests();
    return new Refusals()
        .add(format, Code.MALFORMED, () -> verify(EVIDENCE.concat(Bytes.zeros(1)), ANYTHING))
        .add(format, Code.OVERSIZED, () -> verify(Bytes.zeros(1 << 19), ANYTHING))
        .add(
            format,
            Code.UNSUPPORTED_VERSION,
            () ->
                verify(
                    SimulatedOpenEnclave.evidence(2, SimulatedOpenEnclave.SGX_ECDSA, data),
                    ANYTHING))
        .add(
            format,
            Code.UNSUPPORTED_TEE,
            () -> verify(SimulatedOpenEnclave.evidence(3, Bytes.zeros(16), data), ANYTHING))
        .add(
            OpenEnclaveCheck.TEE,
            Code.TEE_MISMATCH,
            () ->
                verifier(Optional.of(forGuests))
                    .verify(SimulatedOpenEnclave.report(2, guest), ANYTHING, TcbDocuments.GOOD))
        .add(
            OpenEnclaveCheck.COLLATERAL,
            Code.COLLATERAL_MISSING,
            () -> verifier(Optional.empty()).verify(EVIDENCE, ANYTHING, TcbDocuments.GOOD))
        .add(
            OpenEnclaveCheck.BINDING,
            Code.REPORT_DATA_MISMATCH,
            () ->
                verify(SimulatedOpenEnclave.evidence(QUOTE, Bytes.utf8("other claims")), ANYTHING))
        .add(
            OpenEnclaveCheck.CLAIMS,
            Code.USER_DATA_MISMATCH,
            () -> verify(EVIDENCE, Optional.of(Bytes.utf8("other claims"))))
        .tests(OpenEnclaveCheck.values());
  }

  private static Collateral guests() {
    SimulatedPlatform server = INTEL.platform(PckProfile.SERVER);
    try {
      return Collateral.parse(INTEL.collateral(server, TcbDocuments.tdx(PckProfile.SERVER)).json());
    } catch (FormatException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void report_ofALocalKind_isUnsupported() {
    assertThatThrownBy(() -> OpenEnclaveEvidence.parse(SimulatedOpenEnclave.report(1, QUOTE)))
        .hasMessageContaining("remote");
  }

  @Test
  void mutatedEvidence_givesOnlyDocumentedExceptions() {
    Mutations.feed(
        OpenEnclaveFuzzer::fuzzerTestOneInput,
        11,
        300,
        List.of(EVIDENCE.toByteArray(), report().toByteArray(), CLAIMS.toByteArray()));
  }
}
