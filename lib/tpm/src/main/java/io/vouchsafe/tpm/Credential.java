package io.vouchsafe.tpm;

import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.verdict.Code;
import java.io.Serial;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

/// A secret that only one TPM can open, and only if it holds the object of the given Name: what
/// TPM2_MakeCredential makes (TPM 2.0 part 1, 24), computed without a TPM.
///
/// @param blob TPM2B_ID_OBJECT, with its size prefix
/// @param encryptedSecret TPM2B_ENCRYPTED_SECRET, with its size prefix
public record Credential(Bytes blob, Bytes encryptedSecret) {
  private static final String LABEL = "IDENTITY";

  /// Wraps `secret` for the TPM that has the endorsement key `ek` and the object named `akName`.
  ///
  /// @param ek a restricted decryption key, RSA or ECC, with an AES-CFB cipher
  /// @param akName Name of the key that the TPM must hold, see [TpmtPublic#name()]
  /// @param secret at most as long as a digest of the endorsement key's nameAlg
  /// @param random must be a cryptographic one outside tests
  /// @throws FormatException if `ek` is no such key
  public static Credential make(
      TpmtPublic ek, Bytes akName, SecretBytes secret, RandomGenerator random)
      throws FormatException {
    byte[] seed = new byte[ek.nameAlg().size()];
    try {
      return switch (ek.key()) {
        case TpmtPublic.Rsa _ -> {
          random.nextBytes(seed);
          yield withSeed(ek, akName, secret, seed, wrapRsa(ek, seed, random));
        }
        case TpmtPublic.Ecc ecc -> {
          Bytes point = wrapEcc(ek, ecc, seed, random);
          yield withSeed(ek, akName, secret, seed, point);
        }
        case TpmtPublic.KeyedHash _ ->
            throw new FormatException(
                Code.UNSUPPORTED_ALGORITHM,
                0,
                "an RSA or ECC endorsement key",
                "a KEYEDHASH object");
      };
    } finally {
      Arrays.fill(seed, (byte) 0);
    }
  }

  /// The part after the seed exchange; deterministic.
  static Credential withSeed(
      TpmtPublic ek, Bytes akName, SecretBytes secret, byte[] seed, Bytes encryptedSecret)
      throws FormatException {
    HashAlg hash = ek.nameAlg();
    if (secret.size() > hash.size()) {
      throw new IllegalArgumentException(
          "secret of " + secret.size() + " bytes, at most " + hash.size());
    }
    int keyBits = aesBits(ek);
    try {
      byte[] storageKey = Kdf.a(hash, seed, "STORAGE", akName, Bytes.EMPTY, keyBits);
      Cipher cipher = Cipher.getInstance("AES/CFB/NoPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE,
          new SecretKeySpec(storageKey, "AES"),
          new IvParameterSpec(new byte[16]));
      Bytes encrypted =
          secret.lend(value -> {
            byte[] sized = new byte[2 + value.length];
            sized[1] = (byte) value.length;
            System.arraycopy(value, 0, sized, 2, value.length);
            Bytes result = Bytes.of(cipher.doFinal(sized));
            Arrays.fill(sized, (byte) 0);
            return result;
          });
      byte[] hmacKey =
          Kdf.a(hash, seed, "INTEGRITY", Bytes.EMPTY, Bytes.EMPTY, hash.size() * Byte.SIZE);
      String macName = "Hmac" + hash.jcaName().replace("-", "");
      Mac mac = Mac.getInstance(macName);
      mac.init(new SecretKeySpec(hmacKey, macName));
      mac.update(encrypted.asBuffer());
      mac.update(akName.asBuffer());
      Bytes integrity = Bytes.of(mac.doFinal());
      Arrays.fill(storageKey, (byte) 0);
      Arrays.fill(hmacKey, (byte) 0);
      Bytes identity = ByteWriter.bigEndian().sized16(integrity).bytes(encrypted).toBytes();
      return new Credential(ByteWriter.bigEndian().sized16(identity).toBytes(), encryptedSecret);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks AES-CFB or HMAC", e);
    }
  }

  private static int aesBits(TpmtPublic ek) throws FormatException {
    TpmtPublic.Symmetric cipher =
        switch (ek.key()) {
          case TpmtPublic.Rsa rsa -> rsa.symmetric();
          case TpmtPublic.Ecc ecc -> ecc.symmetric();
          case TpmtPublic.KeyedHash _ -> new TpmtPublic.Symmetric(TpmAlg.NULL, 0, 0);
        };
    boolean usable = cipher.bits() == 128 || cipher.bits() == 192 || cipher.bits() == 256;
    if (cipher.alg() != TpmAlg.AES || cipher.mode() != TpmAlg.CFB || !usable) {
      throw new FormatException(
          Code.UNSUPPORTED_ALGORITHM,
          0,
          "an endorsement key with AES in CFB mode",
          "another cipher");
    }
    return cipher.bits();
  }

  private static Bytes wrapRsa(TpmtPublic ek, byte[] seed, RandomGenerator random)
      throws FormatException {
    String hash = ek.nameAlg().jcaName();
    try {
      Cipher oaep = Cipher.getInstance("RSA/ECB/OAEPPadding");
      // The label includes its terminating zero (TPM 2.0 part 1, B.4).
      byte[] label = (LABEL + "\0").getBytes(StandardCharsets.US_ASCII);
      oaep.init(
          Cipher.ENCRYPT_MODE,
          ek.publicKey(),
          new OAEPParameterSpec(
              hash, "MGF1", new MGF1ParameterSpec(hash), new PSource.PSpecified(label)),
          secure(random));
      return ByteWriter.bigEndian().sized16(Bytes.of(oaep.doFinal(seed))).toBytes();
    } catch (GeneralSecurityException e) {
      throw FormatException.malformed(
          0, "an RSA key that can encrypt a seed", String.valueOf(e.getMessage()));
    }
  }

  private static Bytes wrapEcc(
      TpmtPublic ek, TpmtPublic.Ecc ecc, byte[] seed, RandomGenerator random)
      throws FormatException {
    int field = Spki.fieldBytes(ecc.curve(), 0);
    try {
      ECPublicKey target = (ECPublicKey) ek.publicKey();
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(target.getParams(), secure(random));
      KeyPair ephemeral = generator.generateKeyPair();
      KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
      agreement.init(ephemeral.getPrivate());
      agreement.doPhase(target, true);
      byte[] z = agreement.generateSecret();
      var point = ((ECPublicKey) ephemeral.getPublic()).getW();
      Bytes x = Spki.unsigned(point.getAffineX(), field);
      Bytes y = Spki.unsigned(point.getAffineY(), field);
      byte[] derived =
          Kdf.e(ek.nameAlg(), z, LABEL, x, Spki.leftPad(ecc.x(), field), seed.length * Byte.SIZE);
      System.arraycopy(derived, 0, seed, 0, seed.length);
      Arrays.fill(derived, (byte) 0);
      Arrays.fill(z, (byte) 0);
      Bytes wire = ByteWriter.bigEndian().sized16(x).sized16(y).toBytes();
      return ByteWriter.bigEndian().sized16(wire).toBytes();
    } catch (GeneralSecurityException e) {
      throw FormatException.malformed(
          0, "an ECC key that can agree on a seed", String.valueOf(e.getMessage()));
    }
  }

  private static SecureRandom secure(RandomGenerator random) {
    return random instanceof SecureRandom secure ? secure : new HandedIn(random);
  }

  /// Lets the JDK's cryptography draw from the generator that was handed in.
  private static final class HandedIn extends SecureRandom {
    @Serial private static final long serialVersionUID = 1L;

    private final transient RandomGenerator source;

    HandedIn(RandomGenerator source) {
      super(null, null);
      this.source = source;
    }

    @Override
    public void nextBytes(byte[] bytes) {
      source.nextBytes(bytes);
    }
  }
}
