package io.vouchsafe.evidence.sev;

import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.SecretBytes;
import java.util.Arrays;

/// The two keys of a launch, and how they are wrapped for the firmware (specs/evidence-x86 §3.3).
/// Close it to wipe them.
public final class SevSession implements AutoCloseable {
  /// Length of the buffer that the firmware takes.
  public static final int SIZE = 128;

  private final SecretBytes transportKey;
  private final SecretBytes integrityKey;

  private SevSession(SecretBytes transportKey, SecretBytes integrityKey) {
    this.transportKey = transportKey;
    this.integrityKey = integrityKey;
  }

  /// A session with these keys, 16 bytes each, which it owns from now on.
  ///
  /// @param transportKey encrypts secrets (TEK)
  /// @param integrityKey authenticates measure and secrets (TIK)
  public static SevSession of(SecretBytes transportKey, SecretBytes integrityKey) {
    if (transportKey.size() != SevKeys.KEY_SIZE || integrityKey.size() != SevKeys.KEY_SIZE) {
      throw new IllegalArgumentException("keys of " + SevKeys.KEY_SIZE + " bytes");
    }
    return new SevSession(transportKey, integrityKey);
  }

  /// The buffer for LAUNCH_START, 128 bytes.
  ///
  /// @param shared the agreed coordinate, most significant byte first
  /// @param nonce 16 bytes, never used before
  /// @param iv 16 bytes, never used before
  public Bytes wrap(SecretBytes shared, Bytes nonce, Bytes iv, SevPolicy policy) {
    if (nonce.size() != SevKeys.IV_SIZE || iv.size() != SevKeys.IV_SIZE) {
      throw new IllegalArgumentException("nonce and iv of 16 bytes");
    }
    try (SecretBytes master = SevKeys.derive(shared, SevKeys.KEY_SIZE, nonce, "sev-master-secret");
        SecretBytes encryption = SevKeys.derive(master, SevKeys.KEY_SIZE, Bytes.EMPTY, "sev-kek");
        SecretBytes integrity = SevKeys.derive(master, SevKeys.KEY_SIZE, Bytes.EMPTY, "sev-kik")) {
      Bytes wrapped = Bytes.of(wrap(encryption, iv));
      return ByteWriter.littleEndian()
          .bytes(nonce)
          .bytes(wrapped)
          .bytes(iv)
          .bytes(SevKeys.mac(integrity, wrapped))
          .bytes(SevKeys.mac(integrityKey, policy.encode()))
          .toBytes();
    }
  }

  private byte[] wrap(SecretBytes encryption, Bytes iv) {
    byte[] keys = new byte[2 * SevKeys.KEY_SIZE];
    try {
      copy(transportKey, keys, 0);
      copy(integrityKey, keys, SevKeys.KEY_SIZE);
      return SevKeys.crypt(encryption, iv, keys);
    } finally {
      Arrays.fill(keys, (byte) 0);
    }
  }

  private static void copy(SecretBytes key, byte[] to, int at) {
    key.lend(secret -> {
      System.arraycopy(secret, 0, to, at, secret.length);
      return at;
    });
  }

  /// The measure that the firmware answers for a launch.
  Bytes measure(SevMeasure.Expected expected, Bytes nonce) {
    Bytes message =
        ByteWriter.littleEndian()
            .u8(SevMeasure.CONTEXT)
            .u8(expected.apiMajor())
            .u8(expected.apiMinor())
            .u8(expected.build())
            .bytes(expected.policy().encode())
            .bytes(expected.digest())
            .bytes(nonce)
            .toBytes();
    return SevKeys.mac(integrityKey, message);
  }

  /// Seals a secret for the launch with that measure.
  ///
  /// @param table which is not wiped
  /// @param iv 16 bytes, never used before in this session: a second use gives both secrets away
  public SevSecretPacket seal(SevSecretTable table, Bytes iv, SevMeasure measure) {
    if (iv.size() != SevKeys.IV_SIZE) {
      throw new IllegalArgumentException("an iv of 16 bytes");
    }
    byte[] plain = table.encode();
    try {
      Bytes payload = Bytes.of(SevKeys.crypt(transportKey, iv, plain));
      Bytes flags = Bytes.zeros(Integer.BYTES);
      Bytes message =
          ByteWriter.littleEndian()
              .u8(SevSecretPacket.CONTEXT)
              .bytes(flags)
              .bytes(iv)
              .u32(payload.size())
              .u32(payload.size())
              .bytes(payload)
              .bytes(measure.measure())
              .toBytes();
      Bytes header = flags.concat(iv).concat(SevKeys.mac(integrityKey, message));
      return new SevSecretPacket(header, payload);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  @Override
  public void close() {
    transportKey.close();
    integrityKey.close();
  }
}
