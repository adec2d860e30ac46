package io.vouchsafe.ec.fuzz;

import io.vouchsafe.ec.Curve;
import io.vouchsafe.ec.EcdsaSignature;
import io.vouchsafe.ec.EcdsaVerifier;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;

/// Keys and signatures from anywhere. First byte: curve and encoding; the next 64: a hash; the
/// rest: a signature, or a point and a signature. A verifier says the same with and without its
/// table, and nothing but [FormatException] comes out.
public final class EcdsaFuzzer {
  private static final int HASH_END = 65;
  private static final Bytes[] GENERATORS = {
    point(
        "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
            + "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"),
    point(
        "04aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b98"
            + "59f741e082542a385502f25dbf55296c3a545e3872760ab7"
            + "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147c"
            + "e9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f")
  };
  private static final EcdsaVerifier[] PREPARED = {
    verifier(Curve.P256).prepare(), verifier(Curve.P384).prepare()
  };

  private EcdsaFuzzer() {}

  private static Bytes point(String hex) {
    try {
      return Bytes.fromHex(hex);
    } catch (FormatException e) {
      throw new IllegalStateException(e);
    }
  }

  private static EcdsaVerifier verifier(Curve curve) {
    try {
      return EcdsaVerifier.of(curve, GENERATORS[curve.ordinal()]);
    } catch (FormatException e) {
      throw new IllegalStateException(e);
    }
  }

  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length < HASH_END) {
      return;
    }
    Curve curve = (data[0] & 1) == 0 ? Curve.P256 : Curve.P384;
    Bytes hash = Bytes.of(data, 1, HASH_END - 1);
    Bytes rest = Bytes.of(data, HASH_END, data.length - HASH_END);
    try {
      if ((data[0] & 2) != 0) {
        int end = Math.min(rest.size(), 1 + 2 * curve.size());
        EcdsaVerifier verifier = EcdsaVerifier.of(curve, rest.slice(0, end));
        verifier.verifyHash(hash, signature(data[0], curve, rest.slice(end, rest.size())));
      } else {
        EcdsaSignature signature = signature(data[0], curve, rest);
        boolean fast = PREPARED[curve.ordinal()].verifyHash(hash, signature);
        if (fast != verifier(curve).verifyHash(hash, signature)) {
          throw new AssertionError("the table changes the answer");
        }
      }
    } catch (FormatException _) {
      // documented
    }
  }

  private static EcdsaSignature signature(byte kind, Curve curve, Bytes bytes)
      throws FormatException {
    return switch (kind & 12) {
      case 0 -> EcdsaSignature.ofDer(curve, bytes);
      case 4 -> EcdsaSignature.ofBigEndian(curve, bytes);
      default -> {
        int half = bytes.size() / 2;
        yield EcdsaSignature.ofLittleEndian(
            curve, bytes.slice(0, half), bytes.slice(half, bytes.size()));
      }
    };
  }
}
