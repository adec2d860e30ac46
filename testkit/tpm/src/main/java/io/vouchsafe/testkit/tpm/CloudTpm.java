package io.vouchsafe.testkit.tpm;

import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.tpm.PcrSelection;
import io.vouchsafe.tpm.TpmAlg;
import io.vouchsafe.tpm.TpmtPublic;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A virtual TPM as clouds have them: an RSA attestation key that signs with RSASSA and SHA-256,
/// and registers. It signs whatever a test wants signed. Not thread-safe.
public final class CloudTpm {
  private static final int EXPONENT = 65_537;
  private static final int AK_ATTRIBUTES =
      TpmtPublic.AK_REQUIRED | TpmtPublic.USER_WITH_AUTH | TpmtPublic.NO_DA;

  private final KeyPair ak;
  private final HashAlg bank;
  private final List<Bytes> registers = new ArrayList<>();

  private CloudTpm(KeyPair ak, HashAlg bank) {
    this.ak = ak;
    this.bank = bank;
    for (int pcr = 0; pcr < PcrSelection.PCR_COUNT; pcr++) {
      registers.add(Bytes.zeros(bank.size()));
    }
  }

  /// A TPM with a new key of 2048 bits whose SHA-256 registers are zero.
  public static CloudTpm create() {
    return create(2048);
  }

  /// As [#create()], with a key of another length.
  public static CloudTpm create(int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(bits);
      return new CloudTpm(generator.generateKeyPair(), HashAlg.SHA256);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks RSA", e);
    }
  }

  /// The same key with another bank, whose registers are zero.
  public CloudTpm withBank(HashAlg other) {
    return new CloudTpm(ak, other);
  }

  /// The attestation key.
  public RSAPublicKey key() {
    return (RSAPublicKey) ak.getPublic();
  }

  /// The attestation key's public area.
  public TpmtPublic area() {
    return area(AK_ATTRIBUTES);
  }

  /// As [#area()], with other attributes.
  public TpmtPublic area(int attributes) {
    try {
      return TpmtPublic.parse(
          ByteWriter.bigEndian()
              .u16(TpmAlg.RSA)
              .u16(TpmAlg.SHA256)
              .u32(attributes)
              .u16(0)
              .u16(TpmAlg.NULL)
              .u16(TpmAlg.RSASSA)
              .u16(TpmAlg.SHA256)
              .u16(key().getModulus().bitLength())
              .u32(EXPONENT)
              .sized16(unsigned(key().getModulus()))
              .toBytes());
    } catch (FormatException e) {
      throw new IllegalStateException("a public area cannot be made", e);
    }
  }

  private static Bytes unsigned(BigInteger number) {
    byte[] bytes = number.toByteArray();
    return Bytes.of(bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
  }

  /// The bank of the registers.
  public HashAlg bank() {
    return bank;
  }

  /// The 24 registers.
  public List<Bytes> registers() {
    return List.copyOf(registers);
  }

  /// Extends a register.
  public CloudTpm extend(int pcr, Bytes digest) {
    registers.set(pcr, bank.extend(registers.get(pcr), digest));
    return this;
  }

  /// Sets all registers, as after a boot.
  public CloudTpm boot(List<Bytes> values) {
    registers.clear();
    registers.addAll(values);
    return this;
  }

  /// A TPMS_ATTEST over all registers.
  public Bytes quote(Bytes nonce) {
    PcrSelection all = PcrSelection.all(bank);
    return quote(nonce, List.of(all), PcrSelection.digest(HashAlg.SHA256, all, registers));
  }

  /// A TPMS_ATTEST that says what the test wants.
  public Bytes quote(Bytes nonce, List<PcrSelection> selections, Bytes digest) {
    ByteWriter out =
        ByteWriter.bigEndian()
            .u32(0xff54_4347L)
            .u16(0x8018)
            .sized16(area().name())
            .sized16(nonce)
            .u64(1_000)
            .u32(1)
            .u32(0)
            .u8(1)
            .u64(1)
            .u32(selections.size());
    for (PcrSelection selection : selections) {
      out.u16(selection.hash()).u8(selection.selectSize());
      for (int b = 0; b < selection.selectSize(); b++) {
        out.u8(selection.mask() >>> 8 * b & 0xff);
      }
    }
    return out.sized16(digest).toBytes();
  }

  /// The bare signature over a message: what the restricted key of a real TPM makes only of what
  /// the TPM wrote itself.
  public Bytes sign(Bytes message) {
    try {
      Signature signer = Signature.getInstance("SHA256withRSA");
      signer.initSign(ak.getPrivate());
      signer.update(message.toByteArray());
      return Bytes.of(signer.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks RSA", e);
    }
  }

  /// The signature as TPMT_SIGNATURE.
  public Bytes signature(Bytes message) {
    return ByteWriter.bigEndian()
        .u16(TpmAlg.RSASSA)
        .u16(TpmAlg.SHA256)
        .sized16(sign(message))
        .toBytes();
  }
}
