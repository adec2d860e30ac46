package io.vouchsafe.testkit.amd;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// A platform with legacy SEV: certificates in the form before X.509, with keys of their own up to
/// the root, and the firmware's side of a launch.
public final class SimulatedSev {
  private static final int ARK = 0x00;
  private static final int ASK = 0x13;
  private static final int NONE = 0x1000;
  private static final int OCA = 0x1001;
  private static final int PEK = 0x1002;
  private static final int PDH = 0x1003;
  private static final int CEK = 0x1004;
  private static final int ECDSA_SHA256 = 2;
  private static final int ECDH_SHA256 = 3;
  private static final int FIELD = 72;
  private static final int KEY = 1028;
  private static final int SIGNED = 1044;
  private static final int SIGNATURE = 512;
  private static final int SIZE = 48;

  private final KeyPair ark;
  private final KeyPair ask;
  private final KeyPair cek = SimulatedAmd.p384();
  private final KeyPair oca = SimulatedAmd.p384();
  private final KeyPair pek = SimulatedAmd.p384();
  private final KeyPair pdh = SimulatedAmd.p384();
  private final int bits;
  private final Bytes root;

  private SimulatedSev(int bits) {
    this.ark = SimulatedAmd.rsa(bits);
    this.ask = SimulatedAmd.rsa(bits);
    this.bits = bits;
    // Made once: it is pinned as a whole, and each signature is another.
    this.root = authority(ARK, 1, ark, ark.getPrivate());
  }

  /// A platform with authorities of 2048 bits, as Naples has them.
  public static SimulatedSev create() {
    return new SimulatedSev(2048);
  }

  /// The root's certificate.
  public Bytes ark() {
    return root;
  }

  /// The intermediate's certificate.
  public Bytes ask() {
    return authority(ASK, 2, ask, ark.getPrivate());
  }

  /// The chip's certificate.
  public Bytes cek() {
    return certificate(CEK, ECDSA_SHA256, cek, new Signer(ASK, ask.getPrivate()), Optional.empty());
  }

  /// The owner's certificate.
  public Bytes oca() {
    return certificate(OCA, ECDSA_SHA256, oca, new Signer(OCA, oca.getPrivate()), Optional.empty());
  }

  /// The platform's certificate, signed by owner and chip.
  public Bytes pek() {
    return certificate(
        PEK,
        ECDSA_SHA256,
        pek,
        new Signer(OCA, oca.getPrivate()),
        Optional.of(new Signer(CEK, cek.getPrivate())));
  }

  /// The platform's certificate with both signatures in the other order.
  public Bytes pekInOtherOrder() {
    return certificate(
        PEK,
        ECDSA_SHA256,
        pek,
        new Signer(CEK, cek.getPrivate()),
        Optional.of(new Signer(OCA, oca.getPrivate())));
  }

  /// The platform's certificate without a signature of the chip.
  public Bytes pekOfTheOwnerAlone() {
    return certificate(PEK, ECDSA_SHA256, pek, new Signer(OCA, oca.getPrivate()), Optional.empty());
  }

  /// The platform's certificate without a signature of the owner.
  public Bytes pekOfTheChipAlone() {
    return certificate(PEK, ECDSA_SHA256, pek, new Signer(CEK, cek.getPrivate()), Optional.empty());
  }

  /// The certificate of the key exchange.
  public Bytes pdh() {
    return certificate(PDH, ECDH_SHA256, pdh, new Signer(PEK, pek.getPrivate()), Optional.empty());
  }

  /// A certificate of a key exchange that the platform signed for a key of another kind.
  public Bytes pdhThatSigns() {
    return certificate(PDH, ECDSA_SHA256, pdh, new Signer(PEK, pek.getPrivate()), Optional.empty());
  }

  private record Signer(int usage, PrivateKey key) {}

  private Bytes authority(int usage, int id, KeyPair key, PrivateKey signer) {
    RSAPublicKey rsa = (RSAPublicKey) key.getPublic();
    Bytes signed =
        ByteWriter.littleEndian()
            .u32(1)
            .bytes(Bytes.of((byte) id).fit(16))
            .bytes(Bytes.of((byte) 1).fit(16))
            .u32(usage)
            .bytes(Bytes.zeros(16))
            .u32(bits)
            .u32(bits)
            .bytes(number(rsa.getPublicExponent()))
            .bytes(number(rsa.getModulus()))
            .toBytes();
    return signed.concat(pss(signer, signed));
  }

  private Bytes number(BigInteger value) {
    return SimulatedAmd.reversed(Bytes.of(value.toByteArray())).fit(bits / 8);
  }

  private Bytes pss(PrivateKey signer, Bytes message) {
    boolean large = bits > 2048;
    try {
      Signature signature = Signature.getInstance("RSASSA-PSS");
      signature.setParameter(
          large
              ? new PSSParameterSpec("SHA-384", "MGF1", MGF1ParameterSpec.SHA384, 48, 1)
              : new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
      signature.initSign(signer);
      signature.update(message.toByteArray());
      return SimulatedAmd.reversed(Bytes.of(signature.sign()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks RSASSA-PSS", e);
    }
  }

  private Bytes certificate(
      int usage, int algorithm, KeyPair key, Signer first, Optional<Signer> second) {
    Bytes head =
        ByteWriter.littleEndian().u32(1).u8(0).u8(17).u16(0).u32(usage).u32(algorithm).toBytes();
    Bytes signed = head.concat(point(key)).fit(SIGNED);
    return signed.concat(slot(Optional.of(first), signed)).concat(slot(second, signed));
  }

  private static Bytes point(KeyPair key) {
    ECPoint point = ((ECPublicKey) key.getPublic()).getW();
    return ByteWriter.littleEndian()
        .u32(2)
        .bytes(coordinate(point.getAffineX()))
        .bytes(coordinate(point.getAffineY()))
        .toBytes()
        .fit(KEY);
  }

  private static Bytes coordinate(BigInteger value) {
    return SimulatedAmd.reversed(Bytes.of(value.toByteArray())).fit(SIZE).fit(FIELD);
  }

  private Bytes slot(Optional<Signer> slot, Bytes signed) {
    if (slot.isEmpty()) {
      return ByteWriter.littleEndian().u32(NONE).toBytes().fit(8 + SIGNATURE);
    }
    Signer signer = slot.get();
    boolean rsa = signer.usage() == ASK;
    int algorithm = rsa ? (bits > 2048 ? 0x101 : 1) : ECDSA_SHA256;
    Bytes value = rsa ? pss(signer.key(), signed) : ecdsa(signer.key(), signed);
    return ByteWriter.littleEndian()
        .u32(signer.usage())
        .u32(algorithm)
        .bytes(value.fit(SIGNATURE))
        .toBytes();
  }

  private static Bytes ecdsa(PrivateKey key, Bytes message) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(key);
      signature.update(message.toByteArray());
      byte[] raw = signature.sign();
      return SimulatedAmd.reversed(Bytes.of(raw, 0, SIZE))
          .fit(FIELD)
          .concat(SimulatedAmd.reversed(Bytes.of(raw, SIZE, SIZE)).fit(FIELD));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks ECDSA", e);
    }
  }

  /// Starts a launch as the firmware does.
  ///
  /// @param session 128 bytes of the owner
  /// @param ownerCertificate 2084 bytes of the owner
  /// @param policy of the guest
  /// @throws IllegalArgumentException if the session does not fit this platform or the policy
  public Launch start(Bytes session, Bytes ownerCertificate, long policy) {
    try {
      ByteReader in = ByteReader.littleEndian(session);
      byte[] nonce = in.bytes("nonce", 16).toByteArray();
      byte[] wrapped = in.bytes("keys", 32).toByteArray();
      byte[] iv = in.bytes("iv", 16).toByteArray();
      byte[] mac = in.bytes("mac", 32).toByteArray();
      byte[] policyMac = in.bytes("policy mac", 32).toByteArray();
      in.end();
      byte[] master = derive(agree(ownerCertificate), nonce, "sev-master-secret");
      require(mac, hmac(derive(master, new byte[0], "sev-kik"), wrapped));
      byte[] keys = crypt(derive(master, new byte[0], "sev-kek"), iv, wrapped);
      byte[] tik = Arrays.copyOfRange(keys, 16, 32);
      Bytes encoded = ByteWriter.littleEndian().u32(policy).toBytes();
      require(policyMac, hmac(tik, encoded.toByteArray()));
      return new Launch(Arrays.copyOf(keys, 16), tik, encoded);
    } catch (FormatException | GeneralSecurityException e) {
      throw new IllegalArgumentException("no session", e);
    }
  }

  private static void require(byte[] found, byte[] expected) {
    if (!Arrays.equals(found, expected)) {
      throw new IllegalArgumentException("not authentic");
    }
  }

  private byte[] agree(Bytes ownerCertificate) throws GeneralSecurityException, FormatException {
    ByteReader in = ByteReader.littleEndian(ownerCertificate);
    in.skip("head", 20);
    BigInteger x = unsigned(in.bytes("x", FIELD));
    BigInteger y = unsigned(in.bytes("y", FIELD));
    KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
    agreement.init(pdh.getPrivate());
    agreement.doPhase(
        KeyFactory.getInstance("EC")
            .generatePublic(
                new ECPublicKeySpec(
                    new ECPoint(x, y), ((ECPublicKey) pdh.getPublic()).getParams())),
        true);
    return agreement.generateSecret();
  }

  private static BigInteger unsigned(Bytes value) {
    return new BigInteger(1, SimulatedAmd.reversed(value).toByteArray());
  }

  private static byte[] derive(byte[] key, byte[] context, String label)
      throws GeneralSecurityException {
    Bytes block =
        ByteWriter.littleEndian()
            .u32(1)
            .bytes(Bytes.utf8(label))
            .u8(0)
            .bytes(Bytes.of(context))
            .u32(128)
            .toBytes();
    return Arrays.copyOf(hmac(key, block.toByteArray()), 16);
  }

  private static byte[] hmac(byte[] key, byte[] message) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(message);
  }

  private static byte[] crypt(byte[] key, byte[] iv, byte[] text) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
    cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(iv));
    return cipher.doFinal(text);
  }

  /// A launch in the firmware, version 1.55 build 21.
  public static final class Launch {
    private final byte[] tek;
    private final byte[] tik;
    private final Bytes policy;
    private Bytes measure = Bytes.EMPTY;

    private Launch(byte[] tek, byte[] tik, Bytes policy) {
      this.tek = tek;
      this.tik = tik;
      this.policy = policy;
    }

    /// Measures what was loaded.
    ///
    /// @param digest 32 bytes
    /// @param nonce 16 bytes
    /// @return 48 bytes
    public Bytes measure(Bytes digest, Bytes nonce) {
      Bytes message =
          ByteWriter.littleEndian()
              .u8(4)
              .u8(1)
              .u8(55)
              .u8(21)
              .bytes(policy)
              .bytes(digest)
              .bytes(nonce)
              .toBytes();
      try {
        measure = Bytes.of(hmac(tik, message.toByteArray()));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("the JDK lacks HMAC", e);
      }
      return measure.concat(nonce);
    }

    /// What LAUNCH_SECRET writes into the guest.
    ///
    /// @throws IllegalArgumentException if it is not authentic
    public Bytes unseal(Bytes header, Bytes payload) {
      Bytes message =
          ByteWriter.littleEndian()
              .u8(1)
              .bytes(header.slice(0, 20))
              .u32(payload.size())
              .u32(payload.size())
              .bytes(payload)
              .bytes(measure)
              .toBytes();
      try {
        require(header.slice(20, 52).toByteArray(), hmac(tik, message.toByteArray()));
        return Bytes.of(crypt(tek, header.slice(4, 20).toByteArray(), payload.toByteArray()));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("the JDK lacks AES", e);
      }
    }
  }
}
