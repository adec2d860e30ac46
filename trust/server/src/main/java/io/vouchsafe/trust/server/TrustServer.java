package io.vouchsafe.trust.server;

import io.vouchsafe.appraisal.EarIdentity;
import io.vouchsafe.appraisal.EarSigner;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.InsecureSampleVerifier;
import io.vouchsafe.evidence.Verifier;
import io.vouchsafe.evidence.tpm.AkTrust;
import io.vouchsafe.evidence.tpm.EkCertificates;
import io.vouchsafe.evidence.tpm.TpmVerifier;
import io.vouchsafe.http.server.HttpServer;
import io.vouchsafe.http.server.HttpServerOptions;
import io.vouchsafe.http.server.TlsIdentity;
import io.vouchsafe.trust.core.TransactionRefusedException;
import io.vouchsafe.trust.core.TrustCore;
import io.vouchsafe.trust.core.TrustCoreOptions;
import io.vouchsafe.trust.store.MasterKey;
import io.vouchsafe.trust.store.SqliteStore;
import io.vouchsafe.trust.store.Store;
import io.vouchsafe.trust.store.StoreException;
import io.vouchsafe.trust.store.Tenant;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running trust server: store, transaction and facades behind HTTPS by its own authority. One
/// process per home; the store sees to that.
public final class TrustServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TrustServer.class);

  /// Where guests of a VM with user-mode network see the host's loopback.
  private static final String GUEST_VIEW_OF_HOST = "10.0.2.2";

  private static final Duration RENEWAL_CHECK = Duration.ofHours(12);

  private final HttpServer http;
  private final TrustCore core;
  private final String url;
  private final CertificateAuthority authority;
  private final Thread renewal;

  private TrustServer(
      HttpServer http, TrustCore core, String url, CertificateAuthority authority, Thread renewal) {
    this.http = http;
    this.core = core;
    this.url = url;
    this.authority = authority;
    this.renewal = renewal;
  }

  /// What answers requests, and what must be closed.
  private record Opened(TrustCore core, TrustHandler handler, Provider provider) {}

  /// Opens the home, makes at the first start what is missing in it, and serves.
  ///
  /// @throws TrustServerException if a file of the home or of the options cannot be used, the store
  ///   cannot be opened, or the address cannot be bound
  public static TrustServer start(TrustServerOptions options) throws TrustServerException {
    Path home = options.home();
    SecureRandom random = new SecureRandom();
    try {
      OwnerFile.folder(home);
    } catch (IOException e) {
      throw new TrustServerException("the home " + home + " cannot be used", e);
    }
    // Cryptography and store load while the listener does: each takes about half of a cold start.
    FutureTask<Opened> opening = new FutureTask<>(() -> open(options));
    Thread.ofPlatform().name("trust-opening").daemon().start(opening);
    try {
      CertificateAuthority authority =
          CertificateAuthority.openOrCreate(home, random, options.clock().instant());
      Set<String> names = names(options.listen());
      TlsIdentity identity = authority.serverIdentity(names, options.clock().instant());
      HttpServer http =
          HttpServer.start(
              HttpServerOptions.tls(options.listen(), identity),
              request -> opened(opening).handler().handle(request));
      return serving(options, opening, http, authority, names);
    } catch (TrustServerException e) {
      abandon(opening);
      throw e;
    } catch (IOException e) {
      abandon(opening);
      throw new TrustServerException("the home " + home + " cannot be used", e);
    } catch (IllegalStateException e) {
      abandon(opening);
      throw new TrustServerException("the server cannot listen", e);
    }
  }

  private static TrustServer serving(
      TrustServerOptions options,
      FutureTask<Opened> opening,
      HttpServer http,
      CertificateAuthority authority,
      Set<String> names)
      throws TrustServerException {
    Opened opened;
    try {
      opened = opening.get();
    } catch (ExecutionException e) {
      http.close();
      if (e.getCause() instanceof TrustServerException known) {
        throw known;
      }
      throw new TrustServerException("the server cannot start", e);
    } catch (InterruptedException e) {
      http.close();
      Thread.currentThread().interrupt();
      throw new TrustServerException("the start was interrupted", e);
    }
    Thread renewal = renewal(options, authority, names, http);
    TrustServer server = new TrustServer(http, opened.core(), url(http), authority, renewal);
    LOG.info(
        "serving at {} home={} ca={} cryptography={}{}",
        server.url,
        options.home(),
        authority.fingerprint(),
        opened.provider().getName(),
        options.insecureSample() ? " INSECURE: sample evidence is accepted" : "");
    for (String weakness : options.evidence().policies().weaknesses()) {
      LOG.warn("WEAKENED evidence policy for {}", weakness);
    }
    return server;
  }

  /// For a request that came before everything was open.
  private static Opened opened(FutureTask<Opened> opening) {
    try {
      return opening.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the server is closing", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the server could not start", e);
    }
  }

  /// Lets go of what was opened in the background.
  private static void abandon(FutureTask<Opened> opening) {
    try {
      opening.get().core().close();
    } catch (ExecutionException e) {
      LOG.debug("nothing was opened", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Opened open(TrustServerOptions options) throws TrustServerException {
    Path home = options.home();
    Provider provider = Cryptography.install();
    SecureRandom random = Cryptography.random(provider);
    try {
      KeyPair tokenKey = KeyFile.openOrCreate(home.resolve("token.key"), random);
      KeyPair adminKey = KeyFile.openOrCreate(home.resolve(AdminToken.KEY_FILE), random);
      EarSigner signer = EarSigner.of(tokenKey, List.of(), provider);
      List<X509Certificate> trusted = new ArrayList<>();
      for (Path file : options.trustedTokenCertificates()) {
        trusted.addAll(KeyFile.readCertificates(file));
      }
      TrustCore core = openCore(options, signer, random);
      return new Opened(core, handler(options, core, signer, trusted, adminKey, random), provider);
    } catch (IOException e) {
      throw new TrustServerException("a key in " + home + " cannot be read", e);
    } catch (InvalidKeyException e) {
      throw new TrustServerException("the token key in " + home + " cannot be used", e);
    }
  }

  private static Set<String> names(InetSocketAddress listen) {
    Set<String> names = new LinkedHashSet<>(List.of("127.0.0.1", "localhost", GUEST_VIEW_OF_HOST));
    InetAddress address = listen.getAddress();
    if (address != null && !address.isAnyLocalAddress()) {
      names.add(address.getHostAddress());
    }
    return names;
  }

  private static TrustCore openCore(
      TrustServerOptions options, EarSigner signer, SecureRandom random)
      throws TrustServerException {
    Path home = options.home();
    EkCertificates endorsements = endorsements(options.ekRoots());
    List<Verifier> processors = ProcessorVerifiers.of(options.evidence());
    Store store;
    try {
      store =
          SqliteStore.open(
              home.resolve("trust.db"),
              MasterKey.openOrCreate(home.resolve("master.key"), random),
              options.clock(),
              random);
    } catch (StoreException e) {
      throw new TrustServerException("the store in " + home + " cannot be opened", e);
    }
    try {
      return TrustCore.open(
          new TrustCoreOptions(
              store,
              aks -> verifiers(options.insecureSample(), processors, aks),
              endorsements,
              signer,
              EarIdentity.VOUCHSAFE,
              random,
              System::nanoTime,
              options.sessionLife(),
              options.tokenLife()));
    } catch (TransactionRefusedException e) {
      store.close();
      throw new TrustServerException("the store in " + home + " cannot be used", e);
    }
  }

  private static Collection<Verifier> verifiers(
      boolean insecureSample, List<Verifier> processors, AkTrust aks) {
    List<Verifier> verifiers = new ArrayList<>();
    verifiers.add(new TpmVerifier(aks));
    verifiers.addAll(processors);
    if (insecureSample) {
      verifiers.add(InsecureSampleVerifier.sample());
      verifiers.add(InsecureSampleVerifier.device());
    }
    return verifiers;
  }

  private static EkCertificates endorsements(List<Path> files) throws TrustServerException {
    List<Bytes> roots = new ArrayList<>();
    try {
      for (Path file : files) {
        for (X509Certificate root : KeyFile.readCertificates(file)) {
          roots.add(Bytes.of(root.getEncoded()));
        }
      }
      return EkCertificates.of(roots);
    } catch (FormatException | CertificateEncodingException e) {
      throw new TrustServerException("a root for endorsement keys cannot be read", e);
    }
  }

  private static TrustHandler handler(
      TrustServerOptions options,
      TrustCore core,
      EarSigner signer,
      List<X509Certificate> trusted,
      KeyPair adminKey,
      SecureRandom random) {
    Metrics metrics = new Metrics(version());
    AdminGate gate =
        new AdminGate(
            options.admins(),
            adminKey.getPublic(),
            new NotedAdministrators(HomeAdministrators.of(options.home()), core));
    warnOfOneSubject(core, gate);
    Replies replies = new Replies(core, metrics);
    Results results =
        new Results(
            core,
            new ForeignTokens(trusted, Set.copyOf(options.tokenAudiences())),
            !trusted.isEmpty(),
            signer.jwks(),
            options.clock());
    Handshake handshake = new Handshake(core, replies, metrics);
    ResourcePlugin resources =
        new ResourcePlugin(core, gate, results, replies, metrics, random, options.clock());
    return new TrustHandler(
        new KbsFacade(core, gate, handshake, resources, replies, options.clock()),
        new GuestFacade(core, results, replies),
        new AdminFacade(core, gate, replies, options.clock()),
        replies,
        metrics,
        signer.jwks(),
        System::nanoTime);
  }

  private static void warnOfOneSubject(TrustCore core, AdminGate gate) {
    boolean apart = gate.tellsSubjectsApart();
    try {
      for (Tenant tenant : core.administration().tenants()) {
        if (!apart && core.approvals().needed(tenant) > 1) {
          LOG.warn("tenant {} demands two approvals, but there is one administrator", tenant);
        }
      }
    } catch (TransactionRefusedException e) {
      LOG.error("who may approve is not known: {}", e.refused().refusal().summary());
    }
  }

  private static String version() {
    String version = TrustServer.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /// Looks twice a day whether the certificate nears its end.
  private static Thread renewal(
      TrustServerOptions options,
      CertificateAuthority authority,
      Set<String> names,
      HttpServer http) {
    return Thread.ofVirtual()
        .name("certificate-renewal")
        .start(() -> {
          while (true) {
            try {
              Thread.sleep(RENEWAL_CHECK);
              http.renew(authority.serverIdentity(names, options.clock().instant()));
            } catch (InterruptedException _) {
              return;
            } catch (IOException | TrustServerException e) {
              LOG.error("the server's certificate could not be renewed", e);
            }
          }
        });
  }

  private static String url(HttpServer http) {
    InetAddress address = http.address().getAddress();
    String host = address.isAnyLocalAddress() ? "localhost" : address.getHostAddress();
    return "https://%s:%d".formatted(host.indexOf(':') >= 0 ? "[" + host + "]" : host, http.port());
  }

  /// Where the server answers, for example `https://127.0.0.1:8443`.
  public String url() {
    return url;
  }

  /// The port that is bound.
  public int port() {
    return http.port();
  }

  /// SHA-256 of the certificate of the server's authority in DER, lower-case hexadecimal.
  public String caFingerprint() {
    return authority.fingerprint();
  }

  /// The certificate of the server's authority: what clients and guests trust.
  public X509Certificate caCertificate() {
    return authority.root();
  }

  /// Lets running requests end, then closes the store.
  @Override
  public void close() {
    renewal.interrupt();
    http.close();
    core.close();
  }
}
