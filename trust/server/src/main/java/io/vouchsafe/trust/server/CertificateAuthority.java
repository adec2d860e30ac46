package io.vouchsafe.trust.server;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.http.server.TlsIdentity;
import java.io.IOException;
import java.math.BigInteger;
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
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// The server's own authority: a root for ten years, under it a certificate for the server's names
/// that is made anew a month before its end. Guests get the root with their init-data, so it is
/// measured.
final class CertificateAuthority {
  private static final Duration ROOT_LIFE = Duration.ofDays(3653);
  private static final Duration SERVER_LIFE = Duration.ofDays(90);
  private static final Duration RENEW_BEFORE = Duration.ofDays(30);

  /// Clocks of guests run a little apart from ours.
  private static final Duration BACKDATED = Duration.ofDays(1);

  private static final int SERIAL_BITS = 127;
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
    X509Certificate root = selfSign(pair, random, now);
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
    List<X509Certificate> chain = List.of(issue(pair, names, now), root);
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

  private static X509Certificate selfSign(KeyPair pair, SecureRandom random, Instant now) {
    X500Principal name = new X500Principal("CN=Vouchsafe trust server CA");
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            name,
            new BigInteger(SERIAL_BITS, random),
            Date.from(now.minus(BACKDATED)),
            Date.from(now.plus(ROOT_LIFE)),
            name,
            pair.getPublic());
    try {
      builder
          .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
          .addExtension(
              Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
          .addExtension(
              Extension.subjectKeyIdentifier,
              false,
              new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
      return sign(builder, pair);
    } catch (GeneralSecurityException | CertIOException e) {
      throw new IllegalStateException("a certificate could not be made", e);
    }
  }

  private X509Certificate issue(KeyPair pair, Collection<String> names, Instant now) {
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            root,
            new BigInteger(SERIAL_BITS, random),
            Date.from(now.minus(BACKDATED)),
            Date.from(now.plus(SERVER_LIFE)),
            new X500Principal("CN=Vouchsafe trust server"),
            pair.getPublic());
    GeneralName[] alternatives =
        names.stream()
            .map(name ->
                new GeneralName(
                    isAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName, name))
            .toArray(GeneralName[]::new);
    try {
      JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
      builder
          .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
          .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
          .addExtension(
              Extension.extendedKeyUsage,
              false,
              new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
          .addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives))
          .addExtension(
              Extension.subjectKeyIdentifier,
              false,
              extensions.createSubjectKeyIdentifier(pair.getPublic()))
          .addExtension(
              Extension.authorityKeyIdentifier,
              false,
              extensions.createAuthorityKeyIdentifier(root));
      return sign(builder, rootKey);
    } catch (GeneralSecurityException | CertIOException e) {
      throw new IllegalStateException("a certificate could not be made", e);
    }
  }

  private static boolean isAddress(String name) {
    return name.indexOf(':') >= 0 || name.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
  }

  private static X509Certificate sign(X509v3CertificateBuilder builder, KeyPair issuer)
      throws CertificateException {
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(issuer.getPrivate())));
    } catch (OperatorCreationException e) {
      throw new IllegalStateException("every Java runtime signs with P-256", e);
    }
  }

  private static void write(Path file, List<X509Certificate> chain) throws IOException {
    try {
      KeyFile.writeCertificates(file, chain);
    } catch (CertificateException e) {
      throw new IllegalStateException("a certificate that was made has an encoding", e);
    }
  }
}
