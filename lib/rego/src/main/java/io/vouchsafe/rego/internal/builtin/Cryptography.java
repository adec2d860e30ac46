package io.vouchsafe.rego.internal.builtin;

import static io.vouchsafe.rego.internal.builtin.Type.BOOLEAN;
import static io.vouchsafe.rego.internal.builtin.Type.STRING;

import io.vouchsafe.rego.BooleanValue;
import io.vouchsafe.rego.StringValue;
import io.vouchsafe.rego.Value;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Digests and message authentication codes, as lower-case hex.
final class Cryptography {
  private static final List<Type> ONE = List.of(STRING);
  private static final List<Type> TWO = List.of(STRING, STRING);

  private Cryptography() {}

  static void register(Family family) {
    family
        .function("crypto.md5", ONE, STRING, in -> digest(in, "MD5"))
        .function("crypto.sha1", ONE, STRING, in -> digest(in, "SHA-1"))
        .function("crypto.sha256", ONE, STRING, in -> digest(in, "SHA-256"))
        .function("crypto.hmac.md5", TWO, STRING, in -> hmac(in, "HmacMD5"))
        .function("crypto.hmac.sha1", TWO, STRING, in -> hmac(in, "HmacSHA1"))
        .function("crypto.hmac.sha256", TWO, STRING, in -> hmac(in, "HmacSHA256"))
        .function("crypto.hmac.sha512", TWO, STRING, in -> hmac(in, "HmacSHA512"))
        .function("crypto.hmac.equal", TWO, BOOLEAN, Cryptography::equal);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Value digest(Operands in, String algorithm) throws BuiltinException {
    byte[] data = utf8(in.string(0));
    in.budget().steps(1 + data.length / 64);
    try {
      return StringValue.of(
          HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(data)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }

  private static Value hmac(Operands in, String algorithm) throws BuiltinException {
    byte[] data = utf8(in.string(0));
    in.budget().steps(1 + data.length / 64);
    return StringValue.of(HexFormat.of().formatHex(code(algorithm, utf8(in.string(1)), data)));
  }

  static byte[] code(String algorithm, byte[] key, byte[] data) {
    try {
      Mac mac = Mac.getInstance(algorithm);
      // the JDK takes no empty key; one zero byte is the same key, as keys are padded with zeros
      mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, algorithm));
      return mac.doFinal(data);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }

  private static Value equal(Operands in) throws BuiltinException {
    return BooleanValue.of(MessageDigest.isEqual(utf8(in.string(0)), utf8(in.string(1))));
  }
}
