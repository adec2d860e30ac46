package io.vouchsafe.evidence.snp;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;

/// The checks of SEV-SNP evidence, in the order in which they run (specs/evidence-x86 §1.10).
public enum SnpCheck implements Check {
  EVIDENCE_FORMAT(
      "snp.evidence.format",
      "The evidence is an attestation report with its endorsements",
      Code.MALFORMED,
      Code.OVERSIZED),
  REPORT_FORMAT(
      "snp.report.format",
      "The report is well formed, of a known version and signature algorithm",
      Code.MALFORMED,
      Code.UNSUPPORTED_VERSION,
      Code.UNSUPPORTED_ALGORITHM),
  ENDORSEMENT_FORMAT(
      "snp.endorsement.format",
      "The signing key's certificate can be read",
      Code.MALFORMED,
      Code.OVERSIZED),
  SIGNER(
      "snp.signer.kind",
      "The certificate is of the kind of key that the report says it is signed by",
      Code.SIGNER_MISMATCH,
      Code.CHAIN_INVALID),
  CHAIN(
      "snp.endorsement.chain",
      "The chain leads to a pinned root and its certificates have their roles",
      Code.CHAIN_INVALID,
      Code.WEAK_KEY),
  ENDORSED_KEY(
      "snp.endorsement.key",
      "The certificate holds a P-384 key and each extension that its kind must have, once",
      Code.CHAIN_INVALID),
  REVOCATION(
      "snp.endorsement.revocation",
      "No certificate of the chain is on the root's revocation list",
      Code.REVOKED,
      Code.COLLATERAL_MISSING,
      Code.COLLATERAL_INVALID,
      Code.COLLATERAL_SIGNATURE_INVALID,
      Code.COLLATERAL_MISMATCH,
      Code.COLLATERAL_EXPIRED,
      Code.COLLATERAL_NOT_YET_VALID),
  VALIDITY(
      "snp.endorsement.validity",
      "Every certificate of the chain is valid at the given time",
      Code.CERT_EXPIRED,
      Code.CERT_NOT_YET_VALID),
  PRODUCT(
      "snp.product",
      "Processor, product name and issuing authority are of one product line",
      Code.PRODUCT_MISMATCH),
  SIGNATURE("snp.report.signature", "The certified key signed the report", Code.SIGNATURE_INVALID),
  REPORTED_TCB(
      "snp.tcb.reported",
      "The reported TCB is the one that the signing key was made for",
      Code.TCB_MISMATCH,
      Code.MALFORMED),
  CHIP("snp.chip", "The report is of the chip that the certificate is for", Code.CHIP_MISMATCH),
  TCB_ORDER(
      "snp.tcb.order",
      "No component of the reported or committed TCB is above the current one",
      Code.TCB_INCONSISTENT),
  PROVISIONAL(
      "snp.policy.provisional",
      "The firmware in use is committed, so it cannot be rolled back",
      Code.POLICY_PROVISIONAL),
  POLICY_BITS(
      "snp.policy.bits",
      "The guest policy has no bits that are unknown here",
      Code.POLICY_UNKNOWN_BITS),
  DEBUG("snp.policy.debug", "The guest cannot be debugged by its host", Code.POLICY_DEBUG),
  MIGRATION(
      "snp.policy.migration",
      "The guest cannot be handed to a migration agent, unless that is allowed or the agent known",
      Code.POLICY_MIGRATION),
  MIGRATION_AGENT(
      "snp.policy.migration-agent",
      "The guest's migration agent is the one whose report came along and was found good",
      Code.POLICY_MIGRATION),
  VMPL(
      "snp.policy.vmpl",
      "The report was asked for by the guest, at the privilege level wanted",
      Code.POLICY_VMPL),
  PLATFORM(
      "snp.policy.platform",
      "The platform has the protections that are demanded",
      Code.POLICY_PLATFORM_INFO),
  MINIMUM_TCB(
      "snp.tcb.minimum",
      "No component of the reported TCB is below its minimum",
      Code.TCB_BELOW_MINIMUM),
  REPORT_DATA(
      "snp.report-data",
      "The report binds the digest of nonce and key, in all 64 bytes",
      Code.REPORT_DATA_MISMATCH),
  INIT_DATA("snp.init-data", "HOST_DATA is the digest of the init-data", Code.INIT_DATA_MISMATCH),
  MEASUREMENT(
      "snp.measurement", "The launch measurement is the expected one", Code.MEASUREMENT_MISMATCH);

  private final Definition definition;

  SnpCheck(String id, String title, Code... codes) {
    definition = new Definition(id, title, codes);
  }

  @Override
  public Definition definition() {
    return definition;
  }
}
