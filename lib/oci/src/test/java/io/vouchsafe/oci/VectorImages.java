package io.vouchsafe.oci;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.testkit.Vectors;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// The image layouts of the shared vectors and the keys that open them.
final class VectorImages {
  static final String BASE = "guest-components/generated/";

  private VectorImages() {}

  static OciLayout layout(String name) throws Exception {
    return OciLayout.open(Vectors.path(BASE + "images/" + name));
  }

  static Image image(OciLayout layout) throws Exception {
    return Image.load(layout, "v1", Platform.LINUX_AMD64);
  }

  static PrivateKey privateKey(String path, String algorithm) throws Exception {
    String body =
        new String(Vectors.bytes(BASE + path), StandardCharsets.US_ASCII)
            .replaceAll("-----[^-]*-----", "")
            .replaceAll("\\s", "");
    return KeyFactory.getInstance(algorithm)
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body)));
  }

  static KekSource keks() throws Exception {
    Json.Obj keks =
        Json.parseObject(Bytes.of(Vectors.bytes(BASE + "keys/keks.json")), JsonLimits.MESSAGE);
    return kid -> {
      Optional<Json> found = keks.get(kid);
      if (found.isEmpty() || !(found.get() instanceof Json.Str(String text))) {
        return Optional.empty();
      }
      return Optional.of(SecretBytes.take(Base64.getDecoder().decode(text)));
    };
  }

  /// Every key of the vectors.
  static LayerKeys allKeys() throws Exception {
    List<PrivateKey> keys = new ArrayList<>();
    keys.add(privateKey("keys/rsa.key.pem", "RSA"));
    keys.add(privateKey("keys/ec.key.pem", "EC"));
    return LayerKeys.firstOf(
        List.of(KeyPacket.insecureUnauthenticatedOpener(keks()), Jwe.opener(keys)));
  }
}
