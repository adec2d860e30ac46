package io.vouchsafe.evidence.tpm;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;

/// The checks of TPM evidence, in the order in which they run (specs/evidence-other §2.2). The
/// signature comes before any meaning; nothing of the unsigned envelope is believed.
public enum TpmCheck implements Check {
  EVIDENCE_FORMAT(
      "tpm.evidence.format",
      "The evidence has the members and encodings of TPM evidence",
      Code.MALFORMED,
      Code.OVERSIZED,
      Code.UNSUPPORTED_ALGORITHM),
  AK_KEY(
      "tpm.ak.key",
      "The attestation key that is named is the one of its public area",
      Code.AK_NOT_TRUSTED),
  AK_TRUST(
      "tpm.ak.trust",
      "The attestation key was enrolled against an endorsement key or is on the tenant's list",
      Code.AK_NOT_TRUSTED),
  AK_ATTRIBUTES(
      "tpm.ak.attributes",
      "The attestation key is restricted, fixed to its TPM and strong enough",
      Code.KEY_ATTRIBUTES,
      Code.WEAK_KEY),
  QUOTE_FORMAT(
      "tpm.quote.format", "The message is a TPMS_ATTEST of type quote", Code.QUOTE_MALFORMED),
  QUOTE_SIGNATURE(
      "tpm.quote.signature",
      "The attestation key signed the quote",
      Code.QUOTE_SIGNATURE_INVALID,
      Code.UNSUPPORTED_ALGORITHM),
  REPORT_DATA(
      "tpm.quote.report-data",
      "The quote binds nonce, key and further evidence of this session",
      Code.REPORT_DATA_MISMATCH),
  PCR_BANK("tpm.quote.pcr-bank", "The SHA-256 bank is quoted", Code.PCR_BANK_WEAK),
  PCR_SELECTION(
      "tpm.quote.pcr-selection",
      "The quote covers PCR 0 to 9 of the SHA-256 bank and no other bank",
      Code.PCR_SELECTION_MISMATCH),
  PCR_DIGEST(
      "tpm.quote.pcr-digest",
      "The register values are those that were signed",
      Code.PCR_DIGEST_MISMATCH),
  INIT_DATA("tpm.init-data", "PCR 8 holds the init-data", Code.INIT_DATA_MISMATCH),
  EVENT_LOG(
      "tpm.event-log.replay",
      "The event log replays to the signed registers",
      Code.EVENTLOG_MISMATCH,
      Code.MALFORMED,
      Code.OVERSIZED,
      Code.UNSUPPORTED_ALGORITHM);

  private final Definition definition;

  TpmCheck(String id, String title, Code... codes) {
    definition = new Definition(id, title, codes);
  }

  @Override
  public Definition definition() {
    return definition;
  }
}
