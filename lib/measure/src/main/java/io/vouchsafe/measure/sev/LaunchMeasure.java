package io.vouchsafe.measure.sev;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.measure.MeasureCheck;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.security.GeneralSecurityException;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// What the firmware of an SEV or SEV-ES platform answers to LAUNCH_MEASURE: an HMAC over the
/// launch, under the integrity key that the guest's owner sent (specs/evidence-x86 §3.4).
///
/// @param measure HMAC-SHA-256
/// @param nonce chosen by the firmware
public record LaunchMeasure(Bytes measure, Bytes nonce) {
  /// Bytes of the binary form.
  public static final int SIZE = 48;

  private static final int MEASURE_SIZE = 32;
  private static final int NONCE_SIZE = 16;
  private static final int DIGEST_SIZE = 32;

  /// First byte of what is authenticated.
  private static final int CONTEXT = 4;

  public LaunchMeasure {
    if (measure.size() != MEASURE_SIZE || nonce.size() != NONCE_SIZE) {
      throw new IllegalArgumentException("a measure has 32 bytes and its nonce 16");
    }
  }

  /// What the owner expects of the platform and the launch. Every member is the owner's own
  /// knowledge: what the host reports is only a hint.
  ///
  /// @param apiMajor of the firmware
  /// @param apiMinor of the firmware
  /// @param build of the firmware
  /// @param policy of the guest, 32 bits
  /// @param digest of the launch, as [SevLaunch] predicts it
  public record Expected(int apiMajor, int apiMinor, int build, long policy, Bytes digest) {
    public Expected {
      Objects.requireNonNull(digest, "digest");
      if ((apiMajor | apiMinor | build) >>> 8 != 0 || policy >>> 32 != 0) {
        throw new IllegalArgumentException("versions have 8 bits, the policy has 32");
      }
      if (digest.size() != DIGEST_SIZE) {
        throw new IllegalArgumentException("a launch digest has 32 bytes, not " + digest.size());
      }
    }
  }

  /// Parses the 48 bytes that QEMU's `query-sev-launch-measure` shows in base64.
  public static LaunchMeasure parse(Bytes blob) throws FormatException {
    ByteReader in = ByteReader.littleEndian(blob);
    LaunchMeasure measure =
        new LaunchMeasure(in.bytes("measure", MEASURE_SIZE), in.bytes("nonce", NONCE_SIZE));
    in.end();
    return measure;
  }

  /// What firmware would answer: for owners who compare, and for simulators.
  ///
  /// @param integrityKey the TIK, 16 bytes
  public static LaunchMeasure compute(Expected expected, Bytes nonce, SecretBytes integrityKey) {
    Bytes message =
        ByteWriter.littleEndian()
            .u8(CONTEXT)
            .u8(expected.apiMajor())
            .u8(expected.apiMinor())
            .u8(expected.build())
            .u32(expected.policy())
            .bytes(expected.digest())
            .bytes(nonce)
            .toBytes();
    return new LaunchMeasure(hmac(integrityKey, message), nonce);
  }

  private static Bytes hmac(SecretBytes key, Bytes message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      key.lend(secret -> {
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        return mac;
      });
      return Bytes.of(mac.doFinal(message.toByteArray()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has HmacSHA256", e);
    }
  }

  /// Demands that this is the measure of the launch that the owner expects.
  ///
  /// @throws RefusedException with [Code#MEASUREMENT_MISMATCH] if it is not: then no secret may be
  ///   sent
  public void verify(Expected expected, SecretBytes integrityKey) throws RefusedException {
    LaunchMeasure wanted = compute(expected, nonce, integrityKey);
    if (!wanted.measure.matches(measure)) {
      // The wanted HMAC is not shown: whoever reads it could have the guest accepted.
      throw new RefusedException(
          MeasureCheck.SEV_LAUNCH_MEASURE,
          Code.MEASUREMENT_MISMATCH,
          "the measure of launch %s with policy 0x%x under API %d.%d build %d"
              .formatted(
                  expected.digest(),
                  expected.policy(),
                  expected.apiMajor(),
                  expected.apiMinor(),
                  expected.build()),
          measure.hex());
    }
  }

  /// The binary form.
  public Bytes encode() {
    return measure.concat(nonce);
  }
}
