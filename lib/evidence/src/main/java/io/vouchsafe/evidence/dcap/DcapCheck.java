package io.vouchsafe.evidence.dcap;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;

/// The checks of DCAP quotes, in the order in which they run (specs/evidence-x86 §4.7). What the
/// evidence proves by itself comes before the collateral, and both before policy and bindings.
public enum DcapCheck implements Check {
  EVIDENCE_FORMAT(
      "dcap.evidence.format",
      "The evidence has the members and encodings of DCAP evidence",
      Code.MALFORMED,
      Code.OVERSIZED),
  QUOTE_FORMAT(
      "dcap.quote.format",
      "The quote is well-formed, of version 3, 4 or 5",
      Code.MALFORMED,
      Code.OVERSIZED,
      Code.UNSUPPORTED_VERSION,
      Code.UNSUPPORTED_ALGORITHM,
      Code.UNSUPPORTED_TEE),
  TEE("dcap.quote.tee", "The quote is about the TEE that was named", Code.TEE_MISMATCH),
  QE_VENDOR("dcap.qe.vendor", "The quoting enclave is one of Intel", Code.QE_VENDOR),
  CERTIFICATION_DATA(
      "dcap.pck.certification-data",
      "A PCK certificate chain came with the quote or with the collateral",
      Code.UNSUPPORTED_CERTIFICATION_DATA),
  PCK_CHAIN(
      "dcap.pck.chain",
      "The PCK certificate leads to a pinned root, each certificate in its role and in its time",
      Code.CHAIN_INVALID,
      Code.CERT_EXPIRED,
      Code.CERT_NOT_YET_VALID),
  PCK_EXTENSION(
      "dcap.pck.extension",
      "The PCK certificate says which platform it is for and what its security versions are",
      Code.CHAIN_INVALID),
  QE_REPORT_SIGNATURE(
      "dcap.qe.signature",
      "The platform signed the report of the quoting enclave",
      Code.QE_REPORT_SIGNATURE_INVALID),
  QE_BINDING(
      "dcap.qe.binding",
      "The quoting enclave vouches for the attestation key",
      Code.QE_BINDING_INVALID),
  QUOTE_SIGNATURE(
      "dcap.quote.signature", "The attestation key signed the quote", Code.SIGNATURE_INVALID),
  COLLATERAL(
      "dcap.collateral.present", "There is collateral for the platform", Code.COLLATERAL_MISSING),
  ROOT_CRL(
      "dcap.collateral.root-crl",
      "The revocation list of the root is genuine and in its time",
      Code.COLLATERAL_INVALID,
      Code.COLLATERAL_SIGNATURE_INVALID,
      Code.COLLATERAL_EXPIRED,
      Code.COLLATERAL_NOT_YET_VALID),
  PCK_CRL(
      "dcap.collateral.pck-crl",
      "The revocation list of the issuer of the PCK certificate is genuine and in its time",
      Code.COLLATERAL_INVALID,
      Code.COLLATERAL_MISMATCH,
      Code.COLLATERAL_SIGNATURE_INVALID,
      Code.COLLATERAL_EXPIRED,
      Code.COLLATERAL_NOT_YET_VALID),
  TCB_SIGNING(
      "dcap.collateral.signer",
      "The certificate that signed the collateral leads to the root of the quote",
      Code.COLLATERAL_CHAIN_INVALID,
      Code.COLLATERAL_EXPIRED,
      Code.COLLATERAL_NOT_YET_VALID),
  REVOCATION("dcap.revocation", "No certificate is revoked", Code.REVOKED),
  TCB_INFO(
      "dcap.collateral.tcb-info",
      "The TCB info is genuine, in its time and for this platform",
      Code.COLLATERAL_INVALID,
      Code.COLLATERAL_SIGNATURE_INVALID,
      Code.COLLATERAL_EXPIRED,
      Code.COLLATERAL_NOT_YET_VALID,
      Code.COLLATERAL_MISMATCH),
  QE_IDENTITY_DOCUMENT(
      "dcap.collateral.qe-identity",
      "The QE identity is genuine, in its time and for this kind of TEE",
      Code.COLLATERAL_INVALID,
      Code.COLLATERAL_SIGNATURE_INVALID,
      Code.COLLATERAL_EXPIRED,
      Code.COLLATERAL_NOT_YET_VALID,
      Code.COLLATERAL_MISMATCH),
  EVALUATION_NUMBERS(
      "dcap.collateral.evaluation-numbers",
      "The list of TCB recoveries is genuine, in its time and for this kind of TEE",
      Code.COLLATERAL_INVALID,
      Code.COLLATERAL_SIGNATURE_INVALID,
      Code.COLLATERAL_EXPIRED,
      Code.COLLATERAL_NOT_YET_VALID,
      Code.COLLATERAL_MISMATCH),
  EVALUATION_NUMBER(
      "dcap.collateral.evaluation-number",
      "The collateral is of the TCB recovery that the policy asks for",
      Code.TCB_EVALUATION_NUMBER),
  QE_IDENTITY(
      "dcap.qe.identity",
      "The quoting enclave is the one that Intel published",
      Code.QE_IDENTITY_MISMATCH),
  TDX_MODULE(
      "dcap.tdx.module", "The TDX module is one that Intel published", Code.TDX_MODULE_MISMATCH),
  TCB_STATUS(
      "dcap.tcb.status",
      "Platform, module and quoting enclave reach a level that is not revoked",
      Code.TCB_NOT_SUPPORTED,
      Code.TCB_REVOKED),
  DEBUG("dcap.policy.debug", "Nobody can look into the guest or enclave", Code.POLICY_DEBUG),
  ATTRIBUTES(
      "dcap.policy.attributes",
      "The guest or enclave has only known attributes, and those that it needs",
      Code.POLICY_ATTRIBUTES),
  MIGRATION("dcap.policy.migration", "The guest stays on its machine", Code.POLICY_MIGRATION),
  SERVICE_TD(
      "dcap.policy.service-td", "No service TD is bound to the guest", Code.POLICY_SERVICE_TD),
  MR_ENCLAVE(
      "dcap.policy.mr-enclave",
      "The enclave is the one that the policy names",
      Code.MEASUREMENT_MISMATCH),
  SVN(
      "dcap.policy.svn",
      "The security versions of enclave and configuration are not below the minimum",
      Code.SVN_BELOW_MINIMUM),
  CONFIG_ID(
      "dcap.policy.config-id",
      "The enclave has the configuration that the policy names",
      Code.MEASUREMENT_MISMATCH),
  PLATFORM(
      "dcap.policy.platform",
      "The platform is one that the policy takes, set up as it demands",
      Code.POLICY_PLATFORM_INFO),
  QE_SVN(
      "dcap.policy.qe-svn",
      "The security version of the quoting enclave is not below the minimum",
      Code.SVN_BELOW_MINIMUM),
  TCB_LEVEL(
      "dcap.policy.tcb-level",
      "Status, date and advisories of the security level are what the policy takes",
      Code.TCB_BELOW_MINIMUM),
  MEASUREMENTS(
      "dcap.policy.measurements",
      "Guest or enclave have the identities that the policy names",
      Code.MEASUREMENT_MISMATCH),
  SEAM(
      "dcap.policy.mr-seam",
      "The TDX module is one that the policy lists",
      Code.TDX_MODULE_MISMATCH),
  REPORT_DATA(
      "dcap.report-data",
      "The quote binds nonce, key and further evidence of this session",
      Code.REPORT_DATA_MISMATCH),
  INIT_DATA("dcap.init-data", "The quote binds the init-data", Code.INIT_DATA_MISMATCH),
  EVENT_LOG(
      "dcap.event-log.replay",
      "The event log replays to the quoted registers",
      Code.EVENTLOG_MISMATCH,
      Code.MALFORMED,
      Code.OVERSIZED,
      Code.UNSUPPORTED_ALGORITHM);

  private final Definition definition;

  DcapCheck(String id, String title, Code... codes) {
    definition = new Definition(id, title, codes);
  }

  @Override
  public Definition definition() {
    return definition;
  }
}
