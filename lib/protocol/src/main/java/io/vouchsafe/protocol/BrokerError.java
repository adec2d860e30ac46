package io.vouchsafe.protocol;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.util.Objects;

/// The body of an answer that is no 200.
///
/// @param type a URI; the part after the last slash names the kind of error
/// @param detail for people
public record BrokerError(String type, String detail) {
  private static final String BASE = "https://github.com/confidential-containers/kbs/errors/";
  private static final JsonLimits LIMITS = new JsonLimits(64 << 10, 8, 256, 32);

  public BrokerError {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(detail, "detail");
  }

  /// The kinds of error that the reference broker knows and this one uses.
  public enum Kind {
    ADMIN_AUTH_INITIALIZATION("AdminAuthInitialization"),
    ADMIN_AUTH_ACCESS("AdminAuthAccess"),
    ATTESTATION_ERROR("AttestationError"),
    INVALID_REQUEST_PATH("InvalidRequestPath"),
    JWE_ERROR("JweError"),
    PLUGIN_NOT_FOUND("PluginNotFound"),
    PLUGIN_INTERNAL_ERROR("PluginInternalError"),
    POLICY_DENY("PolicyDeny"),
    PARSE_POLICY_ERROR("ParsePolicyError"),
    POLICY_ENGINE_ERROR("PolicyEngineError"),
    RVPS_ERROR("RvpsError"),
    TOKEN_NOT_FOUND("TokenNotFound"),
    TOKEN_VERIFIER_ERROR("TokenVerifierError");

    private final String wireName;

    Kind(String wireName) {
      this.wireName = wireName;
    }

    public String wireName() {
      return wireName;
    }

    /// The status that goes with it: 404 if nothing has that path, 401 for all else.
    public int status() {
      return this == INVALID_REQUEST_PATH || this == PLUGIN_NOT_FOUND ? 404 : 401;
    }
  }

  /// An error of a kind.
  public static BrokerError of(Kind kind, String detail) {
    return new BrokerError(BASE + kind.wireName(), detail);
  }

  /// Parses the body of an answer.
  ///
  /// @throws FormatException if it is not an error of a broker
  public static BrokerError parse(Bytes body) throws FormatException {
    Json.Obj object = Json.parseObject(body, LIMITS);
    return new BrokerError(object.string("type"), object.string("detail"));
  }

  /// The last part of [#type()].
  public String kind() {
    return type.substring(type.lastIndexOf('/') + 1);
  }

  /// The body.
  public Json.Obj toJson() {
    return Json.object().put("type", type).put("detail", detail).build();
  }
}
