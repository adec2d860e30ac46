package io.vouchsafe.evidence.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.tpm.PcrSelection;
import io.vouchsafe.tpm.TpmCommands;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Quotes: what is signed, by which algorithm, over which registers.
class TpmQuoteTest extends TpmVerifierTestCase {
  @Test
  void message_ofAnotherAttestationType_isRefused() {
    Bytes time =
        TPM.attestHead(0x8019, REPORT_DATA.fit(32))
            .u64(1)
            .u64(1)
            .u32(1)
            .u32(0)
            .u8(1)
            .u64(1)
            .toBytes();
    assertRefused(
        valid().quote(TPM.sign(time)).build(), TpmCheck.QUOTE_FORMAT, Code.QUOTE_MALFORMED);
  }

  @Test
  void message_withoutTheMagic_isRefusedThoughItIsSigned() {
    byte[] message = TPM.quote(REPORT_DATA.fit(32), BOOT).message().toByteArray();
    message[0] ^= 1;
    assertRefused(
        valid().quote(TPM.sign(Bytes.of(message))).build(),
        TpmCheck.QUOTE_FORMAT,
        Code.QUOTE_MALFORMED);
  }

  @Test
  void message_withTrailingByte_isRefusedThoughItIsSigned() {
    Bytes message = TPM.quote(REPORT_DATA.fit(32), BOOT).message().concat(Bytes.zeros(1));
    assertRefused(
        valid().quote(TPM.sign(message)).build(), TpmCheck.QUOTE_FORMAT, Code.QUOTE_MALFORMED);
  }

  @Test
  void message_cutAtEveryLength_isRefused() {
    TpmCommands.QuoteResult quote = TPM.quote(REPORT_DATA.fit(32), BOOT);
    for (int size = 0; size < quote.message().size(); size++) {
      TpmCommands.QuoteResult cut =
          new TpmCommands.QuoteResult(quote.message().slice(0, size), quote.signature());
      assertRefused(valid().quote(cut).build(), TpmCheck.QUOTE_FORMAT, Code.QUOTE_MALFORMED);
    }
  }

  @Test
  void message_everyByteFlipped_isRefused() {
    TpmCommands.QuoteResult quote = TPM.quote(REPORT_DATA.fit(32), BOOT);
    for (int i = 0; i < quote.message().size(); i++) {
      byte[] message = quote.message().toByteArray();
      message[i] ^= 1;
      Json evidence =
          valid().quote(new TpmCommands.QuoteResult(Bytes.of(message), quote.signature())).build();
      assertThatThrownBy(() -> accepted(evidence))
          .as("byte %d", i)
          .isInstanceOfSatisfying(
              RefusedException.class,
              e -> assertThat(e.code()).isIn(Code.QUOTE_MALFORMED, Code.QUOTE_SIGNATURE_INVALID));
    }
  }

  @Test
  void signature_everyByteFlippedOrCut_isRefused() {
    TpmCommands.QuoteResult quote = TPM.quote(REPORT_DATA.fit(32), BOOT);
    for (int i = 0; i < quote.signature().size(); i++) {
      byte[] signature = quote.signature().toByteArray();
      signature[i] ^= 1;
      for (Bytes broken : List.of(Bytes.of(signature), quote.signature().slice(0, i))) {
        Json evidence = valid().quote(new TpmCommands.QuoteResult(quote.message(), broken)).build();
        assertThatThrownBy(() -> accepted(evidence))
            .as("byte %d", i)
            .isInstanceOfSatisfying(
                RefusedException.class,
                e ->
                    assertThat(e.code())
                        .isIn(Code.UNSUPPORTED_ALGORITHM, Code.QUOTE_SIGNATURE_INVALID));
      }
    }
  }

  @Test
  void signature_withSha1_isUnsupported() {
    TpmCommands.QuoteResult quote = TPM.quote(REPORT_DATA.fit(32), BOOT);
    byte[] signature = quote.signature().toByteArray();
    signature[3] = (byte) HashAlg.SHA1.id();
    assertRefused(
        valid().quote(new TpmCommands.QuoteResult(quote.message(), Bytes.of(signature))).build(),
        TpmCheck.QUOTE_SIGNATURE,
        Code.UNSUPPORTED_ALGORITHM);
  }

  private static TpmCommands.QuoteResult quoteOf(PcrSelection... selections) {
    return TPM.quote(REPORT_DATA.fit(32), List.of(selections), digest("whatever"));
  }

  @Test
  void bank_sha1Only_isWeak() {
    assertRefused(
        valid().quote(quoteOf(PcrSelection.all(HashAlg.SHA1))).build(),
        TpmCheck.PCR_BANK,
        Code.PCR_BANK_WEAK);
  }

  @Test
  void bank_sha256NamedButEmptyBesideSha1_isWeak() {
    assertRefused(
        valid()
            .quote(quoteOf(PcrSelection.all(HashAlg.SHA1), PcrSelection.of(HashAlg.SHA256)))
            .build(),
        TpmCheck.PCR_BANK,
        Code.PCR_BANK_WEAK);
  }

  @Test
  void selection_ofTwoBanks_isRefused() {
    assertRefused(
        valid()
            .quote(quoteOf(PcrSelection.all(HashAlg.SHA256), PcrSelection.all(HashAlg.SHA1)))
            .build(),
        TpmCheck.PCR_SELECTION,
        Code.PCR_SELECTION_MISMATCH);
  }

  @Test
  void selection_ofTheSameBankTwice_isRefused() {
    assertRefused(
        valid().quote(quoteOf(BOOT, BOOT)).build(),
        TpmCheck.PCR_SELECTION,
        Code.PCR_SELECTION_MISMATCH);
  }

  @Test
  void selection_empty_isRefused() {
    assertRefused(
        valid().quote(quoteOf()).build(), TpmCheck.PCR_SELECTION, Code.PCR_SELECTION_MISMATCH);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
  void selection_withoutOneBootRegister_isRefused(int missing) {
    PcrSelection selection = new PcrSelection(HashAlg.SHA256.id(), 0xff_ffff & ~(1 << missing), 3);
    assertRefused(
        valid().selection(selection).build(), TpmCheck.PCR_SELECTION, Code.PCR_SELECTION_MISMATCH);
  }

  @Test
  void registers_outsideOfTheSignedSelection_areNoClaims() throws Exception {
    List<Bytes> lied = new ArrayList<>(TPM.pcrs());
    lied.set(11, digest("anything"));
    Json.Obj claims = accepted(valid().selection(BOOT).pcrs(lied).build()).claims();
    assertThat(claims.members()).doesNotContainKeys("pcr10", "pcr11", "pcr23");
    assertThat(claims.members()).containsKey("pcr09");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4, 8, 9, 23})
  void register_otherThanSigned_isRefused(int pcr) {
    List<Bytes> lied = new ArrayList<>(TPM.pcrs());
    lied.set(pcr, digest("anything"));
    assertRefused(valid().pcrs(lied).build(), TpmCheck.PCR_DIGEST, Code.PCR_DIGEST_MISMATCH);
  }
}
