package io.vouchsafe.protocol;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.verdict.Code;
import java.util.Objects;
import java.util.Optional;

/// The answer to `auth`.
///
/// @param nonce an opaque text from here on: the text itself, not what it may decode to, is bound
/// @param extraParams the empty text, or an object that may select a hash algorithm
public record ChallengeMessage(String nonce, Json extraParams) {
  private static final String SELECTED = "selected-hash-algorithm";

  public ChallengeMessage {
    Objects.requireNonNull(nonce, "nonce");
    Objects.requireNonNull(extraParams, "extraParams");
  }

  /// A challenge that selects nothing.
  public static ChallengeMessage of(String nonce) {
    return new ChallengeMessage(nonce, Json.of(""));
  }

  /// Parses the answer of a broker.
  public static ChallengeMessage parse(Bytes body) throws FormatException {
    Json.Obj object = Json.parseObject(body, JsonLimits.MESSAGE);
    return new ChallengeMessage(object.string("nonce"), object.require("extra-params"));
  }

  /// The hash to use: the selected one, else the default.
  ///
  /// @throws FormatException with [Code#UNSUPPORTED_ALGORITHM] if another one was selected
  public HashAlgorithm hash() throws FormatException {
    Optional<String> selected =
        extraParams instanceof Json.Obj object
            ? object.optionalString(SELECTED)
            : Optional.<String>empty();
    if (selected.isEmpty()) {
      return HashAlgorithm.DEFAULT;
    }
    HashAlgorithm known = HashAlgorithm.ofName(selected.get()).orElse(null);
    if (known == null) {
      throw new FormatException(
          Code.UNSUPPORTED_ALGORITHM, 0, "sha256, sha384 or sha512", selected.get());
    }
    return known;
  }

  /// The body of the answer.
  public Json.Obj toJson() {
    return Json.object().put("nonce", nonce).put("extra-params", extraParams).build();
  }
}
