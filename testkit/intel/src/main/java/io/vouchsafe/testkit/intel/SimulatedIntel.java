package io.vouchsafe.testkit.intel;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DerWriter;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.testkit.intel.PckProfile.Authority;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// The authorities: a root, the two that issue PCK certificates, and the key that signs collateral.
/// Each instance has its own keys. Thread-safe.
public final class SimulatedIntel {
  /// Start of the validity of everything that says nothing else.
  public static final Instant FROM = Instant.parse("2025-01-01T00:00:00Z");

  /// End of the validity of everything that says nothing else.
  public static final Instant TO = Instant.parse("2032-01-01T00:00:00Z");

  /// Serial number of the authority for servers.
  public static final long PLATFORM_CA_SERIAL = 0x10001;

  /// Serial number of the authority for machines of one package.
  public static final long PROCESSOR_CA_SERIAL = 0x10002;

  /// Serial number of the certificate that signs collateral.
  public static final long TCB_SIGNING_SERIAL = 0x10003;

  private static final long ROOT_SERIAL = 0x10000;
  private static final long FIRST_PCK_SERIAL = 0x20000;
  private static final long CRL_NUMBER = 1;
  private static final String ROOT = "Intel SGX Root CA";
  private static final String PCK = "Intel SGX PCK Certificate";
  private static final String TCB_SIGNING = "Intel SGX TCB Signing";
  private static final String SGX_EXTENSION = "1.2.840.113741.1.13.1";

  private final KeyPair root;
  private final KeyPair platformCa;
  private final KeyPair processorCa;
  private final KeyPair tcbSigning;
  private final Instant from;
  private final Instant to;
  private final AtomicLong serial = new AtomicLong(FIRST_PCK_SERIAL);

  private SimulatedIntel(
      KeyPair root,
      KeyPair platformCa,
      KeyPair processorCa,
      KeyPair tcbSigning,
      Instant from,
      Instant to) {
    this.root = root;
    this.platformCa = platformCa;
    this.processorCa = processorCa;
    this.tcbSigning = tcbSigning;
    this.from = from;
    this.to = to;
  }

  /// New authorities with new keys.
  public static SimulatedIntel create() {
    return new SimulatedIntel(
        Certificates.key(), Certificates.key(), Certificates.key(), Certificates.key(), FROM, TO);
  }

  /// The same keys in certificates of another validity (the root's is kept).
  public SimulatedIntel valid(Instant since, Instant until) {
    return new SimulatedIntel(root, platformCa, processorCa, tcbSigning, since, until);
  }

  /// The certificate of the root in DER: what an operator names.
  public Bytes root() {
    return Certificates.issue(
        new Certificates.Content(
            ROOT, ROOT, ROOT_SERIAL, FROM, TO, root.getPublic(), Certificates.authority()),
        root.getPrivate());
  }

  /// The certificate of one that issues PCK certificates, DER.
  public Bytes authority(Authority authority) {
    long number = authority == Authority.PLATFORM ? PLATFORM_CA_SERIAL : PROCESSOR_CA_SERIAL;
    return Certificates.issue(
        new Certificates.Content(
            ROOT,
            authority.commonName(),
            number,
            from,
            to,
            keys(authority).getPublic(),
            Certificates.authority()),
        root.getPrivate());
  }

  private KeyPair keys(Authority authority) {
    return switch (authority) {
      case PLATFORM -> platformCa;
      case PROCESSOR -> processorCa;
    };
  }

  /// The certificate that signs collateral, DER.
  public Bytes tcbSigning() {
    return Certificates.issue(
        new Certificates.Content(
            ROOT,
            TCB_SIGNING,
            TCB_SIGNING_SERIAL,
            from,
            to,
            tcbSigning.getPublic(),
            Certificates.leaf()),
        root.getPrivate());
  }

  /// [#tcbSigning()] and [#root()] in PEM.
  public Bytes signingChain() {
    return pem(tcbSigning(), root());
  }

  /// The issuer of PCK certificates and [#root()] in PEM, as the service sends them with its lists.
  public Bytes issuerChain(Authority authority) {
    return pem(authority(authority), root());
  }

  /// Certificates in PEM, one after the other.
  public static Bytes pem(Bytes... certificates) {
    StringBuilder text = new StringBuilder();
    for (Bytes certificate : certificates) {
      text.append(Pem.encode("CERTIFICATE", certificate));
    }
    return Bytes.utf8(text.toString());
  }

  /// A platform with a new key and the certificate that `profile` describes.
  public SimulatedPlatform platform(PckProfile profile) {
    return platform(profile, keys(profile.authority()).getPrivate());
  }

  /// As [#platform(PckProfile)], but the root itself signed, in the name of the authority.
  public SimulatedPlatform platformOfTheRoot(PckProfile profile) {
    return platform(profile, root.getPrivate());
  }

  private SimulatedPlatform platform(PckProfile profile, PrivateKey signer) {
    KeyPair key = Certificates.key();
    long number = serial.getAndIncrement();
    List<Bytes> extensions = new ArrayList<>(Certificates.leaf());
    if (!profile.members().isEmpty()) {
      extensions.add(
          DerWriter.sequence(
              DerWriter.oid(SGX_EXTENSION), DerWriter.octetString(profile.extension())));
    }
    Bytes certificate =
        Certificates.issue(
            new Certificates.Content(
                profile.authority().commonName(),
                PCK,
                number,
                profile.from(),
                profile.to(),
                key.getPublic(),
                extensions),
            signer);
    Bytes chain = pem(certificate, authority(profile.authority()), root());
    return new SimulatedPlatform(profile, key.getPrivate(), number, certificate, chain);
  }

  /// The root's revocation list, DER.
  public Bytes rootCrl(Instant since, Instant until, long... serials) {
    return Certificates.list(ROOT, CRL_NUMBER, since, until, root.getPrivate(), serials);
  }

  /// The revocation list of one that issues PCK certificates, DER.
  public Bytes pckCrl(Authority authority, Instant since, Instant until, long... serials) {
    return Certificates.list(
        authority.commonName(), CRL_NUMBER, since, until, keys(authority).getPrivate(), serials);
  }

  /// A list in the name of an authority that somebody else signed, DER.
  public Bytes forgedPckCrl(Authority authority, long... serials) {
    return Certificates.list(
        authority.commonName(), CRL_NUMBER, FROM, TO, tcbSigning.getPrivate(), serials);
  }

  /// A document as the service sends it: `{"NAME":…,"signature":…}`.
  ///
  /// @param name `tcbInfo`, `enclaveIdentity` or `tcbEvaluationDataNumbers`
  public Bytes signed(String name, Json.Obj content) {
    return document(name, content, tcbSigning.getPrivate());
  }

  /// As [#signed(String, Json.Obj)], with the signature of a key that has no certificate.
  public Bytes forged(String name, Json.Obj content) {
    return document(name, content, Certificates.key().getPrivate());
  }

  private static Bytes document(String name, Json.Obj content, PrivateKey key) {
    Bytes text = Bytes.utf8(content.compact());
    String signature = Certificates.sign(key, text).hex();
    // Put together by hand: the signature is over these bytes.
    return Bytes.utf8(
        "{\"" + name + "\":" + content.compact() + ",\"signature\":\"" + signature + "\"}");
  }

  /// Good collateral for a platform: nothing is revoked, `documents` are signed.
  public SimulatedCollateral collateral(SimulatedPlatform platform, TcbDocuments documents) {
    Authority authority = platform.profile().authority();
    return new SimulatedCollateral(
        signed("tcbInfo", documents.tcbInfo()),
        signed("enclaveIdentity", documents.qeIdentity()),
        signingChain(),
        rootCrl(FROM, TO),
        pckCrl(authority, FROM, TO),
        issuerChain(authority),
        platform.chain());
  }
}
