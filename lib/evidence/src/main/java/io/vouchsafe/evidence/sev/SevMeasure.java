package io.vouchsafe.evidence.sev;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import java.util.Objects;

/// What the firmware answers to LAUNCH_MEASURE (specs/evidence-x86 §3.4), 48 bytes: not verified
/// before [SevLaunch#measured].
///
/// @param measure authenticates the launch, 32 bytes
/// @param nonce of the firmware, 16 bytes
public record SevMeasure(Bytes measure, Bytes nonce) {
  static final int CONTEXT = 0x04;
  private static final int NONCE_SIZE = 16;
  private static final int DIGEST_SIZE = 32;

  /// What the verifier expects by itself, and never takes from the host.
  ///
  /// @param apiMajor of the firmware
  /// @param apiMinor of the firmware
  /// @param build of the firmware
  /// @param policy of the guest
  /// @param digest of the launch, 32 bytes
  public record Expected(int apiMajor, int apiMinor, int build, SevPolicy policy, Bytes digest) {
    public Expected {
      Objects.requireNonNull(policy, "policy");
      boolean bytes = (apiMajor | apiMinor | build) >>> Byte.SIZE == 0;
      if (!bytes || digest.size() != DIGEST_SIZE) {
        throw new IllegalArgumentException("versions of one byte and a digest of 32");
      }
    }
  }

  /// Decodes an answer, which must fill `raw`.
  public static SevMeasure parse(Bytes raw) throws FormatException {
    ByteReader in = ByteReader.littleEndian(raw);
    Bytes measure = in.bytes("measure", SevKeys.MAC_SIZE);
    Bytes nonce = in.bytes("nonce", NONCE_SIZE);
    in.end();
    return new SevMeasure(measure, nonce);
  }
}
