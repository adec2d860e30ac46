package io.vouchsafe.bench;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import io.vouchsafe.ec.Curve;
import io.vouchsafe.ec.EcdsaSignature;
import io.vouchsafe.ec.EcdsaVerifier;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import java.lang.management.ManagementFactory;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// One ECDSA verification by `io.vouchsafe.ec`, by a key with a table and by a key never seen
/// before, against one by AWS-LC: processor time of one thread, hashing and the parsing of the
/// signature included, in short turns one after the other, so that other load hits all alike.
final class EcVerify {
  private static final int KEYS = 16;

  /// Keys whose tables are in use at the same time.
  private static final int KNOWN = 4;

  private static final int PER_TURN = 40;
  private static final int TURNS = 20;
  private static final int WARM_UP_TURNS = 40;

  /// What an SNP report signs.
  private static final int MESSAGE = 672;

  private static final double GOAL_P384 = 0.65;

  /// A quote with its certificates known takes two verifications, and its goal is 2.5.
  private static final double GOAL_P256 = 1.25;

  private final Curve curve;
  private final int runs;

  private EcVerify(Curve curve, int runs) {
    this.curve = curve;
    this.runs = runs;
  }

  @FunctionalInterface
  private interface Work {
    boolean run(int index) throws GeneralSecurityException, FormatException;
  }

  static Report run(int runs) throws BenchException {
    List<Figure> figures = new ArrayList<>();
    for (Curve curve : Curve.values()) {
      try {
        figures.addAll(new EcVerify(curve, runs).measure());
      } catch (GeneralSecurityException | FormatException e) {
        throw new BenchException("ECDSA cannot be measured on " + curve, e);
      }
    }
    return new Report(
        "ec",
        figures,
        List.of(
            "each ratio is the median of %d turns of %d verifications".formatted(TURNS, PER_TURN),
            "a known key has its table, %d keys take turns; first use includes making the verifier"
                .formatted(KNOWN)));
  }

  private List<Figure> measure() throws GeneralSecurityException, FormatException, BenchException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve == Curve.P256 ? "secp256r1" : "secp384r1"));
    String algorithm = curve.hash().replace("-", "") + "withECDSA";
    Bytes message = Bytes.zeros(MESSAGE);
    byte[] raw = message.toByteArray();
    List<ECPublicKey> keys = new ArrayList<>();
    List<PublicKey> foreign = new ArrayList<>();
    List<Bytes> signatures = new ArrayList<>();
    List<EcdsaVerifier> known = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      KeyPair pair = generator.generateKeyPair();
      keys.add((ECPublicKey) pair.getPublic());
      foreign.add(foreignKey(pair.getPublic()));
      signatures.add(sign(algorithm, pair, raw));
      known.add(EcdsaVerifier.of(curve, keys.get(i)).prepare());
    }
    Signature awsLc = Signature.getInstance(algorithm, AmazonCorrettoCryptoProvider.INSTANCE);
    Work theirs =
        i -> {
          awsLc.initVerify(foreign.get(i));
          awsLc.update(raw);
          return awsLc.verify(signatures.get(i).toByteArray());
        };
    Work again =
        i ->
            known
                .get(i % KNOWN)
                .verify(message, EcdsaSignature.ofDer(curve, signatures.get(i % KNOWN)));
    Work first =
        i ->
            EcdsaVerifier.of(curve, keys.get(i))
                .verify(message, EcdsaSignature.ofDer(curve, signatures.get(i)));
    return compare(theirs, again, first);
  }

  private List<Figure> compare(Work theirs, Work again, Work first)
      throws GeneralSecurityException, FormatException, BenchException {
    for (int i = 0; i < WARM_UP_TURNS; i++) {
      turn(theirs);
      turn(again);
      turn(first);
    }
    List<Double> yardstick = new ArrayList<>();
    List<Double> knownKey = new ArrayList<>();
    List<Double> firstUse = new ArrayList<>();
    for (int run = 0; run < runs; run++) {
      double[][] turns = new double[3][TURNS];
      for (int i = 0; i < TURNS; i++) {
        turns[0][i] = turn(theirs);
        turns[1][i] = turn(again) / turns[0][i];
        turns[2][i] = turn(first) / turns[0][i];
      }
      yardstick.add(median(turns[0]));
      knownKey.add(median(turns[1]));
      firstUse.add(median(turns[2]));
    }
    double goal = curve == Curve.P256 ? GOAL_P256 : GOAL_P384;
    return List.of(
        Figure.of(curve + ", AWS-LC", "µs", yardstick),
        Figure.of(curve + ", known key against AWS-LC", "x", knownKey).atMost(goal),
        Figure.of(curve + ", first use of a key against AWS-LC", "x", firstUse));
  }

  /// Processor time of one verification in microseconds.
  private static double turn(Work work)
      throws GeneralSecurityException, FormatException, BenchException {
    long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    for (int i = 0; i < PER_TURN; i++) {
      if (!work.run(i % KEYS)) {
        throw new BenchException("a good signature was refused");
      }
    }
    long end = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    return (end - start) / 1e3 / PER_TURN;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static PublicKey foreignKey(PublicKey key) throws GeneralSecurityException {
    return KeyFactory.getInstance("EC", AmazonCorrettoCryptoProvider.INSTANCE)
        .generatePublic(new X509EncodedKeySpec(key.getEncoded()));
  }

  private static Bytes sign(String algorithm, KeyPair key, byte[] message)
      throws GeneralSecurityException {
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key.getPrivate());
    signature.update(message);
    return Bytes.of(signature.sign());
  }
}
