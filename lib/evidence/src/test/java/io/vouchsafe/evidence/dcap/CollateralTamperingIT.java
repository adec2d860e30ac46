package io.vouchsafe.evidence.dcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Real collateral, changed in one place, exchanged, or used at the wrong time. Changed are every
/// byte of the root's list and each 7th or 11th of the longer documents, whose bytes are all under
/// one signature each.
///
/// One verifier serves all changes of a document and has verified the whole collateral before: also
/// what it keeps must not let a change through.
class CollateralTamperingIT {
  private static final Set<Code> CODES =
      EnumSet.of(
          Code.COLLATERAL_INVALID,
          Code.COLLATERAL_SIGNATURE_INVALID,
          Code.COLLATERAL_CHAIN_INVALID,
          Code.COLLATERAL_MISMATCH);

  /// The documents.
  private enum Part {
    TCB_INFO(11),
    QE_IDENTITY(7),
    SIGNING_CHAIN(7),
    ROOT_CRL(1),
    PCK_CRL(7);

    private final int step;

    Part(int step) {
      this.step = step;
    }

    Bytes of(Collateral collateral) {
      return switch (this) {
        case TCB_INFO -> collateral.tcbInfo();
        case QE_IDENTITY -> collateral.qeIdentity();
        case SIGNING_CHAIN -> collateral.signingChain();
        case ROOT_CRL -> collateral.rootCrl();
        case PCK_CRL -> collateral.pckCrl();
      };
    }

    Collateral changed(Collateral c, UnaryOperator<Bytes> change) {
      return new Collateral(
          this == TCB_INFO ? change.apply(c.tcbInfo()) : c.tcbInfo(),
          this == QE_IDENTITY ? change.apply(c.qeIdentity()) : c.qeIdentity(),
          this == SIGNING_CHAIN ? change.apply(c.signingChain()) : c.signingChain(),
          this == ROOT_CRL ? change.apply(c.rootCrl()) : c.rootCrl(),
          this == PCK_CRL ? change.apply(c.pckCrl()) : c.pckCrl(),
          c.pckChain());
    }
  }

  /// The code of the refusal, or empty if it was accepted as up to date.
  private static Optional<Code> outcome(
      QuoteVerifier verifier, QuoteCase item, Collateral collateral, Instant at) throws Exception {
    try {
      VerifiedQuote verified = verifier.verify(item.quote(), collateral, item.binding(), at);
      assertThat(verified.tcb().orElseThrow().status()).isEqualTo(TcbStatus.UP_TO_DATE);
      return Optional.empty();
    } catch (RefusedException e) {
      return Optional.of(e.code());
    }
  }

  private static Optional<Code> outcome(QuoteCase item, Collateral collateral, Instant at)
      throws Exception {
    return outcome(new QuoteVerifier(DcapRoots.intel(), item.policy()), item, collateral, at);
  }

  /// A verifier that has verified the collateral as it is.
  private static QuoteVerifier known(QuoteCase item) throws Exception {
    QuoteVerifier verifier = new QuoteVerifier(DcapRoots.intel(), item.policy());
    assertThat(outcome(verifier, item, item.collateral().orElseThrow(), item.at())).isEmpty();
    return verifier;
  }

  private static Bytes flipped(Bytes document, int at) {
    byte[] changed = document.toByteArray();
    changed[at] ^= (byte) (1 << at % 8);
    return Bytes.of(changed);
  }

  @ParameterizedTest
  @EnumSource(Part.class)
  void document_byteFlipped_isRefusedOrMakesNoDifference(Part part) throws Exception {
    QuoteCase item = QuoteCase.of("tdx", "phala-tdx-v4");
    Collateral whole = item.collateral().orElseThrow();
    QuoteVerifier known = known(item);
    for (int i = 0; i < part.of(whole).size(); i += part.step) {
      int at = i;
      Optional<Code> code =
          outcome(known, item, part.changed(whole, document -> flipped(document, at)), item.at());
      // Only the case of hexadecimal digits of a signature and the pinned root do not matter.
      boolean unsigned = part != Part.ROOT_CRL && part != Part.PCK_CRL;
      assertThat(code.isEmpty() ? unsigned : CODES.contains(code.get()))
          .as(part + " byte " + at + " " + code)
          .isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(Part.class)
  void document_cut_isRefused(Part part) throws Exception {
    QuoteCase item = QuoteCase.of("tdx", "phala-tdx-v4");
    Collateral whole = item.collateral().orElseThrow();
    QuoteVerifier known = known(item);
    int size = part.of(whole).size();
    // The second certificate of the chain is the root, which need not be there.
    int limit = part == Part.SIGNING_CHAIN ? size / 3 : size - 1;
    for (int length = 0; length < limit; length += 13) {
      int to = length;
      Collateral cut = part.changed(whole, document -> document.slice(0, to));
      assertThat(outcome(known, item, cut, item.at()))
          .as(part + " " + to)
          .isPresent()
          .get()
          .isIn(CODES);
    }
  }

  @ParameterizedTest
  @EnumSource(Part.class)
  void document_ofAnotherTee_isRefused(Part part) throws Exception {
    QuoteCase item = QuoteCase.of("tdx", "phala-tdx-v4");
    Collateral other = QuoteCase.of("sgx", "phala-sgx").collateral().orElseThrow();
    Collateral mixed = part.changed(item.collateral().orElseThrow(), document -> part.of(other));
    Optional<Code> code = outcome(item, mixed, item.at());
    // Root and signer are the same for all.
    boolean shared = part == Part.ROOT_CRL || part == Part.SIGNING_CHAIN;
    assertThat(code.isEmpty() ? shared : code.get() == Code.COLLATERAL_MISMATCH)
        .as(part + " " + code)
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({"60,COLLATERAL_EXPIRED", "-60,COLLATERAL_NOT_YET_VALID"})
  void collateral_atAnotherTime_isRefused(long days, Code code) throws Exception {
    QuoteCase item = QuoteCase.of("tdx", "phala-tdx-v4");
    Collateral whole = item.collateral().orElseThrow();
    assertThat(outcome(item, whole, item.at().plus(Duration.ofDays(days)))).contains(code);
  }

  @Test
  void collateral_underAnotherPinnedRoot_isRefused() throws Exception {
    QuoteCase item = QuoteCase.of("tdx", "phala-tdx-v4");
    QuoteCase test = QuoteCase.of("tdx", "syn-tdx-v4-uptodate");
    QuoteVerifier verifier = new QuoteVerifier(test.roots(), item.policy());
    assertThatThrownBy(() ->
            verifier.verify(
                test.quote(), item.collateral().orElseThrow(), test.binding(), test.at()))
        .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(CODES).contains(e.code()));
  }
}
