package io.vouchsafe.evidence.azure;

import static io.vouchsafe.evidence.azure.Azure.NONCE;
import static io.vouchsafe.evidence.azure.Azure.SNP;
import static io.vouchsafe.evidence.azure.Azure.TDX;
import static io.vouchsafe.evidence.azure.Azure.TPM;
import static io.vouchsafe.evidence.azure.Azure.refusal;
import static io.vouchsafe.evidence.azure.Azure.verify;
import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.Verifier;
import io.vouchsafe.testkit.tpm.AzureGuest;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Every byte of good evidence flipped, and every length cut: what is signed or bound is refused
/// for its reason, what is neither changes no claim.
class AzureTamperingIT {
  private static final int DATA_AT = 1236;
  private static final String HCL = "hcl_report";
  private static final String QUOTE = "tpm_quote";

  private static Bytes flipped(Bytes bytes, int at) {
    byte[] changed = bytes.toByteArray();
    changed[at] ^= 1;
    return Bytes.of(changed);
  }

  /// Hints of the header, which nobody signs and nothing depends on.
  private static boolean isHint(int at) {
    return at >= 8 && at < 16 || at >= 1216 && at < 1220;
  }

  private static Set<Code> reasons(int at, AzureGuest guest, boolean snp) {
    if (at < AzureGuest.REPORT_AT) {
      return at >= 4 && at < 8 ? Set.of(Code.UNSUPPORTED_VERSION) : Set.of(Code.MALFORMED);
    } else if (at < AzureGuest.REPORT_AT + 0x2a0) {
      return Set.of(
          Code.SIGNATURE_INVALID,
          Code.MALFORMED,
          Code.UNSUPPORTED_VERSION,
          Code.UNSUPPORTED_ALGORITHM,
          Code.SIGNER_MISMATCH,
          Code.PRODUCT_MISMATCH);
    } else if (at < AzureGuest.REPORT_AT + AzureGuest.REPORT_SIZE) {
      return snp ? Set.of(Code.SIGNATURE_INVALID, Code.MALFORMED) : Set.of(Code.MALFORMED);
    } else if (at < DATA_AT) {
      return Set.of(
          Code.UNSUPPORTED_VERSION,
          Code.UNSUPPORTED_TEE,
          Code.UNSUPPORTED_ALGORITHM,
          Code.BINDING_MISMATCH,
          Code.OVERSIZED,
          Code.MALFORMED);
    }
    return at < guest.paddingAt() ? Set.of(Code.BINDING_MISMATCH) : Set.of(Code.MALFORMED);
  }

  private static void hcl(AzureGuest guest, Verifier verifier, boolean snp, int step)
      throws Exception {
    Json.Obj good = guest.evidence(NONCE);
    Json.Obj claims = verify(verifier, good).claims();
    Bytes hcl = guest.hcl();
    for (int at = 0; at < hcl.size(); at += at < 32 || at >= 1216 && at < DATA_AT ? 1 : step) {
      Json evidence = good.with(HCL, Json.of(flipped(hcl, at).base64Url()));
      boolean unsignedReport =
          !snp && at >= AzureGuest.REPORT_AT && at < AzureGuest.REPORT_AT + 1024;
      if (isHint(at) || unsignedReport) {
        assertThat(verify(verifier, evidence).claims()).as("byte " + at).isEqualTo(claims);
        continue;
      }
      RefusedException e = refusal(verifier, evidence);
      assertThat(reasons(at, guest, snp))
          .as("byte " + at + ": " + e.getMessage())
          .contains(e.code());
    }
    for (int size = 0; size < guest.paddingAt(); size++) {
      RefusedException e =
          refusal(verifier, good.with(HCL, Json.of(hcl.slice(0, size).base64Url())));
      assertThat(e.code()).as("cut to " + size).isEqualTo(Code.MALFORMED);
      assertThat(e.refusal().check()).isEqualTo(AzureCheck.HCL_FORMAT.id());
    }
    for (int size : new int[] {guest.paddingAt(), hcl.size() - 1, hcl.size() + 1}) {
      Json padded = good.with(HCL, Json.of(hcl.fit(size).base64Url()));
      assertThat(verify(verifier, padded).claims()).isEqualTo(claims);
    }
  }

  @Test
  void hclReportOfSnp_withEachByteFlippedAndEachLengthCut_isRefusedForIt() throws Exception {
    hcl(Azure.snp(), SNP, true, 1);
  }

  @Test
  void hclReportOfTdx_withEachByteFlippedAndEachLengthCut_isRefusedForIt() throws Exception {
    hcl(Azure.tdx(), TDX, false, 17);
  }

  private static Code flippedIn(Json.Obj good, String member, Bytes value, int at)
      throws FormatException {
    Json quote = good.object(QUOTE).with(member, Json.of(flipped(value, at).hex()));
    return refusal(SNP, good.with(QUOTE, quote)).code();
  }

  @Test
  void quote_withEachByteFlipped_isRefusedForIt() throws Exception {
    Bytes message = TPM.quote(NONCE);
    Bytes signature = TPM.sign(message);
    Json.Obj good = Azure.snp().evidence(1, message, signature, TPM.registers());
    for (int at = 0; at < message.size(); at++) {
      assertThat(List.of(Code.QUOTE_MALFORMED, Code.QUOTE_SIGNATURE_INVALID))
          .as("byte " + at)
          .contains(flippedIn(good, "message", message, at));
    }
    for (int at = 0; at < signature.size(); at++) {
      assertThat(flippedIn(good, "signature", signature, at))
          .isEqualTo(Code.QUOTE_SIGNATURE_INVALID);
    }
  }

  @Test
  void registers_withEachByteFlipped_areNotThoseThatWereSigned() throws Exception {
    Json.Obj good = Azure.snp().evidence(NONCE);
    List<Json> registers = good.object(QUOTE).array("pcrs");
    for (int pcr = 0; pcr < registers.size(); pcr++) {
      for (int at = 0; at < 32; at++) {
        List<Json> changed = new ArrayList<>(registers);
        changed.set(pcr, Json.of(flipped(TPM.registers().get(pcr), at).hex()));
        Json quote = good.object(QUOTE).with("pcrs", Json.array(changed));
        assertThat(refusal(SNP, good.with(QUOTE, quote)).code())
            .isEqualTo(Code.PCR_DIGEST_MISMATCH);
      }
    }
  }
}
