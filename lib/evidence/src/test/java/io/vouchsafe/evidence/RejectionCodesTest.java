package io.vouchsafe.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.evidence.dcap.DcapCheck;
import io.vouchsafe.evidence.snp.SnpCheck;
import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The rejection codes of specs/evidence-x86 §0.2.
class RejectionCodesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "MALFORMED QUOTE_MALFORMED UNSUPPORTED_VERSION UNSUPPORTED_ALGORITHM UNSUPPORTED_TEE",
        "UNSUPPORTED_CERTIFICATION_DATA QE_VENDOR CHAIN_INVALID CERT_EXPIRED CERT_NOT_YET_VALID",
        "REVOKED SIGNATURE_INVALID SIGNER_MISMATCH PRODUCT_MISMATCH CHIP_MISMATCH TCB_MISMATCH",
        "TCB_INCONSISTENT TCB_BELOW_MINIMUM SVN_BELOW_MINIMUM TCB_EVALUATION_NUMBER",
        "TCB_NOT_SUPPORTED TCB_REVOKED QE_REPORT_SIGNATURE_INVALID QE_BINDING_INVALID",
        "QE_IDENTITY_MISMATCH TDX_MODULE_MISMATCH COLLATERAL_INVALID",
        "COLLATERAL_SIGNATURE_INVALID COLLATERAL_CHAIN_INVALID COLLATERAL_EXPIRED",
        "COLLATERAL_NOT_YET_VALID COLLATERAL_MISMATCH POLICY_DEBUG POLICY_MIGRATION POLICY_VMPL",
        "POLICY_PROVISIONAL POLICY_PLATFORM_INFO POLICY_UNKNOWN_BITS POLICY_ATTRIBUTES",
        "POLICY_SERVICE_TD REPORT_DATA_MISMATCH NONCE_MISMATCH INIT_DATA_MISMATCH",
        "MEASUREMENT_MISMATCH QUOTE_SIGNATURE_INVALID PCR_SELECTION_MISMATCH",
        "PCR_DIGEST_MISMATCH EVENTLOG_MISMATCH TEE_MISMATCH WEAK_KEY"
      })
  void code_ofTheSpecification_isInTheCatalogue(String names) {
    Set<String> known = Set.copyOf(Arrays.stream(Code.values()).map(Code::name).toList());
    assertThat(known).contains(names.split(" "));
  }

  /// SnpRefusalsTest and DcapRefusalsTest show that what the checks declare is produced.
  @Test
  void codesOfReportsAndQuotes_areAllDeclaredByTheirChecks() {
    Set<Code> declared = EnumSet.noneOf(Code.class);
    Stream.<Check>concat(Stream.of(SnpCheck.values()), Stream.of(DcapCheck.values()))
        .forEach(check -> declared.addAll(check.codes()));
    assertThat(declared).containsAll(specified());
  }

  private static Set<Code> specified() {
    return EnumSet.of(
        Code.MALFORMED,
        Code.UNSUPPORTED_VERSION,
        Code.UNSUPPORTED_ALGORITHM,
        Code.UNSUPPORTED_TEE,
        Code.UNSUPPORTED_CERTIFICATION_DATA,
        Code.QE_VENDOR,
        Code.CHAIN_INVALID,
        Code.CERT_EXPIRED,
        Code.CERT_NOT_YET_VALID,
        Code.REVOKED,
        Code.SIGNATURE_INVALID,
        Code.SIGNER_MISMATCH,
        Code.PRODUCT_MISMATCH,
        Code.CHIP_MISMATCH,
        Code.TCB_MISMATCH,
        Code.TCB_INCONSISTENT,
        Code.TCB_BELOW_MINIMUM,
        Code.SVN_BELOW_MINIMUM,
        Code.TCB_EVALUATION_NUMBER,
        Code.TCB_NOT_SUPPORTED,
        Code.TCB_REVOKED,
        Code.QE_REPORT_SIGNATURE_INVALID,
        Code.QE_BINDING_INVALID,
        Code.QE_IDENTITY_MISMATCH,
        Code.TDX_MODULE_MISMATCH,
        Code.COLLATERAL_INVALID,
        Code.COLLATERAL_SIGNATURE_INVALID,
        Code.COLLATERAL_CHAIN_INVALID,
        Code.COLLATERAL_EXPIRED,
        Code.COLLATERAL_NOT_YET_VALID,
        Code.COLLATERAL_MISMATCH,
        Code.POLICY_DEBUG,
        Code.POLICY_MIGRATION,
        Code.POLICY_VMPL,
        Code.POLICY_PROVISIONAL,
        Code.POLICY_PLATFORM_INFO,
        Code.POLICY_UNKNOWN_BITS,
        Code.POLICY_ATTRIBUTES,
        Code.POLICY_SERVICE_TD,
        Code.REPORT_DATA_MISMATCH,
        Code.INIT_DATA_MISMATCH,
        Code.MEASUREMENT_MISMATCH,
        Code.EVENTLOG_MISMATCH,
        Code.TEE_MISMATCH,
        Code.WEAK_KEY);
  }
}
