package io.vouchsafe.rego.internal.builtin;

import static io.vouchsafe.rego.internal.builtin.Type.ANY;
import static io.vouchsafe.rego.internal.builtin.Type.STRING;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DerReader;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.encoding.PemBlock;
import io.vouchsafe.rego.ArrayValue;
import io.vouchsafe.rego.NullValue;
import io.vouchsafe.rego.NumberValue;
import io.vouchsafe.rego.ObjectValue;
import io.vouchsafe.rego.Value;
import java.util.ArrayList;
import java.util.List;

/// `crypto.parse_private_keys`, for RSA keys in PEM: the numbers of RFC 8017, Appendix A.1.2.
final class PrivateKeys {
  private static final String BEGIN = "-----BEGIN ";
  private static final String RSA = "1.2.840.113549.1.1.1";

  private PrivateKeys() {}

  static void register(Family family) {
    family.function("crypto.parse_private_keys", List.of(STRING), ANY, PrivateKeys::parse);
  }

  private static Value parse(Operands in) throws BuiltinException {
    String text = in.string(0);
    in.budget().steps(1 + text.length());
    if (text.isEmpty()) {
      return NullValue.NULL;
    }
    if (!text.contains(BEGIN)) {
      return ArrayValue.EMPTY;
    }
    try {
      List<Value> keys = new ArrayList<>();
      for (PemBlock block : Pem.parse(text)) {
        switch (block.label()) {
          case "RSA PRIVATE KEY" -> keys.add(rsa(block.content()));
          case "PRIVATE KEY" -> keys.add(rsa(unwrapped(block.content())));
          default -> {}
        }
      }
      return ArrayValue.of(keys);
    } catch (FormatException | ArithmeticException e) {
      throw BuiltinException.failed("failed to parse a private key: " + e.getMessage());
    }
  }

  /// What PKCS#8 wraps.
  private static Bytes unwrapped(Bytes der) throws FormatException {
    DerReader key = DerReader.of(der).onlySequence();
    key.integer("version");
    String algorithm = key.sequence("algorithm").oid("algorithm");
    if (!algorithm.equals(RSA)) {
      throw FormatException.unexpected("a key of RSA", algorithm);
    }
    return key.octetString("key");
  }

  private static Value rsa(Bytes der) throws FormatException {
    DerReader key = DerReader.of(der).onlySequence();
    key.integer("version");
    Value modulus = NumberValue.of(key.integer("modulus"));
    Value exponent = NumberValue.of(key.integer("public exponent"));
    Value secret = NumberValue.of(key.integer("private exponent"));
    Value first = NumberValue.of(key.integer("first prime"));
    Value second = NumberValue.of(key.integer("second prime"));
    return new ObjectValue.Builder(4)
        .put("N", modulus)
        .put("E", exponent)
        .put("D", secret)
        .put("Primes", ArrayValue.of(first, second))
        .build();
  }
}
