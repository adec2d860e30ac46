package io.vouchsafe.evidence.dcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Real quotes, changed in one place: each refused for the reason that belongs to the place. Every
/// byte of every signed field is changed, in one of its bits; of the certificates every fifth.
///
/// One verifier serves all changes of a quote and has verified the whole one before, so that
/// collateral and chain are known to it and only what was changed is verified anew: also what it
/// keeps must not let a change through.
class QuoteTamperingIT {
  private static final int HEADER = 48;
  private static final int SIGNATURE = 64;
  private static final Set<Code> HEADER_CODES =
      EnumSet.of(
          Code.SIGNATURE_INVALID,
          Code.QE_VENDOR,
          Code.MALFORMED,
          Code.UNSUPPORTED_VERSION,
          Code.UNSUPPORTED_ALGORITHM,
          Code.UNSUPPORTED_TEE);

  /// The code of the refusal, or empty if it was accepted.
  private static Optional<Code> outcome(QuoteCase.Verification known, byte[] quote) {
    try {
      known.verify(Bytes.of(quote));
      return Optional.empty();
    } catch (RefusedException e) {
      return Optional.of(e.code());
    }
  }

  /// A verifier that has verified the quote as it is.
  private static QuoteCase.Verification known(QuoteCase item) throws Exception {
    QuoteCase.Verification verification = item.verification();
    assertThat(outcome(verification, item.quote().toByteArray())).isEmpty();
    return verification;
  }

  private static void assertFlips(QuoteCase item, int from, int to, Set<Code> codes)
      throws Exception {
    QuoteCase.Verification known = known(item);
    byte[] quote = item.quote().toByteArray();
    for (int at = from; at < to; at++) {
      byte[] changed = quote.clone();
      changed[at] ^= (byte) (1 << at % 8);
      Optional<Code> code = outcome(known, changed);
      assertThat(code).as("byte " + at).isPresent();
      assertThat(codes).as("byte " + at).contains(code.orElseThrow());
    }
  }

  private static int signedSize(QuoteCase item) throws Exception {
    return Quote.parse(item.quote()).signed().size();
  }

  @ParameterizedTest
  @CsvSource({"tdx,alibaba-v5-2025-06", "tdx,gtg-cos113-v4", "sgx,automata-icelake-v3-2025-08"})
  void quote_signedByteFlipped_isRefused(String folder, String id) throws Exception {
    QuoteCase item = QuoteCase.of(folder, id);
    assertFlips(item, 0, HEADER, HEADER_CODES);
    assertFlips(item, HEADER, signedSize(item), EnumSet.of(Code.SIGNATURE_INVALID, Code.MALFORMED));
  }

  @Test
  void quote_signatureFlipped_isRefused() throws Exception {
    QuoteCase item = QuoteCase.of("tdx", "alibaba-v5-2025-06");
    int from = signedSize(item) + 4;
    assertFlips(item, from, from + SIGNATURE, EnumSet.of(Code.SIGNATURE_INVALID));
  }

  @Test
  void quote_attestationKeyFlipped_isNotBound() throws Exception {
    QuoteCase item = QuoteCase.of("tdx", "alibaba-v5-2025-06");
    int from = signedSize(item) + 4 + SIGNATURE;
    assertFlips(item, from, from + SIGNATURE, EnumSet.of(Code.QE_BINDING_INVALID));
  }

  @Test
  void quote_qeReportOrItsSignatureFlipped_isRefused() throws Exception {
    QuoteCase item = QuoteCase.of("tdx", "alibaba-v5-2025-06");
    int from = signedSize(item) + 4 + 2 * SIGNATURE + 6;
    assertFlips(
        item,
        from,
        from + SgxReport.SIZE + SIGNATURE,
        EnumSet.of(Code.QE_REPORT_SIGNATURE_INVALID, Code.MALFORMED));
  }

  @Test
  void quote_authDataFlipped_isNotBound() throws Exception {
    QuoteCase item = QuoteCase.of("tdx", "alibaba-v5-2025-06");
    int from = signedSize(item) + 4 + 2 * SIGNATURE + 6 + SgxReport.SIZE + SIGNATURE + 2;
    assertFlips(item, from, from + 32, EnumSet.of(Code.QE_BINDING_INVALID));
  }

  @Test
  void quote_certificateFlipped_isRefusedOrMakesNoDifference() throws Exception {
    QuoteCase item = QuoteCase.of("sgx", "automata-icelake-v3-2025-08");
    QuoteCase.Verification known = known(item);
    byte[] quote = item.quote().toByteArray();
    int certificates = Quote.parse(item.quote()).signature().certificationData().size();
    for (int at = quote.length - certificates; at < quote.length; at += 5) {
      byte[] changed = quote.clone();
      changed[at] ^= (byte) (1 << at % 8);
      Optional<Code> code = outcome(known, changed);
      // What stands between the blocks, and the root, which is pinned, do not matter.
      assertThat(code.isEmpty() || code.get() == Code.CHAIN_INVALID).as("byte " + at).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"tdx,alibaba-v5-2025-06", "tdx,phala-tdx-v4", "sgx,automata-icelake-v3-2025-08"})
  void quote_cutAtEveryLength_isMalformed(String folder, String id) throws Exception {
    QuoteCase item = QuoteCase.of(folder, id);
    QuoteCase.Verification known = known(item);
    byte[] quote = item.quote().toByteArray();
    int whole = quote.length - Quote.parse(item.quote()).padding();
    for (int length = 0; length < whole; length++) {
      assertThat(outcome(known, Arrays.copyOf(quote, length)))
          .as("length " + length)
          .contains(Code.MALFORMED);
    }
  }

  @Test
  void quote_withZerosBehind_isTaken_withAnythingElse_isNot() throws Exception {
    QuoteCase item = QuoteCase.of("tdx", "phala-tdx-v4");
    QuoteCase.Verification known = known(item);
    byte[] longer = Arrays.copyOf(item.quote().toByteArray(), item.quote().size() + 100);
    assertThat(outcome(known, longer)).isEmpty();
    longer[longer.length - 1] = 1;
    assertThat(outcome(known, longer)).contains(Code.MALFORMED);
  }

  @Test
  void quote_beyondTheBound_isRefused() throws Exception {
    QuoteCase item = QuoteCase.of("tdx", "phala-tdx-v4");
    byte[] longer = Arrays.copyOf(item.quote().toByteArray(), Quote.MAX_SIZE + 1);
    assertThat(outcome(item.verification(), longer)).contains(Code.OVERSIZED);
  }

  @Test
  void quote_withoutNamedRoot_isRefused() throws Exception {
    QuoteCase item = QuoteCase.of("tdx", "phala-tdx-v4");
    QuoteVerifier verifier = new QuoteVerifier(DcapRoots.none(), DcapPolicy.STRICT);
    assertThatThrownBy(
            () -> verifier.verifyWithoutCollateral(item.quote(), item.binding(), item.at()))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.CHAIN_INVALID));
  }
}
