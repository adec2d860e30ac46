package io.vouchsafe.oci;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/// What opens one layer: key and first counter block of `AES_256_CTR_HMAC_SHA256`. Its written form
/// is the *private options* (specs: guest components §7.2), which is what gets wrapped.
public final class LayerKey implements AutoCloseable {
  /// Length of the key in bytes.
  public static final int KEY_LENGTH = 32;

  /// Length of the counter block in bytes.
  public static final int NONCE_LENGTH = 16;

  private static final int MAX_OPTIONS = 16 << 10;
  private static final byte[] SYMKEY = "symkey".getBytes(StandardCharsets.US_ASCII);

  private final SecretBytes key;
  private final Bytes nonce;

  /// @param key [#KEY_LENGTH] bytes; owned by this from now on
  /// @param nonce [#NONCE_LENGTH] bytes
  public LayerKey(SecretBytes key, Bytes nonce) {
    if (key.size() != KEY_LENGTH || nonce.size() != NONCE_LENGTH) {
      throw new IllegalArgumentException(
          "key %d and nonce %d bytes, got %d and %d"
              .formatted(KEY_LENGTH, NONCE_LENGTH, key.size(), nonce.size()));
    }
    this.key = key;
    this.nonce = nonce;
  }

  SecretBytes key() {
    return key;
  }

  Bytes nonce() {
    return nonce;
  }

  /// Writes the private options.
  ///
  /// @param digest of the layer before encryption; informative
  SecretBytes encode(Digest digest) {
    byte[] head = ascii("{\"symkey\":\"");
    byte[] tail =
        ascii(
            "\",\"digest\":\"%s\",\"cipheroptions\":{\"nonce\":\"%s\"}}"
                .formatted(digest, nonce.base64()));
    return key.lend(secret -> {
      byte[] text = Base64.getEncoder().encode(secret);
      byte[] all = new byte[head.length + text.length + tail.length];
      System.arraycopy(head, 0, all, 0, head.length);
      System.arraycopy(text, 0, all, head.length, text.length);
      System.arraycopy(tail, 0, all, head.length + text.length, tail.length);
      Arrays.fill(text, (byte) 0);
      return SecretBytes.take(all);
    });
  }

  /// Reads private options. `digest` is not looked at: tools that compress while they encrypt put
  /// one there that fits nothing (§7.2); the diff-id binds the content.
  ///
  /// @throws FormatException if a member is missing or of the wrong length
  public static LayerKey parse(SecretBytes options) throws FormatException {
    return options.lend(LayerKey::parse);
  }

  private static LayerKey parse(byte[] options) throws FormatException {
    if (options.length > MAX_OPTIONS) {
      throw FormatException.oversized(0, "options of at most " + MAX_OPTIONS, "" + options.length);
    }
    // The key is taken out before the JSON model sees the text: its texts cannot be wiped.
    int[] span = symkeySpan(options);
    byte[] text = Arrays.copyOfRange(options, span[0], span[1]);
    byte[] rest = new byte[options.length - (span[1] - span[0])];
    System.arraycopy(options, 0, rest, 0, span[0]);
    System.arraycopy(options, span[1], rest, span[0], options.length - span[1]);
    Bytes nonce = nonce(Json.parseObject(Bytes.of(rest), Manifest.LIMITS));
    return new LayerKey(decode(text), nonce);
  }

  private static Bytes nonce(Json.Obj options) throws FormatException {
    Bytes nonce = Bytes.fromBase64(options.object("cipheroptions").string("nonce"));
    if (nonce.size() != NONCE_LENGTH) {
      throw FormatException.malformed(0, "a nonce of 16 bytes", nonce.size() + " bytes");
    }
    return nonce;
  }

  private static SecretBytes decode(byte[] text) throws FormatException {
    byte[] key;
    try {
      key = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException _) {
      throw FormatException.malformed(0, "base64 as \"symkey\"", "something else");
    } finally {
      Arrays.fill(text, (byte) 0);
    }
    if (key.length != KEY_LENGTH) {
      throw FormatException.malformed(0, "a symkey of 32 bytes", key.length + " bytes");
    }
    return SecretBytes.take(key);
  }

  /// Finds the first text value of a member `symkey`, escapes not allowed in it.
  private static int[] symkeySpan(byte[] json) throws FormatException {
    Optional<int[]> previous = Optional.empty();
    for (int at = 0; at < json.length; at++) {
      if (json[at] != '"') {
        continue;
      }
      int end = endOfText(json, at + 1);
      if (previous.isPresent() && isSymkey(json, previous.get())) {
        return new int[] {at + 1, end};
      }
      previous = Optional.of(new int[] {at + 1, end});
      at = end;
    }
    throw FormatException.malformed(json.length, "member \"symkey\"", "none");
  }

  private static boolean isSymkey(byte[] json, int[] span) {
    return Arrays.equals(json, span[0], span[1], SYMKEY, 0, SYMKEY.length);
  }

  private static int endOfText(byte[] json, int from) throws FormatException {
    for (int at = from; at < json.length; at++) {
      if (json[at] == '\\') {
        at++;
      } else if (json[at] == '"') {
        return at;
      }
    }
    throw FormatException.malformed(from, "the end of a text", "none");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /// Wipes the key.
  @Override
  public void close() {
    key.close();
  }
}
