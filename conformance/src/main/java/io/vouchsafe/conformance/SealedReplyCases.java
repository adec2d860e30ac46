package io.vouchsafe.conformance;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.protocol.Jwe;
import java.io.IOException;
import java.security.PrivateKey;
import java.util.List;
import java.util.Optional;

/// Replies of a broker that are sealed to a guest's key: `{"response",…}` with the private key as
/// `key`, a PEM file, or as `private-jwk`; `plaintext` is what must come out.
final class SealedReplyCases {
  private static final String KIND = "sealed-reply";

  private SealedReplyCases() {}

  static Optional<List<Case>> of(CaseFile file) {
    Optional<List<Json.Obj>> items = file.items();
    if (items.isEmpty() || items.get().stream().noneMatch(SealedReplyCases::isReply)) {
      return Optional.empty();
    }
    return Optional.of(
        CaseFile.each(items.get(), (item, id) -> new Case(id, KIND, () -> run(file, item))));
  }

  private static boolean isReply(Json.Obj item) {
    return item.get("response").orElse(Json.NULL) instanceof Json.Obj response
        && response.get("encrypted_key").isPresent()
        && (item.get("key").isPresent() || item.get("private-jwk").isPresent());
  }

  private static void run(CaseFile file, Json.Obj item)
      throws Difference, FormatException, IOException {
    PrivateKey key =
        item.get("key").isPresent()
            ? PrivateKeys.ofPem(CaseFile.bytes(file.findKey(item.string("key"))))
            : PrivateKeys.ofJwk(item.object("private-jwk"));
    Bytes response = item.require("response").utf8();
    Optional<Bytes> found =
        Expectation.orAccept(item)
            .of(() -> {
              try (SecretBytes opened = Jwe.parse(response).open(key)) {
                return opened.<Bytes, RuntimeException>lend(Bytes::of);
              }
            });
    Optional<String> plaintext = item.optionalString("plaintext");
    if (found.isPresent() && plaintext.isPresent()) {
      Difference.require("plaintext", Bytes.utf8(plaintext.get()), found.get());
    }
    Optional<String> header = item.optionalString("protected-json");
    if (header.isPresent()) {
      String sent = item.object("response").string("protected");
      Difference.require("header", Bytes.utf8(header.get()), Bytes.fromBase64Url(sent));
    }
  }
}
