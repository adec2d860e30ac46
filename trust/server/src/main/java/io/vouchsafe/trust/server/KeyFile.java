package io.vouchsafe.trust.server;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.encoding.PemBlock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;

/// Keys and certificates in PEM files.
final class KeyFile {
  private static final String PRIVATE = "PRIVATE KEY";
  private static final String PUBLIC = "PUBLIC KEY";
  private static final String CERTIFICATE = "CERTIFICATE";
  private static final long MAX_FILE = 1 << 20;
  private static final List<String> KEY_ALGORITHMS = List.of("EC", "RSA", "Ed25519");

  private KeyFile() {}

  /// A fresh key on P-256.
  static KeyPair generate(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has P-256", e);
    }
  }

  /// The key pair of a file; made and written if the file is not there.
  static KeyPair openOrCreate(Path file, SecureRandom random)
      throws IOException, TrustServerException {
    if (Files.exists(file)) {
      return read(file);
    }
    KeyPair pair = generate(random);
    write(file, pair);
    return pair;
  }

  /// Writes both halves, so that the public one need not be computed when the file is read.
  static void write(Path file, KeyPair pair) throws IOException {
    OwnerFile.write(
        file,
        Pem.encode(PRIVATE, Bytes.of(pair.getPrivate().getEncoded()))
            + Pem.encode(PUBLIC, Bytes.of(pair.getPublic().getEncoded())));
  }

  /// Writes the public half of a key.
  static void writePublic(Path file, PublicKey key) throws IOException {
    OwnerFile.write(file, Pem.encode(PUBLIC, Bytes.of(key.getEncoded())));
  }

  static boolean same(PublicKey one, PublicKey other) {
    return Bytes.of(one.getEncoded()).equals(Bytes.of(other.getEncoded()));
  }

  /// SHA-256 of the SubjectPublicKeyInfo, lower-case hexadecimal.
  static String digest(PublicKey key) {
    try {
      return Bytes.of(MessageDigest.getInstance("SHA-256").digest(key.getEncoded())).hex();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  static KeyPair read(Path file) throws IOException, TrustServerException {
    try {
      List<PemBlock> blocks = Pem.parse(bytes(file));
      if (blocks.size() != 2
          || !blocks.get(0).label().equals(PRIVATE)
          || !blocks.get(1).label().equals(PUBLIC)) {
        throw FormatException.malformed(0, "a private key and its public key", "other PEM blocks");
      }
      KeyFactory factory = KeyFactory.getInstance("EC");
      PrivateKey secret =
          factory.generatePrivate(new PKCS8EncodedKeySpec(blocks.get(0).content().toByteArray()));
      PublicKey open =
          factory.generatePublic(new X509EncodedKeySpec(blocks.get(1).content().toByteArray()));
      return new KeyPair(open, secret);
    } catch (FormatException | GeneralSecurityException e) {
      throw new TrustServerException("the key file " + file + " cannot be used", e);
    }
  }

  /// A public key in PEM: of an EC, RSA or Ed25519 key.
  static PublicKey readPublic(Path file) throws TrustServerException {
    try {
      byte[] der = Pem.parse(bytes(file), PUBLIC).getFirst().toByteArray();
      for (String algorithm : KEY_ALGORITHMS) {
        try {
          return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der));
        } catch (InvalidKeySpecException _) {
          continue;
        }
      }
      throw new TrustServerException("the key in " + file + " is not of EC, RSA or Ed25519");
    } catch (NoSuchFileException e) {
      throw new TrustServerException("no such file", e);
    } catch (FormatException | IOException | GeneralSecurityException e) {
      throw new TrustServerException("the public key in " + file + " cannot be read", e);
    }
  }

  /// The certificates of a PEM file, at least one.
  static List<X509Certificate> readCertificates(Path file) throws TrustServerException {
    try {
      List<X509Certificate> certificates = new ArrayList<>();
      for (Bytes der : Pem.parse(bytes(file), CERTIFICATE)) {
        certificates.add(certificate(der));
      }
      return certificates;
    } catch (FormatException | IOException | CertificateException e) {
      throw new TrustServerException("the certificates in " + file + " cannot be read", e);
    }
  }

  static X509Certificate certificate(Bytes der) throws CertificateException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(der.toByteArray()));
  }

  static void writeCertificates(Path file, List<X509Certificate> certificates)
      throws IOException, CertificateException {
    StringBuilder pem = new StringBuilder();
    for (X509Certificate certificate : certificates) {
      pem.append(Pem.encode(CERTIFICATE, Bytes.of(certificate.getEncoded())));
    }
    OwnerFile.write(file, pem.toString());
  }

  private static Bytes bytes(Path file) throws IOException {
    if (Files.size(file) > MAX_FILE) {
      throw new IOException(file + " is longer than " + MAX_FILE + " bytes");
    }
    return Bytes.of(Files.readAllBytes(file));
  }
}
