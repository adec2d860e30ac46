package io.vouchsafe.cli;

import io.vouchsafe.appraisal.statement.ReferenceSet;
import io.vouchsafe.appraisal.statement.SignedReferenceSet;
import io.vouchsafe.appraisal.statement.StatementSigner;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.oci.SignerKey;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A pair of keys that signs reference values.
///
/// @param signer its public half, with its name
/// @param privateKey the other half
record StatementKeys(StatementSigner signer, PrivateKey privateKey) {
  private static final String NAME = "statement";
  private static final int MAX_FILE = 64 << 10;

  /// The pair that is named, or else the home's own, made if there is none.
  static StatementKeys of(Optional<Path> file, Home home)
      throws IOException, FormatException, Failure {
    if (file.isPresent()) {
      return read(file.get());
    }
    home.create();
    try {
      ImageKeys keys = ImageKeys.openOrCreate(home.keys(), NAME);
      return new StatementKeys(ownSigner(home), keys.privateKey());
    } catch (RefusedException e) {
      throw new Failure(e.refusal());
    }
  }

  /// The public key with which this home signs.
  static StatementSigner ownSigner(Home home) throws IOException, FormatException {
    Path file = publicFile(home.keys().resolve(NAME + ".key"));
    return StatementSigner.of("this home", SignerKey.publicKey(Bytes.of(Files.readAllBytes(file))));
  }

  /// `NAME.key` has its public half in `NAME.pub`.
  static Path publicFile(Path privateFile) {
    String name = String.valueOf(privateFile.getFileName());
    String base = name.endsWith(".key") ? name.substring(0, name.length() - 4) : name;
    return privateFile.resolveSibling(base + ".pub");
  }

  private static StatementKeys read(Path file) throws IOException, Failure {
    if (!Files.isReadable(file) || Files.size(file) > MAX_FILE) {
      throw new Failure("cannot read the key " + file);
    }
    ImageKeys.requireOwnerOnly(file);
    try (SecretBytes pem = SecretBytes.take(Files.readAllBytes(file))) {
      PrivateKey key = SignerKey.privateKey(pem);
      Path beside = publicFile(file);
      PublicKey publicKey =
          Files.isReadable(beside)
              ? SignerKey.publicKey(Bytes.of(Files.readAllBytes(beside)))
              : publicHalf(key, pem);
      return new StatementKeys(
          StatementSigner.of(String.valueOf(file.getFileName()), publicKey), key);
    } catch (FormatException e) {
      throw new Failure(
          "%s is no key that can sign statements (PKCS #8, P-256, P-384 or Ed25519, with %s beside it): %s"
              .formatted(file, publicFile(file).getFileName(), e.getMessage()),
          e);
    }
  }

  /// The public point that OpenSSL writes at the end of EC keys (RFC 5915).
  private static PublicKey publicHalf(PrivateKey key, SecretBytes pem) throws FormatException {
    if (!(key instanceof ECPrivateKey ec)) {
      throw FormatException.unexpected("the public key beside it", "none");
    }
    int size = (ec.getParams().getCurve().getField().getFieldSize() + 7) / 8;
    try (SecretBytes der = Pem.secret(pem, "PRIVATE KEY")) {
      return der.lend(raw -> {
        int at = raw.length - 2 * size;
        // [1] BIT STRING, no unused bits, uncompressed
        byte[] head = {(byte) 0xa1, (byte) (2 * size + 4), 3, (byte) (2 * size + 2), 0, 4};
        if (at < head.length || !Arrays.equals(raw, at - head.length, at, head, 0, head.length)) {
          throw FormatException.unexpected("the public key in it or beside it", "none");
        }
        ECPoint point =
            new ECPoint(new BigInteger(1, raw, at, size), new BigInteger(1, raw, at + size, size));
        try {
          return KeyFactory.getInstance("EC")
              .generatePublic(new ECPublicKeySpec(point, ec.getParams()));
        } catch (GeneralSecurityException e) {
          throw FormatException.unexpected("a public key", String.valueOf(e.getMessage()));
        }
      });
    }
  }

  /// Signs a set.
  Bytes sign(ReferenceSet set) throws Failure {
    try {
      return SignedReferenceSet.sign(set, signer, privateKey);
    } catch (FormatException e) {
      throw new Failure("the values cannot be signed: " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new Failure(String.valueOf(e.getMessage()), e);
    }
  }

  /// The public keys that an operator names, of any kind: manifests are signed by others, too.
  static List<StatementSigner> signers(List<Path> files) throws IOException, Failure {
    List<StatementSigner> signers = new ArrayList<>();
    for (Path file : files) {
      try {
        signers.add(
            new StatementSigner(
                String.valueOf(file.getFileName()), SignerKey.publicKey(GivenFile.bytes(file))));
      } catch (FormatException e) {
        throw new Failure("--signer: %s: %s".formatted(file, e.getMessage()), e);
      }
    }
    return signers;
  }
}
