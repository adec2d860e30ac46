package io.vouchsafe.measure.sgx;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.measure.LittleEndianNumber;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;

/// Signs enclaves with a key of its own.
final class SignedEnclave {
  private static final int KEY = 384;

  private final PrivateKey key;
  private final BigInteger modulus;

  private SignedEnclave(PrivateKey key, BigInteger modulus) {
    this.key = key;
    this.modulus = modulus;
  }

  static SignedEnclave newSigner() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(new RSAKeyGenParameterSpec(3072, BigInteger.valueOf(3)));
    KeyPair pair = generator.generateKeyPair();
    return new SignedEnclave(pair.getPrivate(), ((RSAPublicKey) pair.getPublic()).getModulus());
  }

  BigInteger modulus() {
    return modulus;
  }

  /// An unsigned structure.
  static byte[] body() {
    byte[] raw = new byte[Sigstruct.SIZE];
    put(raw, 0, "06000000e10000000000010000000000");
    put(raw, 20, "25112620");
    put(raw, 24, "01010000600000006000000001000000");
    put(raw, 928, "04000000000000000300000000000000");
    Arrays.fill(raw, 960, 992, (byte) 7);
    raw[1024] = 3;
    raw[1026] = 9;
    return raw;
  }

  private static void put(byte[] raw, int at, String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    System.arraycopy(bytes, 0, raw, at, bytes.length);
  }

  void put(byte[] raw, int at, BigInteger number) {
    System.arraycopy(LittleEndianNumber.encode(number, KEY).toByteArray(), 0, raw, at, KEY);
  }

  BigInteger number(byte[] raw, int at) {
    return LittleEndianNumber.read(Bytes.of(raw, at, KEY));
  }

  byte[] sign(byte[] body) throws GeneralSecurityException {
    byte[] raw = body.clone();
    put(raw, 128, modulus);
    raw[512] = 3;
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(key);
    signature.update(raw, 0, 128);
    signature.update(raw, 900, 128);
    BigInteger s = new BigInteger(1, signature.sign());
    BigInteger[] first = s.multiply(s).divideAndRemainder(modulus);
    put(raw, 516, s);
    put(raw, 1040, first[0]);
    put(raw, 1424, first[1].multiply(s).divide(modulus));
    return raw;
  }
}
