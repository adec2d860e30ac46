package io.vouchsafe.evidence.azure;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;

/// The checks of Azure's evidence, in the order in which they run (specs/evidence-x86 §7). Before
/// the binding stand those of the hardware report.
public enum AzureCheck implements Check {
  EVIDENCE_FORMAT(
      "azure.evidence.format",
      "The evidence has the members and encodings of one of its shapes",
      Code.MALFORMED,
      Code.OVERSIZED,
      Code.UNSUPPORTED_VERSION),
  HCL_FORMAT(
      "azure.hcl.format",
      "The HCL report is well formed, of a known version and hash",
      Code.MALFORMED,
      Code.OVERSIZED,
      Code.UNSUPPORTED_VERSION,
      Code.UNSUPPORTED_ALGORITHM,
      Code.UNSUPPORTED_TEE),
  TEE(
      "azure.hcl.tee",
      "The HCL report is of the hardware that the evidence says",
      Code.TEE_MISMATCH),
  BINDING(
      "azure.runtime-data.binding",
      "The hardware report binds the runtime data, in all 64 bytes of its report data",
      Code.BINDING_MISMATCH),
  RUNTIME_DATA(
      "azure.runtime-data.format",
      "The runtime data holds exactly one attestation key, an RSA key to sign with",
      Code.MALFORMED,
      Code.OVERSIZED,
      Code.UNSUPPORTED_ALGORITHM),
  AK(
      "azure.ak.key",
      "The attestation key of the virtual TPM has at least 2048 bits",
      Code.WEAK_KEY),
  AK_CERTIFICATE(
      "azure.ak.certificate",
      "The certificates of the attestation key can be read",
      Code.MALFORMED,
      Code.OVERSIZED),
  AK_CHAIN(
      "azure.ak.chain",
      "The certificate of the attestation key leads to a pinned root key, over strong keys",
      Code.CHAIN_INVALID,
      Code.WEAK_KEY),
  AK_VALIDITY(
      "azure.ak.validity",
      "Every certificate of the chain is valid at the given time",
      Code.CERT_EXPIRED,
      Code.CERT_NOT_YET_VALID),
  AK_PROFILE(
      "azure.ak.profile",
      "The certificate is for the attestation key of a confidential virtual machine",
      Code.CHAIN_INVALID),
  AK_CERTIFIED(
      "azure.ak.certified",
      "The certified key is the one that the hardware report binds",
      Code.BINDING_MISMATCH),
  QUOTE_FORMAT(
      "azure.quote.format", "The message is a TPMS_ATTEST of type quote", Code.QUOTE_MALFORMED),
  QUOTE_SIGNATURE(
      "azure.quote.signature",
      "The attestation key that the hardware report binds signed the quote",
      Code.QUOTE_SIGNATURE_INVALID),
  NONCE(
      "azure.quote.nonce",
      "The quote binds nonce and key of this session, to the byte",
      Code.NONCE_MISMATCH),
  PCR_SELECTION(
      "azure.quote.pcr-selection",
      "The quote covers exactly the 24 registers of the SHA-256 bank that came",
      Code.PCR_SELECTION_MISMATCH),
  PCR_DIGEST(
      "azure.quote.pcr-digest",
      "The register values are those that were signed",
      Code.PCR_DIGEST_MISMATCH),
  USER_DATA(
      "azure.user-data",
      "The user data that the hardware report binds is the expected one, in all 64 bytes",
      Code.USER_DATA_MISMATCH),
  INIT_DATA("azure.init-data", "PCR 8 holds the init-data", Code.INIT_DATA_MISMATCH);

  private final Definition definition;

  AzureCheck(String id, String title, Code... codes) {
    definition = new Definition(id, title, codes);
  }

  @Override
  public Definition definition() {
    return definition;
  }
}
