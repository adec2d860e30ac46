package io.vouchsafe.evidence.google;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;

/// The checks of Google's virtual TPMs, in the order in which they run (specs/evidence-x86 §8.3).
public enum GoogleVtpmCheck implements Check {
  FORMAT(
      "google.vtpm.format",
      "The attestation is a well-formed attest.Attestation",
      Code.MALFORMED,
      Code.OVERSIZED,
      Code.UNSUPPORTED_ALGORITHM),
  AK_CERTIFICATE(
      "google.vtpm.ak.certificate",
      "The certificates of the attestation key can be read",
      Code.MALFORMED,
      Code.OVERSIZED),
  AK_CHAIN(
      "google.vtpm.ak.chain",
      "The certificate of the attestation key leads to a pinned root key, over strong keys",
      Code.CHAIN_INVALID,
      Code.WEAK_KEY),
  AK_VALIDITY(
      "google.vtpm.ak.validity",
      "Every certificate of the chain is valid at the given time",
      Code.CERT_EXPIRED,
      Code.CERT_NOT_YET_VALID),
  AK_PROFILE(
      "google.vtpm.ak.profile",
      "The certificate is for a key that signs and not for an authority; what it says about its"
          + " machine can be read",
      Code.CHAIN_INVALID,
      Code.MALFORMED),
  AK_KEY(
      "google.vtpm.ak.key",
      "The attestation key is the certified one",
      Code.BINDING_MISMATCH,
      Code.UNSUPPORTED_ALGORITHM),
  AK_ATTRIBUTES(
      "google.vtpm.ak.attributes",
      "The attestation key is restricted and fixed to its TPM",
      Code.KEY_ATTRIBUTES),
  QUOTE_FORMAT(
      "google.vtpm.quote.format",
      "Each message is a TPMS_ATTEST of type quote",
      Code.QUOTE_MALFORMED),
  QUOTE_SIGNATURE(
      "google.vtpm.quote.signature",
      "The attestation key signed each quote",
      Code.QUOTE_SIGNATURE_INVALID,
      Code.UNSUPPORTED_ALGORITHM),
  NONCE("google.vtpm.quote.nonce", "Each quote binds the nonce, to the byte", Code.NONCE_MISMATCH),
  PCR_SELECTION(
      "google.vtpm.quote.pcr-selection",
      "Each quote covers exactly the registers that came, of one bank",
      Code.PCR_SELECTION_MISMATCH),
  PCR_DIGEST(
      "google.vtpm.quote.pcr-digest",
      "The register values are those that were signed",
      Code.PCR_DIGEST_MISMATCH),
  PCR_BANK(
      "google.vtpm.quote.pcr-bank", "A bank stronger than SHA-1 is quoted", Code.PCR_BANK_WEAK),
  EVENT_LOG(
      "google.vtpm.event-log.replay",
      "The event log replays to the signed registers, in each bank that it has",
      Code.EVENTLOG_MISMATCH,
      Code.MALFORMED,
      Code.OVERSIZED,
      Code.UNSUPPORTED_ALGORITHM);

  private final Definition definition;

  GoogleVtpmCheck(String id, String title, Code... codes) {
    definition = new Definition(id, title, codes);
  }

  @Override
  public Definition definition() {
    return definition;
  }
}
