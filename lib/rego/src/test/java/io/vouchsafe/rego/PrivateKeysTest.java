package io.vouchsafe.rego;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.Pem;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import org.junit.jupiter.api.Test;

class PrivateKeysTest {
  private static final String RULES = "p := crypto.parse_private_keys(input)";

  private static String parse(String text) throws Exception {
    return Rego.p(RULES, Json.of(text).compact());
  }

  private static KeyPair pair(String algorithm, int size) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(size);
    return generator.generateKeyPair();
  }

  @Test
  void keyOfRsa_hasItsNumbers() throws Exception {
    KeyPair pair = pair("RSA", 1024);
    String pem = Pem.encode("PRIVATE KEY", Bytes.of(pair.getPrivate().getEncoded()));
    assertThat(parse(pem))
        .contains("\"E\": 65537")
        .contains("\"N\": " + ((RSAPublicKey) pair.getPublic()).getModulus());
    assertThat(Rego.p("p := count(crypto.parse_private_keys(input))", Json.of(pem + pem).compact()))
        .isEqualTo("2");
  }

  @Test
  void textWithoutAKey_givesNone() throws Exception {
    assertThat(parse("")).isEqualTo("null");
    assertThat(parse("nope")).isEqualTo("[]");
    assertThat(parse(Pem.encode("CERTIFICATE", Bytes.zeros(3)))).isEqualTo("[]");
  }

  @Test
  void brokenKey_isUndefined() throws Exception {
    assertThat(parse("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n"))
        .isEqualTo("undefined");
    assertThat(parse("-----BEGIN RSA PRIVATE KEY-----\n")).isEqualTo("undefined");
    KeyPair other = pair("EC", 256);
    assertThat(parse(Pem.encode("PRIVATE KEY", Bytes.of(other.getPrivate().getEncoded()))))
        .isEqualTo("undefined");
  }
}
