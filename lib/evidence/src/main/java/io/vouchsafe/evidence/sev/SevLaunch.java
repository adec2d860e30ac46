package io.vouchsafe.evidence.sev;

import io.vouchsafe.ec.Curve;
import io.vouchsafe.ec.EcdsaVerifier;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Optional;
import javax.crypto.KeyAgreement;

/// The owner's side of one launch: keys that only the platform's secure processor learns, the
/// measure compared once, secrets for that measure only. There is no attestation afterwards: what
/// is handed out here is the verdict. Thread-safe; close it to wipe the keys.
public final class SevLaunch implements AutoCloseable {
  private static final String CURVE = "secp384r1";

  private final SevSession keys;
  private final SevPolicy policy;
  private final Bytes session;
  private final Bytes ownerCertificate;
  private boolean asked;
  private Optional<SevMeasure> measure = Optional.empty();

  private SevLaunch(SevSession keys, SevPolicy policy, Bytes session, Bytes ownerCertificate) {
    this.keys = keys;
    this.policy = policy;
    this.session = session;
    this.ownerCertificate = ownerCertificate;
  }

  /// Prepares a launch on a platform.
  ///
  /// @param policy of the guest, which the caller judged by [SevPolicy#verify]
  /// @param random makes all keys and nonces
  /// @throws FormatException if the platform's key is on another curve than P-384
  public static SevLaunch open(SevPlatform platform, SevPolicy policy, SecureRandom random)
      throws FormatException {
    KeyPair owner = ownerKey(random);
    SevSession keys = SevSession.of(key(random), key(random));
    try (SecretBytes shared = agree(owner.getPrivate(), platform.exchangeKey())) {
      Bytes session =
          keys.wrap(shared, bytes(random, SevKeys.IV_SIZE), bytes(random, SevKeys.IV_SIZE), policy);
      return new SevLaunch(keys, policy, session, certificate((ECPublicKey) owner.getPublic()));
    }
  }

  private static KeyPair ownerKey(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(CURVE), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks P-384", e);
    }
  }

  private static SecretBytes key(SecureRandom random) {
    byte[] key = new byte[SevKeys.KEY_SIZE];
    random.nextBytes(key);
    return SecretBytes.take(key);
  }

  private static Bytes bytes(SecureRandom random, int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return Bytes.of(bytes);
  }

  private static Bytes certificate(ECPublicKey key) {
    return SevCertificate.ofExchangeKey(
        fixed(key.getW().getAffineX()), fixed(key.getW().getAffineY()));
  }

  private static Bytes fixed(BigInteger value) {
    int size = Curve.P384.size();
    Bytes bytes = Bytes.zeros(size).concat(Bytes.of(value.toByteArray()));
    return bytes.slice(bytes.size() - size, bytes.size());
  }

  /// The coordinate that the owner's key and a platform's agree on, most significant byte first.
  ///
  /// @throws FormatException if the platform's key is no point of P-384
  public static SecretBytes agree(PrivateKey owner, SevCertificate platform)
      throws FormatException {
    if (platform.curve() != Curve.P384) {
      throw new FormatException(
          Code.UNSUPPORTED_ALGORITHM,
          FormatException.NO_OFFSET,
          "a key on P-384",
          platform.curve() + "");
    }
    // Not left to the provider: a point of another curve would give the key away.
    EcdsaVerifier.of(
        Curve.P384, SevNumbers.reversed(platform.x()), SevNumbers.reversed(platform.y()));
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec(CURVE));
      ECPoint point = new ECPoint(SevNumbers.number(platform.x()), SevNumbers.number(platform.y()));
      ECParameterSpec curve = parameters.getParameterSpec(ECParameterSpec.class);
      KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
      agreement.init(owner);
      agreement.doPhase(
          KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, curve)), true);
      return SecretBytes.take(agreement.generateSecret());
    } catch (GeneralSecurityException e) {
      throw FormatException.unexpected("a point of P-384", String.valueOf(e.getMessage()));
    }
  }

  /// The buffer for LAUNCH_START, 128 bytes.
  public Bytes session() {
    return session;
  }

  /// The owner's key for LAUNCH_START, as a certificate of 2084 bytes.
  public Bytes ownerCertificate() {
    return ownerCertificate;
  }

  /// Compares the launch measure. Only the first answer counts: a host that could try again would
  /// start other guests until one fits.
  ///
  /// @param answer what the firmware said, 48 bytes
  /// @param expected what the owner expects by itself
  /// @throws RefusedException with every check up to the one that failed
  public synchronized void measured(Bytes answer, SevMeasure.Expected expected, Checklist checks)
      throws RefusedException {
    if (!expected.policy().equals(policy)) {
      throw new IllegalArgumentException("another policy than the session's");
    }
    checks.require(
        SevCheck.MEASURE_ONCE, !asked, Code.NONCE_CONSUMED, "the first measure", "another");
    asked = true;
    measure = Optional.of(verify(keys, answer, expected, checks));
  }

  /// Compares a launch measure by the keys alone.
  ///
  /// @throws RefusedException with every check up to the one that failed
  public static SevMeasure verify(
      SevSession keys, Bytes answer, SevMeasure.Expected expected, Checklist checks)
      throws RefusedException {
    SevMeasure found;
    try {
      found = SevMeasure.parse(answer);
    } catch (FormatException e) {
      throw checks.refuse(SevCheck.MEASURE_FORMAT, Code.MALFORMED, e.expected(), e.found());
    }
    checks.pass(SevCheck.MEASURE_FORMAT, "a measure and a nonce", "nonce " + found.nonce());
    // What it should be stays unsaid: with it, a host could pretend.
    checks.require(
        SevCheck.MEASURE,
        keys.measure(expected, found.nonce()).matches(found.measure()),
        Code.MEASUREMENT_MISMATCH,
        "firmware %d.%d build %d, policy %s, digest %s"
            .formatted(
                expected.apiMajor(),
                expected.apiMinor(),
                expected.build(),
                expected.policy(),
                expected.digest()),
        "a measure of another launch");
    return found;
  }

  /// Seals secrets for the launch that was measured.
  ///
  /// @param random makes the iv
  /// @throws IllegalStateException if no measure was found good
  public synchronized SevSecretPacket seal(SevSecretTable secrets, SecureRandom random) {
    SevMeasure good = measure.orElseThrow(() -> new IllegalStateException("nothing was measured"));
    return keys.seal(secrets, bytes(random, SevKeys.IV_SIZE), good);
  }

  @Override
  public void close() {
    keys.close();
  }
}
