package io.vouchsafe.testkit.tpm;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.tpm.Credential;
import io.vouchsafe.tpm.EventLog;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.tpm.PcrSelection;
import io.vouchsafe.tpm.TpmAlg;
import io.vouchsafe.tpm.TpmCommands;
import io.vouchsafe.tpm.TpmtPublic;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

/// A TPM in Java, as far as attestation needs one: an endorsement key with a certificate, an
/// attestation key, a SHA-256 bank. It signs whatever a test wants signed. Not thread-safe.
public final class SoftTpm {
  private static final HashAlg BANK = HashAlg.SHA256;
  private static final int AK_ATTRIBUTES =
      TpmtPublic.AK_REQUIRED | TpmtPublic.USER_WITH_AUTH | TpmtPublic.NO_DA;
  private static final int INIT_DATA_PCR = 8;

  private final KeyPair ek;
  private final KeyPair ak;
  private final TpmtPublic akArea;
  private final Bytes ekCertificate;
  private final List<Bytes> pcrs = new ArrayList<>();
  private Bytes eventLog = new BootLog().toBytes();

  private SoftTpm(KeyPair ek, KeyPair ak, TpmtPublic akArea, Bytes ekCertificate) {
    this.ek = ek;
    this.ak = ak;
    this.akArea = akArea;
    this.ekCertificate = ekCertificate;
    reset();
  }

  /// A TPM with new keys whose endorsement key `authority` certified.
  public static SoftTpm create(EkAuthority authority) {
    return create(authority, AK_ATTRIBUTES);
  }

  /// As [#create(EkAuthority)], with other attributes of the attestation key.
  public static SoftTpm create(EkAuthority authority, int akAttributes) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      KeyPair ek = generator.generateKeyPair();
      KeyPair ak = EkAuthority.ecKey();
      return new SoftTpm(ek, ak, area(ak, akAttributes), authority.issue(ek.getPublic()));
    } catch (GeneralSecurityException | FormatException e) {
      throw new IllegalStateException("a key cannot be made", e);
    }
  }

  /// The same TPM, restarted, with another attestation key.
  public SoftTpm withOtherKey(int akAttributes) {
    try {
      KeyPair other = EkAuthority.ecKey();
      return new SoftTpm(ek, other, area(other, akAttributes), ekCertificate);
    } catch (FormatException e) {
      throw new IllegalStateException("a key cannot be made", e);
    }
  }

  private static TpmtPublic area(KeyPair ak, int attributes) throws FormatException {
    var point = ((ECPublicKey) ak.getPublic()).getW();
    return TpmtPublic.parse(
        ByteWriter.bigEndian()
            .u16(TpmAlg.ECC)
            .u16(TpmAlg.SHA256)
            .u32(attributes)
            .u16(0)
            .u16(TpmAlg.NULL)
            .u16(TpmAlg.ECDSA)
            .u16(TpmAlg.SHA256)
            .u16(TpmAlg.CURVE_P256)
            .u16(TpmAlg.NULL)
            .sized16(coordinate(point.getAffineX().toByteArray()))
            .sized16(coordinate(point.getAffineY().toByteArray()))
            .toBytes());
  }

  private static Bytes coordinate(byte[] number) {
    byte[] padded = new byte[32];
    int length = Math.min(32, number.length);
    System.arraycopy(number, number.length - length, padded, 32 - length, length);
    return Bytes.of(padded);
  }

  /// The attestation key's public area.
  public TpmtPublic akArea() {
    return akArea;
  }

  /// The attestation key as SubjectPublicKeyInfo.
  public Bytes akPublic() {
    return Bytes.of(ak.getPublic().getEncoded());
  }

  /// The endorsement key's certificate.
  public Bytes ekCertificate() {
    return ekCertificate;
  }

  /// SHA-256 of the endorsement key's SubjectPublicKeyInfo.
  public Bytes ekDigest() {
    return BANK.digest(Bytes.of(ek.getPublic().getEncoded()));
  }

  /// The 24 registers of the SHA-256 bank.
  public List<Bytes> pcrs() {
    return Collections.unmodifiableList(pcrs);
  }

  /// The log of the last boot.
  public Bytes eventLog() {
    return eventLog;
  }

  private void reset() {
    pcrs.clear();
    for (int pcr = 0; pcr < PcrSelection.PCR_COUNT; pcr++) {
      pcrs.add(Bytes.zeros(BANK.size()));
    }
  }

  /// Restarts, and measures what `log` says.
  public void boot(Bytes log) {
    try {
      List<Bytes> replayed = EventLog.parse(log).replay(BANK);
      pcrs.clear();
      pcrs.addAll(replayed);
      eventLog = log;
    } catch (FormatException e) {
      throw new IllegalArgumentException("the log cannot be replayed", e);
    }
  }

  /// Extends a register, without a log entry.
  public void extend(int pcr, Bytes digest) {
    pcrs.set(pcr, BANK.extend(pcrs.get(pcr), digest));
  }

  /// Measures init-data, as a guest does first.
  public void measureInitData(Bytes digest) {
    extend(INIT_DATA_PCR, digest);
  }

  /// A quote of the SHA-256 bank, as TPM2_Quote returns it.
  public TpmCommands.QuoteResult quote(Bytes qualifyingData, PcrSelection selection) {
    return quote(qualifyingData, List.of(selection), PcrSelection.digest(BANK, selection, pcrs));
  }

  /// A quote that says what the test wants.
  public TpmCommands.QuoteResult quote(
      Bytes qualifyingData, List<PcrSelection> selections, Bytes digest) {
    ByteWriter out = attestHead(0x8018, qualifyingData).u32(selections.size());
    for (PcrSelection selection : selections) {
      out.u16(selection.hash()).u8(selection.selectSize());
      for (int b = 0; b < selection.selectSize(); b++) {
        out.u8(selection.mask() >>> 8 * b & 0xff);
      }
    }
    return sign(out.sized16(digest).toBytes());
  }

  /// The members that each TPMS_ATTEST begins with.
  public ByteWriter attestHead(int type, Bytes qualifyingData) {
    return ByteWriter.bigEndian()
        .u32(0xff54_4347L)
        .u16(type)
        .sized16(akArea.name())
        .sized16(qualifyingData)
        .u64(1_000)
        .u32(1)
        .u32(0)
        .u8(1)
        .u64(1);
  }

  /// Signs any message: what the restricted key of a real TPM refuses to do.
  public TpmCommands.QuoteResult sign(Bytes message) {
    try {
      Signature signer = Signature.getInstance("SHA256withECDSAinP1363Format");
      signer.initSign(ak.getPrivate());
      signer.update(message.toByteArray());
      Bytes rs = Bytes.of(signer.sign());
      Bytes signature =
          ByteWriter.bigEndian()
              .u16(TpmAlg.ECDSA)
              .u16(TpmAlg.SHA256)
              .sized16(rs.slice(0, 32))
              .sized16(rs.slice(32, 64))
              .toBytes();
      return new TpmCommands.QuoteResult(message, signature);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks ECDSA", e);
    }
  }

  /// Starts the JSON of evidence; without further calls it is valid.
  public SoftEvidence evidence() {
    return new SoftEvidence(this);
  }

  /// What TPM2_ActivateCredential does.
  ///
  /// @throws FormatException if the credential was made for another TPM or another key: the place
  ///   of the real one's error 0x1DF
  public SecretBytes activate(Credential credential) throws FormatException {
    try {
      byte[] seed = unwrap(credential.encryptedSecret());
      Bytes name = akArea.name();
      Bytes identity = sized(credential.blob());
      ByteReader in = ByteReader.bigEndian(identity);
      Bytes mac = in.sized16("integrity", BANK.size());
      Bytes encrypted = in.rest();
      Mac hmac = Mac.getInstance("HmacSHA256");
      hmac.init(new SecretKeySpec(kdf(seed, "INTEGRITY", Bytes.EMPTY, 256), "HmacSHA256"));
      hmac.update(encrypted.toByteArray());
      hmac.update(name.toByteArray());
      if (!mac.matches(Bytes.of(hmac.doFinal()))) {
        throw FormatException.unexpected("a credential for this key", "one for another");
      }
      Cipher cipher = Cipher.getInstance("AES/CFB/NoPadding");
      cipher.init(
          Cipher.DECRYPT_MODE,
          new SecretKeySpec(kdf(seed, "STORAGE", name, 128), "AES"),
          new IvParameterSpec(new byte[16]));
      return SecretBytes.take(
          sized(Bytes.of(cipher.doFinal(encrypted.toByteArray()))).toByteArray());
    } catch (GeneralSecurityException e) {
      throw FormatException.unexpected("a credential for this TPM", String.valueOf(e.getMessage()));
    }
  }

  private byte[] unwrap(Bytes encryptedSecret) throws GeneralSecurityException, FormatException {
    Cipher oaep = Cipher.getInstance("RSA/ECB/OAEPPadding");
    oaep.init(
        Cipher.DECRYPT_MODE,
        ek.getPrivate(),
        new OAEPParameterSpec(
            "SHA-256",
            "MGF1",
            MGF1ParameterSpec.SHA256,
            new PSource.PSpecified("IDENTITY\0".getBytes(StandardCharsets.US_ASCII))));
    return oaep.doFinal(sized(encryptedSecret).toByteArray());
  }

  private static Bytes sized(Bytes value) throws FormatException {
    ByteReader in = ByteReader.bigEndian(value);
    Bytes content = in.sized16("content", 4096);
    in.end();
    return content;
  }

  private static byte[] kdf(byte[] seed, String label, Bytes context, int bits)
      throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(seed, "HmacSHA256"));
    mac.update(new byte[] {0, 0, 0, 1});
    mac.update((label + "\0").getBytes(StandardCharsets.US_ASCII));
    mac.update(context.toByteArray());
    mac.update(ByteBuffer.allocate(4).putInt(bits).array());
    return Arrays.copyOf(mac.doFinal(), bits / 8);
  }
}
