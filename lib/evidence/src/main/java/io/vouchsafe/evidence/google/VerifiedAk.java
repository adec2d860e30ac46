package io.vouchsafe.evidence.google;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.Anchor;
import io.vouchsafe.verdict.CheckResult;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;

/// An attestation key whose certificates were verified. Only [AkCertificateVerifier] makes it.
public final class VerifiedAk {
  private final PublicKey key;
  private final Optional<InstanceInfo> instance;
  private final Anchor anchor;
  private final List<CheckResult> checks;

  VerifiedAk(
      PublicKey key, Optional<InstanceInfo> instance, Anchor anchor, List<CheckResult> checks) {
    this.key = key;
    this.instance = instance;
    this.anchor = anchor;
    this.checks = List.copyOf(checks);
  }

  public PublicKey key() {
    return key;
  }

  /// The key as SubjectPublicKeyInfo, DER.
  public Bytes spki() {
    return Bytes.of(key.getEncoded());
  }

  /// The machine that the key belongs to, if the certificate says.
  public Optional<InstanceInfo> instance() {
    return instance;
  }

  public Anchor anchor() {
    return anchor;
  }

  /// The claims.
  public Json.Obj claims() {
    return Json.object()
        .put("trust", "vtpm")
        .put("ak_public", spki().base64())
        .putIf("instance", instance.map(InstanceInfo::claims))
        .build();
  }

  /// Every check that ran, in order.
  public List<CheckResult> checks() {
    return checks;
  }
}
