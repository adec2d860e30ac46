package io.vouchsafe.protocol;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Code;
import java.util.List;
import java.util.Objects;

/// The public key of a guest as it stands in runtime data: what is hashed, and so bound by the
/// evidence, before anybody needs to know whether the key is any good. [#toJwk()] tells that.
///
/// Members that are not part of the key (`kid`, `use`, …) are dropped on reading, because the
/// reference broker does not hash them either.
public final class TeeKey {
  private static final List<String> EC = List.of("alg", "crv", "x", "y");
  private static final List<String> RSA = List.of("alg", "n", "e");
  private static final List<String> AKP = List.of("alg", "pub");

  private final Json.Obj json;

  private TeeKey(Json.Obj json) {
    this.json = json;
  }

  /// The form of `key` that goes into runtime data.
  public static TeeKey of(Jwk key) {
    return new TeeKey(key.toJson());
  }

  /// Takes the members of the key out of `json`. Their values are texts and nothing more is asked.
  ///
  /// @throws FormatException if the kind is unknown or a member is missing
  public static TeeKey parse(Json.Obj json) throws FormatException {
    String kind = json.string("kty");
    List<String> members =
        switch (kind) {
          case "EC" -> EC;
          case "RSA" -> RSA;
          case "AKP" -> AKP;
          default ->
              throw new FormatException(
                  Code.UNSUPPORTED_ALGORITHM, 0, "a key of kind EC, RSA or AKP", kind);
        };
    var builder = Json.object().put("kty", kind);
    for (String member : members) {
      builder.put(member, json.string(member));
    }
    return new TeeKey(builder.build());
  }

  /// The key itself.
  ///
  /// @throws FormatException if it is of a kind that nothing can be sealed to, or not a valid key
  public Jwk toJwk() throws FormatException {
    return Jwk.parse(json);
  }

  public Json.Obj toJson() {
    return json;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TeeKey key && json.equals(key.json);
  }

  @Override
  public int hashCode() {
    return Objects.hash(json);
  }

  @Override
  public String toString() {
    return json.compact();
  }
}
