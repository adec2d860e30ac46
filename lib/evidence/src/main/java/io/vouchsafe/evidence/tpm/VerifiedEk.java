package io.vouchsafe.evidence.tpm;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.tpm.TpmtPublic;
import io.vouchsafe.verdict.CheckResult;
import java.util.List;

/// An endorsement key whose certificates were verified. Only [EkCertificates] makes it.
public final class VerifiedEk {
  private final TpmtPublic area;
  private final Bytes digest;
  private final String root;
  private final List<CheckResult> checks;

  VerifiedEk(TpmtPublic area, Bytes digest, String root, List<CheckResult> checks) {
    this.area = area;
    this.digest = digest;
    this.root = root;
    this.checks = List.copyOf(checks);
  }

  /// The public area: what a credential is made for.
  public TpmtPublic area() {
    return area;
  }

  /// SHA-256 of the key's SubjectPublicKeyInfo: what identifies this TPM.
  public Bytes digest() {
    return digest;
  }

  /// Subject of the root that the chain leads to.
  public String root() {
    return root;
  }

  /// Every check that ran, in order.
  public List<CheckResult> checks() {
    return checks;
  }
}
