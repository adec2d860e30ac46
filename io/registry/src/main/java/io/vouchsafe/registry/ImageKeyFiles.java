package io.vouchsafe.registry;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.oci.Jwe;
import io.vouchsafe.oci.KekSource;
import io.vouchsafe.oci.KeyPacket;
import io.vouchsafe.oci.LayerKeys;
import io.vouchsafe.oci.LayerRecipient;
import io.vouchsafe.oci.SignerKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Keys that users name on the command line.
///
/// | recipient | meaning |
/// |---|---|
/// | `jwe:FILE` | public key or certificate in PEM |
/// | `kek:KID=FILE` | 32 bytes in FILE, known to the broker as KID (`kbs:///…`) |
///
/// | key | meaning |
/// |---|---|
/// | `FILE` | private key in PEM (PKCS#8) |
/// | `kek:KID=FILE` | as above |
public final class ImageKeyFiles {
  private static final String KEK = "kek:";
  private static final String JWE = "jwe:";
  private static final int MAX_FILE = 64 << 10;

  private ImageKeyFiles() {}

  /// Reads recipients. Several `jwe:` become one with several keys, as other tools write it.
  ///
  /// @throws FormatException if one is of no known form, or its file does not hold the key
  public static List<LayerRecipient> recipients(List<String> texts)
      throws IOException, FormatException {
    List<LayerRecipient> recipients = new ArrayList<>();
    List<PublicKey> keys = new ArrayList<>();
    for (String text : texts) {
      if (text.startsWith(JWE)) {
        Path file = Path.of(text.substring(JWE.length()));
        keys.add(SignerKey.publicKey(Bytes.of(read(file))));
      } else if (text.startsWith(KEK)) {
        recipients.add(kek(text));
      } else {
        throw FormatException.unexpected("jwe:FILE or kek:KID=FILE", text);
      }
    }
    if (!keys.isEmpty()) {
      recipients.add(new LayerRecipient.Jwe(keys));
    }
    return recipients;
  }

  private static LayerRecipient.Kek kek(String text) throws IOException, FormatException {
    String rest = text.substring(KEK.length());
    int equals = rest.lastIndexOf('=');
    String kid = equals < 0 ? "" : rest.substring(0, equals);
    if (!kid.startsWith("kbs://")) {
      throw FormatException.unexpected("kek:kbs:///repository/type/tag=FILE", text);
    }
    SecretBytes key = secret(Path.of(rest.substring(equals + 1)));
    if (key.size() != KeyPacket.KEK_LENGTH) {
      throw FormatException.unexpected("a file of 32 bytes", key.size() + " bytes");
    }
    return new LayerRecipient.Kek(kid, key);
  }

  /// Reads keys that open layers.
  ///
  /// @throws FormatException if one is of no known form, or its file does not hold the key
  public static LayerKeys keys(List<String> texts) throws IOException, FormatException {
    Map<String, SecretBytes> keks = new HashMap<>();
    List<PrivateKey> keys = new ArrayList<>();
    for (String text : texts) {
      if (text.startsWith(KEK)) {
        LayerRecipient.Kek kek = kek(text);
        keks.put(kek.kid(), kek.kek());
      } else {
        keys.add(privateKey(Path.of(text)));
      }
    }
    KekSource source =
        kid -> Optional.ofNullable(keks.get(kid)).map(kek -> kek.lend(SecretBytes::copyOf));
    return LayerKeys.firstOf(List.of(KeyPacket.opener(source), Jwe.opener(keys)));
  }

  /// Reads a private key in PEM.
  ///
  /// @throws FormatException if the file holds none
  public static PrivateKey privateKey(Path file) throws IOException, FormatException {
    try (SecretBytes pem = secret(file)) {
      return SignerKey.privateKey(pem);
    }
  }

  private static SecretBytes secret(Path file) throws IOException, FormatException {
    return SecretBytes.take(read(file));
  }

  private static byte[] read(Path file) throws IOException, FormatException {
    if (Files.size(file) > MAX_FILE) {
      throw FormatException.oversized(0, "a key file of at most " + MAX_FILE, file.toString());
    }
    return Files.readAllBytes(file);
  }
}
