package io.vouchsafe.protocol;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// The second message of the handshake: evidence for a challenge.
///
/// @param initData the text that the guest says it was started with
/// @param nonce the challenge; empty where the version does not repeat it
/// @param key what to seal resources to
/// @param primaryEvidence evidence of the TEE that the challenge was asked for
/// @param additionalEvidence exactly as it was sent: empty, or the text of an object
public record AttestRequest(
    Optional<String> initData,
    Optional<String> nonce,
    TeeKey key,
    Json primaryEvidence,
    String additionalEvidence) {
  private static final String TOML = "toml";

  public AttestRequest {
    Objects.requireNonNull(initData, "initData");
    Objects.requireNonNull(nonce, "nonce");
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(primaryEvidence, "primaryEvidence");
    Objects.requireNonNull(additionalEvidence, "additionalEvidence");
  }

  /// Parses the body of `attest` in the shape of `version`.
  public static AttestRequest parse(Bytes body, ProtocolVersion version) throws FormatException {
    Json.Obj object = Json.parseObject(body, JsonLimits.MESSAGE);
    return switch (version) {
      case V0_2_0 ->
          new AttestRequest(
              Optional.empty(),
              Optional.empty(),
              TeeKey.parse(object.object("tee-pubkey")),
              object.require("tee-evidence"),
              "");
      case V0_3_0 ->
          withEvidence(
              object.object("tee-evidence"),
              Optional.empty(),
              Optional.empty(),
              TeeKey.parse(object.object("tee-pubkey")));
      case V0_4_0 -> {
        Json.Obj runtimeData = object.object("runtime-data");
        yield withEvidence(
            object.object("tee-evidence"),
            initData(object),
            Optional.of(runtimeData.string("nonce")),
            TeeKey.parse(runtimeData.object("tee-pubkey")));
      }
    };
  }

  private static AttestRequest withEvidence(
      Json.Obj evidence, Optional<String> initData, Optional<String> nonce, TeeKey key)
      throws FormatException {
    return new AttestRequest(
        initData,
        nonce,
        key,
        evidence.require("primary_evidence"),
        evidence.string("additional_evidence"));
  }

  private static Optional<String> initData(Json.Obj object) throws FormatException {
    Optional<Json> sent = object.present("init-data");
    if (sent.isEmpty()) {
      return Optional.empty();
    }
    Json.Obj initData = sent.get().asObject("init-data");
    String format = initData.string("format");
    if (!format.equals(TOML)) {
      throw FormatException.malformed(0, "init-data of format toml", format);
    }
    return Optional.of(initData.string("body"));
  }

  /// The evidence of additional devices by their names.
  ///
  /// @throws FormatException if the text is neither empty nor that of an object
  public Map<String, Json> devices() throws FormatException {
    if (additionalEvidence.isEmpty()) {
      return Map.of();
    }
    return Json.parse(additionalEvidence, JsonLimits.MESSAGE)
        .asObject("additional_evidence")
        .members();
  }

  /// The body of `attest` in version 0.4.
  public Json.Obj toJson() {
    Json init =
        initData
            .<Json>map(text -> Json.object().put("format", TOML).put("body", text).build())
            .orElse(Json.NULL);
    return Json.object()
        .put("init-data", init)
        .put(
            "runtime-data",
            Json.object().put("nonce", nonce.orElse("")).put("tee-pubkey", key.toJson()).build())
        .put(
            "tee-evidence",
            Json.object()
                .put("primary_evidence", primaryEvidence)
                .put("additional_evidence", additionalEvidence)
                .build())
        .build();
  }
}
