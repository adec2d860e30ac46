package io.vouchsafe.ec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.ec.Forger.Forged;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.bouncycastle.math.ec.ECPoint;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EcdsaVerifierTest {
  private static final BigInteger ONE = BigInteger.ONE;

  private static BigInteger big(long value) {
    return BigInteger.valueOf(value);
  }

  /// The verifier before and after its table is built.
  private static List<EcdsaVerifier> both(Forger forger, ECPoint key) throws FormatException {
    return List.of(forger.verifier(key), forger.verifier(key).prepare());
  }

  private static void assertAccepted(Forger forger, ECPoint key, Forged forged)
      throws FormatException {
    for (EcdsaVerifier verifier : both(forger, key)) {
      assertThat(forger.verify(verifier, forged)).as("%s", forged).isTrue();
      assertThat(forger.verify(verifier, otherHash(forger, forged))).isFalse();
    }
  }

  private static Forged otherHash(Forger forger, Forged forged) {
    return new Forged(forged.hash().add(ONE).mod(forger.n), forged.r(), forged.s());
  }

  @ParameterizedTest
  @EnumSource
  void verify_signaturesOfTheJdk_acceptedAndOtherMessagesRefused(Curve curve) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve == Curve.P256 ? "secp256r1" : "secp384r1"));
    var pair = generator.generateKeyPair();
    EcdsaVerifier verifier = EcdsaVerifier.of(curve, (ECPublicKey) pair.getPublic());
    Signature signer =
        Signature.getInstance(curve.hash().replace("-", "") + "withECDSAinP1363Format");
    for (int i = 0; i < 30; i++) {
      signer.initSign(pair.getPrivate());
      signer.update(new byte[i]);
      EcdsaSignature signature = EcdsaSignature.ofBigEndian(curve, Bytes.of(signer.sign()));
      assertThat(verifier.verify(Bytes.zeros(i), signature)).isTrue();
      assertThat(verifier.verify(Bytes.zeros(i + 1), signature)).isFalse();
    }
    assertThat(verifier.isPrepared()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void verify_randomSignaturesSomeSpoilt_agreesWithAwsLc(Curve curve) throws Exception {
    compare(curve, 60, 20, List.of(Providers.AWS_LC));
  }

  @ParameterizedTest
  @EnumSource
  void verify_randomSignaturesSomeSpoilt_agreesWithAllProviders(Curve curve) throws Exception {
    compare(curve, 6, 12, Providers.ALL);
  }

  private static void compare(Curve curve, int keys, int each, List<Provider> providers)
      throws FormatException, GeneralSecurityException {
    Forger forger = new Forger(curve);
    Random random = new Random(7);
    for (int k = 0; k < keys; k++) {
      ECPoint key = forger.times(forger.scalar(random));
      EcdsaVerifier verifier = forger.verifier(key);
      if (k % 2 == 1) {
        verifier.prepare();
      }
      for (int i = 0; i < each; i++) {
        Forged forged = forger.forge(key, forger.scalar(random), forger.scalar(random)).get();
        Forged given = spoil(forged, random);
        boolean expected = given.equals(forged);
        assertThat(forger.verify(verifier, given)).isEqualTo(expected);
        for (Provider provider : providers) {
          assertThat(ask(forger, provider, key, given)).as("%s", provider).isEqualTo(expected);
        }
      }
    }
  }

  private static boolean ask(Forger forger, Provider provider, ECPoint key, Forged forged)
      throws GeneralSecurityException {
    PublicKey theirs = Providers.key(provider, forger.curve, key);
    return Providers.verify(
        provider, theirs, forger.hash(forged.hash()), Forger.der(forged.r(), forged.s()));
  }

  private static Forged spoil(Forged forged, Random random) {
    int bit = random.nextInt(250);
    return switch (random.nextInt(6)) {
      case 0 -> new Forged(forged.hash().flipBit(bit), forged.r(), forged.s());
      case 1 -> new Forged(forged.hash(), forged.r().flipBit(bit), forged.s());
      case 2 -> new Forged(forged.hash(), forged.r(), forged.s().flipBit(bit));
      default -> forged;
    };
  }

  @ParameterizedTest
  @EnumSource
  void verify_numbersAtTheEdgesOfTheRange_refusedAsByAllProviders(Curve curve) throws Exception {
    Forger forger = new Forger(curve);
    Random random = new Random(8);
    ECPoint key = forger.times(forger.scalar(random));
    Forged good = forger.forge(key, forger.scalar(random), forger.scalar(random)).get();
    BigInteger n = forger.n;
    BigInteger all = ONE.shiftLeft(curve.size() * 8).subtract(ONE);
    List<BigInteger> outside =
        List.of(BigInteger.ZERO, n, n.add(ONE), n.shiftLeft(1), forger.p, all, all.add(ONE));
    List<BigInteger> inside =
        List.of(
            ONE, big(2), n.subtract(ONE), n.subtract(big(2)), n.shiftRight(1), all.shiftRight(1));
    List<Forged> cases = new ArrayList<>();
    for (BigInteger value : outside) {
      cases.add(new Forged(good.hash(), value, good.s()));
      cases.add(new Forged(good.hash(), good.r(), value));
      cases.add(new Forged(good.hash(), value, value));
      assertThat(forger.signature(value, good.s()).inRange()).isFalse();
      assertThat(forger.signature(good.r(), value).inRange()).isFalse();
    }
    cases.add(new Forged(good.hash(), good.r().add(n), good.s()));
    cases.add(new Forged(good.hash(), good.r(), good.s().add(n)));
    for (BigInteger value : inside) {
      cases.add(new Forged(good.hash(), value, good.s()));
      cases.add(new Forged(good.hash(), good.r(), value));
      assertThat(forger.signature(value, value).inRange()).isTrue();
    }
    for (Forged each : cases) {
      for (EcdsaVerifier verifier : both(forger, key)) {
        assertThat(forger.verify(verifier, each)).as("%s", each).isFalse();
      }
      for (Provider provider : Providers.ALL) {
        assertThat(ask(forger, provider, key, each)).as("%s %s", provider, each).isFalse();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void verify_negatedS_accepted(Curve curve) throws Exception {
    Forger forger = new Forger(curve);
    Random random = new Random(9);
    ECPoint key = forger.times(forger.scalar(random));
    Forged good = forger.forge(key, forger.scalar(random), forger.scalar(random)).get();
    assertAccepted(forger, key, new Forged(good.hash(), good.r(), forger.n.subtract(good.s())));
  }

  @ParameterizedTest
  @EnumSource
  void verify_sumInfinite_refused(Curve curve) throws Exception {
    Forger forger = new Forger(curve);
    Random random = new Random(10);
    for (BigInteger d : List.of(ONE, big(2), forger.n.subtract(ONE), forger.scalar(random))) {
      ECPoint key = forger.times(d);
      for (int i = 0; i < 20; i++) {
        BigInteger r = i < 3 ? big(i + 1) : forger.scalar(random);
        BigInteger s = i % 2 == 0 ? r : forger.scalar(random);
        Forged infinite = new Forged(r.multiply(d).negate().mod(forger.n), r, s);
        for (EcdsaVerifier verifier : both(forger, key)) {
          assertThat(forger.verify(verifier, infinite)).as("d=%s %s", d, infinite).isFalse();
        }
      }
    }
  }

  /// Keys that are small multiples of the generator, with small scalars and powers of two: partial
  /// sums meet table entries, with the same and with the opposite sign.
  @ParameterizedTest
  @EnumSource
  void verify_partialSumsEqualToAddends_right(Curve curve) throws Exception {
    Forger forger = new Forger(curve);
    List<BigInteger> scalars = new ArrayList<>();
    for (long i : new long[] {0, 1, 2, 3, 5, 8, 127, 128, 129, 255, 256, 257, 65535, 65536}) {
      scalars.add(big(i));
      scalars.add(forger.n.subtract(big(i)).mod(forger.n));
    }
    for (long d : new long[] {1, -1, 2, -2, 3, -128, 256, 257}) {
      ECPoint key = forger.times(big(d));
      List<EcdsaVerifier> verifiers = both(forger, key);
      for (BigInteger u1 : scalars) {
        for (BigInteger u2 : scalars) {
          Optional<Forged> forged = forger.forge(key, u1, u2);
          if (forged.isPresent()) {
            for (EcdsaVerifier verifier : verifiers) {
              assertThat(forger.verify(verifier, forged.get())).as("%d %s %s", d, u1, u2).isTrue();
            }
          }
        }
      }
    }
  }

  /// u1 G = u2 Q for a key of any size: the last addition doubles.
  @ParameterizedTest
  @EnumSource
  void verify_lastAdditionDoubles_accepted(Curve curve) throws Exception {
    Forger forger = new Forger(curve);
    Random random = new Random(11);
    BigInteger d = forger.scalar(random);
    ECPoint key = forger.times(d);
    for (int i = 0; i < 24; i++) {
      BigInteger u2 =
          i % 3 == 0 ? forger.scalar(random) : big(1 + random.nextInt(128)).shiftLeft(8 * i);
      Forged forged = forger.forge(key, u2.multiply(d).mod(forger.n), u2.mod(forger.n)).get();
      assertAccepted(forger, key, forged);
    }
  }

  @ParameterizedTest
  @EnumSource
  void verify_scalarsAtEdges_accepted(Curve curve) throws Exception {
    Forger forger = new Forger(curve);
    ECPoint key = forger.times(big(0x5eed));
    List<EcdsaVerifier> verifiers = both(forger, key);
    List<BigInteger> edges = Edges.below(forger.n);
    for (int i = 0; i < edges.size(); i++) {
      BigInteger u1 = edges.get(i);
      BigInteger u2 = edges.get((i * 7 + 3) % edges.size());
      Optional<Forged> forged = forger.forge(key, u1, u2);
      if (forged.isPresent()) {
        for (EcdsaVerifier verifier : verifiers) {
          assertThat(forger.verify(verifier, forged.get())).as("%s %s", u1, u2).isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void verify_keysWithCoordinatesThatStressCarries_accepted(Curve curve) throws Exception {
    Forger forger = new Forger(curve);
    Random random = new Random(12);
    int keys = 0;
    for (BigInteger x : Edges.below(forger.p)) {
      Optional<ECPoint> key = forger.withX(x);
      if (key.isPresent() && keys < 60) {
        keys++;
        Forged forged = forger.forge(key.get(), forger.scalar(random), forger.scalar(random)).get();
        assertAccepted(forger, key.get(), forged);
      }
    }
    assertThat(keys).isGreaterThan(30);
  }

  /// x of the sum is n or above: r = x - n. Only r + n < p may be tried.
  @ParameterizedTest
  @EnumSource
  void verify_xAboveTheOrder_acceptedAsItsRemainder(Curve curve) throws Exception {
    Forger forger = new Forger(curve);
    Random random = new Random(13);
    int found = 0;
    for (int i = 1; found < 8; i++) {
      Optional<ECPoint> sum = forger.withX(forger.n.add(big(i)));
      if (sum.isEmpty()) {
        continue;
      }
      found++;
      BigInteger u1 = forger.scalar(random);
      BigInteger u2 = forger.scalar(random);
      ECPoint key =
          sum.get().subtract(forger.times(u1)).multiply(u2.modInverse(forger.n)).normalize();
      BigInteger s = big(i).multiply(u2.modInverse(forger.n)).mod(forger.n);
      assertAccepted(forger, key, new Forged(u1.multiply(s).mod(forger.n), big(i), s));
    }
  }

  /// x is below p - n or a little above: the first try is right, and x + n is another number.
  @ParameterizedTest
  @EnumSource
  void verify_xFarBelowTheOrder_acceptedAsItself(Curve curve) throws Exception {
    Forger forger = new Forger(curve);
    Random random = new Random(14);
    BigInteger gap = forger.p.subtract(forger.n);
    int found = 0;
    for (int i = 1; found < 8; i++) {
      BigInteger x = found % 2 == 0 ? big(i) : gap.add(big(i - 4));
      Optional<ECPoint> sum = forger.withX(x);
      if (sum.isEmpty()) {
        continue;
      }
      found++;
      BigInteger u1 = forger.scalar(random);
      BigInteger inverse = forger.scalar(random);
      ECPoint key = sum.get().subtract(forger.times(u1)).multiply(inverse).normalize();
      BigInteger s = x.multiply(inverse).mod(forger.n);
      Forged forged = new Forged(u1.multiply(s).mod(forger.n), x, s);
      assertAccepted(forger, key, forged);
      for (EcdsaVerifier verifier : both(forger, key)) {
        assertThat(
                verifier.verifyHash(
                    forger.hash(forged.hash()), forger.signature(x.add(forger.n).mod(forger.p), s)))
            .isFalse();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void verifyHash_hashesOfOtherLengths_agreesWithAllProviders(Curve curve) throws Exception {
    Forger forger = new Forger(curve);
    Random random = new Random(15);
    ECPoint key = forger.times(forger.scalar(random));
    EcdsaVerifier verifier = forger.verifier(key);
    Forged good = forger.forge(key, forger.scalar(random), forger.scalar(random)).get();
    Bytes exact = forger.hash(good.hash());
    EcdsaSignature signature = forger.signature(good.r(), good.s());
    Bytes der = Forger.der(good.r(), good.s());
    for (int length = curve.size(); length <= 64; length++) {
      Bytes longer = exact.concat(Bytes.zeros(64)).slice(0, length);
      assertThat(verifier.verifyHash(longer, signature)).isTrue();
      for (Provider provider : Providers.ALL) {
        boolean theirs =
            Providers.verify(provider, Providers.key(provider, curve, key), longer, der);
        assertThat(theirs).as("%s %d", provider, length).isTrue();
      }
    }
    assertThat(verifier.verifyHash(exact.slice(0, curve.size() - 1), signature)).isFalse();
    assertThatThrownBy(() -> verifier.verifyHash(Bytes.EMPTY, signature))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> verifier.verifyHash(Bytes.zeros(65), signature))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @EnumSource
  void verifyHash_shortHash_isTheNumberItStandsFor(Curve curve) throws Exception {
    Forger forger = new Forger(curve);
    ECPoint key = forger.times(big(77));
    // The signer's way, as the hash is given.
    BigInteger hash = new BigInteger(159, new Random(16));
    BigInteger k = big(987654321);
    BigInteger r = forger.times(k).getAffineXCoord().toBigInteger().mod(forger.n);
    BigInteger s = hash.add(r.multiply(big(77))).multiply(k.modInverse(forger.n)).mod(forger.n);
    Bytes twenty = Bytes.of(Forger.number(hash, 20));
    for (EcdsaVerifier verifier : both(forger, key)) {
      assertThat(verifier.verifyHash(twenty, forger.signature(r, s))).isTrue();
      assertThat(verifier.verifyHash(twenty.concat(Bytes.of((byte) 0)), forger.signature(r, s)))
          .isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource
  void verifyHash_allZeroAndAllOnes_right(Curve curve) throws Exception {
    Forger forger = new Forger(curve);
    Random random = new Random(17);
    BigInteger d = forger.scalar(random);
    ECPoint key = forger.times(d);
    BigInteger ones = ONE.shiftLeft(curve.size() * 8).subtract(ONE);
    for (BigInteger hash : List.of(BigInteger.ZERO, ones, forger.n, forger.n.add(ONE))) {
      BigInteger k = forger.scalar(random);
      BigInteger r = forger.times(k).getAffineXCoord().toBigInteger().mod(forger.n);
      BigInteger s = hash.add(r.multiply(d)).multiply(k.modInverse(forger.n)).mod(forger.n);
      assertAccepted(forger, key, new Forged(hash, r, s));
    }
  }

  @ParameterizedTest
  @EnumSource
  void verify_signatureForAnotherCurve_isAnError(Curve curve) throws Exception {
    Curve other = curve == Curve.P256 ? Curve.P384 : Curve.P256;
    Forger forger = new Forger(curve);
    EcdsaVerifier verifier = forger.verifier(forger.generator());
    EcdsaSignature foreign = new Forger(other).signature(ONE, ONE);
    assertThatThrownBy(() -> verifier.verify(Bytes.EMPTY, foreign))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @EnumSource
  void isPrepared_afterManyUses_true(Curve curve) throws Exception {
    Forger forger = new Forger(curve);
    EcdsaVerifier verifier = forger.verifier(forger.times(big(3)));
    Forged forged = forger.forge(forger.times(big(3)), big(4), big(5)).get();
    for (int i = 1; i < Domain.KEY_TABLE_AFTER; i++) {
      assertThat(forger.verify(verifier, forged)).isTrue();
    }
    assertThat(verifier.isPrepared()).isFalse();
    assertThat(forger.verify(verifier, forged)).isTrue();
    assertThat(verifier.isPrepared()).isTrue();
    assertThat(verifier.tableSize()).isLessThan(1 << 20);
  }
}
