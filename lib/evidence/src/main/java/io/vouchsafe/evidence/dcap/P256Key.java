package io.vouchsafe.evidence.dcap;

import io.vouchsafe.ec.Curve;
import io.vouchsafe.ec.EcdsaSignature;
import io.vouchsafe.ec.EcdsaVerifier;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import java.util.Optional;

/// A public key on P-256 that signs with SHA-256: the only place of this package that verifies a
/// signature, of public data only. Gets faster with use, so it is worth keeping.
final class P256Key {
  /// What stands before X and Y in a SubjectPublicKeyInfo.
  private static final Bytes SPKI_PREFIX = prefix();

  private static final int SIZE = 32;

  private final Bytes spki;
  private final EcdsaVerifier verifier;

  private P256Key(Bytes spki, EcdsaVerifier verifier) {
    this.spki = spki;
    this.verifier = verifier;
  }

  private static Bytes prefix() {
    try {
      return Bytes.fromHex("3059301306072a8648ce3d020106082a8648ce3d03010703420004");
    } catch (FormatException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The key with these coordinates.
  ///
  /// @param point X and Y, big-endian, 64 bytes
  /// @throws FormatException if that is no point of the curve
  static P256Key of(Bytes point) throws FormatException {
    Optional<P256Key> frequent = Frequent.of(point);
    return frequent.isPresent() ? frequent.get() : fresh(point);
  }

  private static P256Key fresh(Bytes point) throws FormatException {
    EcdsaVerifier verifier =
        EcdsaVerifier.of(Curve.P256, point.slice(0, SIZE), point.slice(SIZE, point.size()));
    return new P256Key(SPKI_PREFIX.concat(point), verifier);
  }

  /// Decodes a SubjectPublicKeyInfo with an uncompressed point of the named curve.
  ///
  /// @throws FormatException if it is anything else, or the point is not on the curve
  static P256Key parse(Bytes spki) throws FormatException {
    int head = SPKI_PREFIX.size();
    if (spki.size() != head + 2 * SIZE || !spki.slice(0, head).equals(SPKI_PREFIX)) {
      throw FormatException.unexpected("a key on P-256", "another key");
    }
    return of(spki.slice(head, spki.size()));
  }

  /// Makes it fast at once: for a key that will be used again and again.
  P256Key prepared() {
    verifier.prepare();
    return this;
  }

  /// Its SubjectPublicKeyInfo in DER.
  Bytes spki() {
    return spki;
  }

  /// Whether it made `signature` over `message`.
  ///
  /// @param signature r and s, big-endian, 64 bytes
  boolean signed(Bytes message, Bytes signature) {
    try {
      return verifier.verify(message, EcdsaSignature.ofBigEndian(Curve.P256, signature));
    } catch (FormatException _) {
      return false;
    }
  }

  /// As [#signed], for a signature as certificates hold it.
  boolean signedDer(Bytes message, Bytes signature) {
    try {
      return verifier.verify(message, EcdsaSignature.ofDer(Curve.P256, signature));
    } catch (FormatException _) {
      return false;
    }
  }

  /// Keys that Intel has signed nearly everything with since 2018 (specs/evidence-x86 §4.5, §4.6).
  /// They are prepared when one is met for the first time, once for the whole process, and that is
  /// all: what they sign is worth what their certificates are worth.
  private enum Frequent {
    PLATFORM_CA(
        "35207feeddb595748ed82bb3a71c3be1e241ef61320c6816e6b5c2b71dad5532"
            + "eaea12a4eb3f948916429ea47ba6c3af82a15e4b19664e52657939a2d96633de"),
    PROCESSOR_CA(
        "bf6af8d329d883a0b5d9756e4fee599e7e4c6426f1a0a2f33efc7ecf9f282437"
            + "77eb83cd79d54c04f66610c289fc88b89c2f377c0d069f621c1492309309ac13"),
    TCB_SIGNING(
        "43451bcc73c9d5917caf766e61af3fe98087dd4f13257b261e851897799dd13d"
            + "6811fb47713803bb9bae587fccddc2e31be9a28b86962acc6daf96da58eeca96");

    private static final Frequent[] ALL = values();

    private final P256Key key;
    private final Bytes point;

    Frequent(String point) {
      try {
        this.point = Bytes.fromHex(point);
        this.key = fresh(this.point);
      } catch (FormatException e) {
        throw new IllegalStateException(e);
      }
    }

    static Optional<P256Key> of(Bytes point) {
      for (Frequent frequent : ALL) {
        if (frequent.point.equals(point)) {
          return Optional.of(frequent.key.prepared());
        }
      }
      return Optional.empty();
    }
  }
}
