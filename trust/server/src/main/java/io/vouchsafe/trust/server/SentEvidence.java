package io.vouchsafe.trust.server;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.protocol.AttestRequest;
import io.vouchsafe.protocol.HashAlgorithm;
import io.vouchsafe.protocol.ProtocolVersion;
import io.vouchsafe.protocol.RuntimeData;
import io.vouchsafe.trust.core.EvidenceSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The evidence of an attest message, with what it must have bound (specs/kbs-protocol §2.5).
final class SentEvidence {
  private SentEvidence() {}

  /// @param tee kind of the primary evidence
  /// @param nonce the message's own, or the session's where the version does not repeat it
  static EvidenceSet of(
      AttestRequest message,
      ProtocolVersion version,
      String tee,
      String nonce,
      Optional<InitDataCache.Read> initData)
      throws FormatException {
    RuntimeData bound = new RuntimeData(nonce, message.key());
    HashAlgorithm hash = HashAlgorithm.DEFAULT;
    List<EvidenceSet.Submission> submissions = new ArrayList<>();
    Json.Obj primary = bound.primary(version, message.additionalEvidence());
    submissions.add(
        new EvidenceSet.Submission(
            tee,
            message.primaryEvidence(),
            new ExpectedBinding(
                RuntimeData.digest(primary, hash), initData.map(InitDataCache.Read::digest)),
            primary));
    for (Map.Entry<String, Json> device : message.devices().entrySet()) {
      submissions.add(
          new EvidenceSet.Submission(
              device.getKey(),
              device.getValue(),
              new ExpectedBinding(bound.deviceDigest(hash), Optional.empty()),
              bound.device()));
    }
    return new EvidenceSet(nonce, submissions, initData.map(InitDataCache.Read::claims));
  }
}
