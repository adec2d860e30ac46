package io.vouchsafe.evidence.google;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;

/// The checks of Google's launch endorsements, in the order in which they run (specs/evidence-x86
/// §8.1).
public enum EndorsementCheck implements Check {
  FORMAT(
      "google.endorsement.format",
      "The endorsement is a well-formed VMLaunchEndorsement",
      Code.MALFORMED,
      Code.OVERSIZED),
  CERTIFICATE(
      "google.endorsement.certificate",
      "The signer's certificate can be read",
      Code.MALFORMED,
      Code.OVERSIZED),
  CHAIN(
      "google.endorsement.chain",
      "A pinned root key itself signed the signer's certificate, which is strong enough",
      Code.CHAIN_INVALID,
      Code.WEAK_KEY),
  VALIDITY(
      "google.endorsement.validity",
      "The signer's certificate is valid at the given time",
      Code.CERT_EXPIRED,
      Code.CERT_NOT_YET_VALID),
  SIGNER(
      "google.endorsement.signer",
      "The certificate is for the signer of firmware, signed with RSA-PSS",
      Code.CHAIN_INVALID),
  SIGNATURE(
      "google.endorsement.signature",
      "The signer signed the golden measurement, with RSA-PSS and SHA-256",
      Code.SIGNATURE_INVALID),
  MEASUREMENT(
      "google.endorsement.measurement",
      "The measurement is endorsed for a machine of this size",
      Code.MEASUREMENT_NOT_ENDORSED),
  IDENTITY(
      "google.endorsement.identity",
      "Family, image and policy of the report are the endorsed ones",
      Code.MEASUREMENT_NOT_ENDORSED),
  MINIMUM_SVN(
      "google.endorsement.svn",
      "The security version of the firmware is not below its minimum",
      Code.SVN_BELOW_MINIMUM);

  private final Definition definition;

  EndorsementCheck(String id, String title, Code... codes) {
    definition = new Definition(id, title, codes);
  }

  @Override
  public Definition definition() {
    return definition;
  }
}
