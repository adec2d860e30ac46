package io.vouchsafe.evidence.azure;

import static io.vouchsafe.evidence.azure.Azure.NONCE;
import static io.vouchsafe.evidence.azure.Azure.SNP;
import static io.vouchsafe.evidence.azure.Azure.TPM;
import static io.vouchsafe.evidence.azure.Azure.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.testkit.tpm.AzureGuest;
import io.vouchsafe.testkit.tpm.CloudTpm;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.tpm.PcrSelection;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Quotes of virtual TPMs on Azure, and the keys that sign them.
class AzureQuoteTest extends AzureTestCase {
  @Test
  void attestationKey_thatIsNotRsa_isRefused() {
    Json.Obj data = Azure.snp().runtimeData();
    Json key = AzureGuest.key(TPM).with("kty", Json.of("EC"));
    assertRefused(
        SNP,
        Azure.snp().withRuntimeData(data.with("keys", Json.array(key))).evidence(NONCE),
        AzureCheck.RUNTIME_DATA,
        Code.UNSUPPORTED_ALGORITHM);
  }

  @Test
  void attestationKey_thatIsShort_isRefused() {
    assertRefused(
        SNP, Azure.snp(CloudTpm.create(1024)).evidence(NONCE), AzureCheck.AK, Code.WEAK_KEY);
  }

  @Test
  void quote_withoutTheMagic_isMalformed() {
    for (int at : new int[] {0, 3, 4, 5}) {
      Bytes message = set(TPM.quote(NONCE), at, 0x55);
      Json evidence = Azure.snp().evidence(1, message, TPM.sign(message), TPM.registers());
      assertRefused(SNP, evidence, AzureCheck.QUOTE_FORMAT, Code.QUOTE_MALFORMED);
    }
  }

  @Test
  void quote_ofAnotherLength_isMalformed() {
    Bytes message = TPM.quote(NONCE);
    for (int size = 0; size <= message.size() + 2; size++) {
      if (size == message.size()) {
        continue;
      }
      Bytes other = message.fit(size);
      Json evidence = Azure.snp().evidence(1, other, TPM.sign(other), TPM.registers());
      assertRefused(SNP, evidence, AzureCheck.QUOTE_FORMAT, Code.QUOTE_MALFORMED);
    }
  }

  @Test
  void quote_thatCertifiesAnotherObject_isMalformed() {
    Bytes quote = TPM.quote(NONCE);
    Bytes head = set(quote.slice(0, quote.size() - 10 - 34), 4, 0x80, 0x17);
    Bytes message = head.concat(Bytes.zeros(4));
    Json evidence = Azure.snp().evidence(1, message, TPM.sign(message), TPM.registers());
    assertRefused(SNP, evidence, AzureCheck.QUOTE_FORMAT, Code.QUOTE_MALFORMED);
  }

  @Test
  void quote_byAnotherKey_isRefused() {
    CloudTpm other = CloudTpm.create();
    Bytes message = TPM.quote(NONCE);
    Json evidence = Azure.snp().evidence(1, message, other.sign(message), TPM.registers());
    assertRefused(SNP, evidence, AzureCheck.QUOTE_SIGNATURE, Code.QUOTE_SIGNATURE_INVALID);
  }

  @Test
  void quote_withASignatureOfAnotherLength_isRefused() {
    Bytes message = TPM.quote(NONCE);
    Bytes signature = TPM.sign(message);
    for (Bytes other :
        List.of(
            Bytes.EMPTY,
            signature.slice(0, 255),
            signature.fit(257),
            Bytes.zeros(1).concat(signature),
            Bytes.zeros(256))) {
      Json evidence = Azure.snp().evidence(1, message, other, TPM.registers());
      assertRefused(SNP, evidence, AzureCheck.QUOTE_SIGNATURE, Code.QUOTE_SIGNATURE_INVALID);
    }
  }

  @Test
  void quote_ofAnotherNonce_isRefused() {
    for (Bytes other : List.of(Bytes.EMPTY, NONCE.slice(0, 47), NONCE.fit(49), set(NONCE, 0, 1))) {
      assertRefused(SNP, Azure.snp().evidence(other), AzureCheck.NONCE, Code.NONCE_MISMATCH);
    }
  }

  @Test
  void quote_withAnEmptyNonceThatWasExpected_isRefused() {
    Json evidence = Azure.snp().evidence(Bytes.EMPTY);
    assertThatThrownBy(() ->
            SNP.verify(evidence, new ExpectedBinding(Bytes.EMPTY, Optional.empty()), Azure.AT))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.NONCE_MISMATCH));
  }

  @Test
  void quote_ofAnotherSelection_isRefused() {
    List<Bytes> values = TPM.registers();
    PcrSelection few = PcrSelection.of(BANK, 0, 1, 2, 3, 4, 5, 6, 7);
    PcrSelection wide = new PcrSelection(BANK.id(), ALL.mask() | 1 << 24, 4);
    for (List<PcrSelection> other :
        List.of(
            List.<PcrSelection>of(),
            List.of(few),
            List.of(ALL, ALL),
            List.of(ALL, PcrSelection.all(HashAlg.SHA1)),
            List.of(PcrSelection.all(HashAlg.SHA384)),
            List.of(wide))) {
      assertRefused(
          SNP, quoting(other, values), AzureCheck.PCR_SELECTION, Code.PCR_SELECTION_MISMATCH);
    }
  }

  @Test
  void quote_ofFewerRegisters_isRefused() {
    List<Bytes> few = TPM.registers().subList(0, 8);
    PcrSelection selection = PcrSelection.of(BANK, 0, 1, 2, 3, 4, 5, 6, 7);
    assertRefused(
        SNP,
        quoting(List.of(selection), few),
        AzureCheck.PCR_SELECTION,
        Code.PCR_SELECTION_MISMATCH);
  }

  @Test
  void registers_inAnotherOrder_areNotThoseThatWereSigned() {
    Bytes message = TPM.quote(NONCE);
    List<Bytes> swapped = new ArrayList<>(TPM.registers());
    swapped.set(0, TPM.registers().get(1));
    swapped.set(1, TPM.registers().get(0));
    Json evidence = Azure.snp().evidence(1, message, TPM.sign(message), swapped);
    assertRefused(SNP, evidence, AzureCheck.PCR_DIGEST, Code.PCR_DIGEST_MISMATCH);
  }
}
