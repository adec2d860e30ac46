package io.vouchsafe.testkit.vendors;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DerTag;
import io.vouchsafe.encoding.DerWriter;
import io.vouchsafe.encoding.Pem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// A certificate for 127.0.0.1 that its own key signed, as caches have them.
///
/// @param key its key
/// @param der the certificate
record TlsCertificate(KeyPair key, Bytes der) {
  private static final Bytes ECDSA_SHA256 =
      DerWriter.sequence(DerWriter.oid("1.2.840.10045.4.3.2"));
  private static final Bytes LOOPBACK = Bytes.of((byte) 127, (byte) 0, (byte) 0, (byte) 1);

  /// [7], an address, without a constructed bit.
  private static final byte ADDRESS = (byte) 0x87;

  static TlsCertificate create() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair key = generator.generateKeyPair();
      Bytes name =
          DerWriter.sequence(
              DerWriter.setOf(
                  DerWriter.sequence(DerWriter.oid("2.5.4.3"), DerWriter.utf8("a cache"))));
      Bytes names = DerWriter.sequence(Bytes.of(ADDRESS, (byte) LOOPBACK.size()).concat(LOOPBACK));
      Bytes content =
          DerWriter.sequence(
              DerWriter.explicit(0, DerWriter.integer(2)),
              DerWriter.integer(1),
              ECDSA_SHA256,
              name,
              DerWriter.sequence(
                  DerWriter.time(Instant.parse("2020-01-01T00:00:00Z")),
                  DerWriter.time(Instant.parse("2049-01-01T00:00:00Z"))),
              name,
              Bytes.of(key.getPublic().getEncoded()),
              DerWriter.explicit(
                  3,
                  DerWriter.sequence(
                      DerWriter.sequence(
                          DerWriter.oid("2.5.29.17"),
                          DerWriter.element(DerTag.OCTET_STRING, names)))));
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(key.getPrivate());
      signature.update(content.toByteArray());
      return new TlsCertificate(
          key,
          DerWriter.sequence(
              content, ECDSA_SHA256, DerWriter.bitString(Bytes.of(signature.sign()))));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has P-256", e);
    }
  }

  Bytes pem() {
    return Bytes.utf8(Pem.encode("CERTIFICATE", der));
  }

  SSLContext context() {
    try {
      Certificate certificate =
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der.toByteArray()));
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("server", key.getPrivate(), new char[0], new Certificate[] {certificate});
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the certificate cannot be used", e);
    }
  }
}
