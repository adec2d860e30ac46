package io.vouchsafe.protocol;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import java.util.Objects;

/// What the evidence of a handshake binds: the nonce, the guest's key, and the evidence of other
/// devices. Digests are over the canonical JSON of RFC 8785.
///
/// @param nonce the text of the challenge
/// @param key the key that resources will be sealed to
public record RuntimeData(String nonce, TeeKey key) {

  public RuntimeData {
    Objects.requireNonNull(nonce, "nonce");
    Objects.requireNonNull(key, "key");
  }

  /// The object that the primary evidence binds.
  ///
  /// @param additionalEvidence the exact text sent beside it, empty if there is none; not part of
  ///   the object in version 0.2
  public Json.Obj primary(ProtocolVersion version, String additionalEvidence) {
    return switch (version) {
      case V0_2_0 -> device();
      case V0_3_0, V0_4_0 ->
          Json.object()
              .put("additional-evidence", additionalEvidence)
              .put("nonce", nonce)
              .put("tee-pubkey", key.toJson())
              .build();
    };
  }

  /// The object that the evidence of every additional device binds.
  public Json.Obj device() {
    return Json.object().put("nonce", nonce).put("tee-pubkey", key.toJson()).build();
  }

  /// The digest of [#primary(ProtocolVersion, String)].
  public Bytes primaryDigest(
      ProtocolVersion version, HashAlgorithm algorithm, String additionalEvidence) {
    return digest(primary(version, additionalEvidence), algorithm);
  }

  /// The digest of [#device()].
  public Bytes deviceDigest(HashAlgorithm algorithm) {
    return digest(device(), algorithm);
  }

  /// The digest of structured runtime data.
  public static Bytes digest(Json.Obj runtimeData, HashAlgorithm algorithm) {
    return algorithm.digest(Bytes.utf8(runtimeData.canonical()));
  }
}
