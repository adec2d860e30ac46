package io.vouchsafe.trust.server;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.http.server.TlsIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The server's own authority: a root for ten years, under it a certificate for the server's names
/// that is made anew a month before its end. Guests get the root with their init-data, so it is
/// measured.
final class CertificateAuthority {
  private static final Duration RENEW_BEFORE = Duration.ofDays(30);

  private static final int SAN_DNS = 2;
  private static final int SAN_IP = 7;

  private final Path folder;
  private final SecureRandom random;
  private final KeyPair rootKey;
  private final X509Certificate root;

  private CertificateAuthority(
      Path folder, SecureRandom random, KeyPair rootKey, X509Certificate root) {
    this.folder = folder;
    this.random = random;
    this.rootKey = rootKey;
    this.root = root;
  }

  /// The authority of a home; made at the first start.
  static CertificateAuthority openOrCreate(Path folder, SecureRandom random, Instant now)
      throws IOException, TrustServerException {
    Path certificate = folder.resolve("ca.pem");
    Path key = folder.resolve("ca.key");
    if (Files.exists(certificate)) {
      return new CertificateAuthority(
          folder, random, KeyFile.read(key), KeyFile.readCertificates(certificate).getFirst());
    }
    // The key first: a certificate without its key would be taken for a finished authority.
    KeyPair pair = KeyFile.openOrCreate(key, random);
    X509Certificate root = new CertificateIssuer(pair, random).root(now);
    write(certificate, List.of(root));
    return new CertificateAuthority(folder, random, pair, root);
  }

  X509Certificate root() {
    return root;
  }

  /// SHA-256 of the root in DER, lower-case hexadecimal.
  String fingerprint() {
    try {
      return Bytes.of(MessageDigest.getInstance("SHA-256").digest(root.getEncoded())).hex();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a certificate that was read has an encoding", e);
    }
  }

  /// The server's identity: the one that is there if it has a month left and all of `names`, else a
  /// new one.
  ///
  /// @param names DNS names and IP addresses in text form
  TlsIdentity serverIdentity(Collection<String> names, Instant now)
      throws IOException, TrustServerException {
    Path certificate = folder.resolve("server.pem");
    Path key = folder.resolve("server.key");
    if (Files.exists(certificate) && Files.exists(key)) {
      List<X509Certificate> chain = KeyFile.readCertificates(certificate);
      KeyPair pair = KeyFile.read(key);
      if (usable(chain.getFirst(), pair, names, now)) {
        return new TlsIdentity(pair.getPrivate(), chain);
      }
    }
    KeyPair pair = KeyFile.generate(random);
    List<X509Certificate> chain =
        List.of(
            new CertificateIssuer(rootKey, random).server(root, pair.getPublic(), names, now),
            root);
    KeyFile.write(key, pair);
    write(certificate, chain);
    return new TlsIdentity(pair.getPrivate(), chain);
  }

  private boolean usable(
      X509Certificate certificate, KeyPair pair, Collection<String> names, Instant now) {
    try {
      certificate.verify(root.getPublicKey());
      return certificate.getPublicKey().equals(pair.getPublic())
          && certificate.getNotAfter().toInstant().isAfter(now.plus(RENEW_BEFORE))
          && !certificate.getNotBefore().toInstant().isAfter(now)
          && names(certificate).containsAll(names);
    } catch (GeneralSecurityException _) {
      return false;
    }
  }

  private static Set<String> names(X509Certificate certificate) throws CertificateException {
    Set<String> names = new HashSet<>();
    var alternatives = certificate.getSubjectAlternativeNames();
    if (alternatives != null) {
      for (List<?> name : alternatives) {
        if (name.get(0) instanceof Integer type && (type == SAN_DNS || type == SAN_IP)) {
          names.add(String.valueOf(name.get(1)));
        }
      }
    }
    return names;
  }

  private static void write(Path file, List<X509Certificate> chain) throws IOException {
    try {
      KeyFile.writeCertificates(file, chain);
    } catch (CertificateException e) {
      throw new IllegalStateException("a certificate that was made has an encoding", e);
    }
  }
}
