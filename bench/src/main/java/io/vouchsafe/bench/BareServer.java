package io.vouchsafe.bench;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.http.server.BodyTooLargeException;
import io.vouchsafe.http.server.HttpAnswer;
import io.vouchsafe.http.server.HttpHandler;
import io.vouchsafe.http.server.HttpRequest;
import io.vouchsafe.http.server.HttpServer;
import io.vouchsafe.http.server.HttpServerOptions;
import io.vouchsafe.http.server.TlsIdentity;
import io.vouchsafe.protocol.Jwe;
import io.vouchsafe.protocol.Jwk;
import io.vouchsafe.trust.store.MasterKey;
import io.vouchsafe.trust.store.SqliteStore;
import io.vouchsafe.trust.store.Store;
import io.vouchsafe.trust.store.StoreException;
import io.vouchsafe.trust.store.Tenant;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Security;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// A server, in a process of its own, that answers guests as the product answered one of them, and
/// does nothing for it but what no server can leave out: nothing is parsed, appraised or decided.
final class BareServer implements HttpHandler {
  private static final String ECDSA = "SHA256withECDSAinP1363Format";

  /// Where the product has AWS-LC among the providers.
  private static final int POSITION = 2;

  /// How much it does, each with all that is before it.
  enum Part {
    /// Reads requests and sends what the product sent.
    TRANSPORT("floor: TLS and HTTP, messages as long"),
    /// Verifies one signature, makes one, seals one answer.
    CRYPTOGRAPHY("floor: and verification, signature, sealed answer"),
    /// Keeps the two entries.
    LEDGER("floor: and two durable entries in the store");

    private final String text;

    Part(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  private final Part part;
  private final Store store;
  private final SecureRandom random;
  private final KeyPair own;
  private final Bytes quote;
  private final byte[] quoteSignature;
  private final Jwk recipient;
  private final HttpAnswer challenge;
  private final HttpAnswer token;
  private final byte[] signed;
  private final HttpAnswer sealed;
  private final Json.Obj attest;
  private final Json.Obj release;
  private final String idPrefix;
  private final AtomicLong entries = new AtomicLong();

  private BareServer(Part part, Json.Obj sample, Store store, SecureRandom random)
      throws FormatException, GeneralSecurityException {
    this.part = part;
    this.store = store;
    this.random = random;
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    own = generator.generateKeyPair();
    quote = Bytes.fromBase64(sample.string("quote"));
    quoteSignature = sign(quote.toByteArray());
    recipient = Jwk.parse(sample.object("key"));
    challenge = SampleExchange.answer(sample.object("challenge"));
    token = SampleExchange.answer(sample.object("token"));
    String jws = Json.parseObject(token.body(), JsonLimits.MESSAGE).string("token");
    signed = Bytes.utf8(jws.substring(0, jws.lastIndexOf('.'))).toByteArray();
    sealed = SampleExchange.answer(sample.object("sealed"));
    attest = sample.object("attest").without("id");
    release = sample.object("release").without("id");
    String id = sample.object("attest").string("id");
    idPrefix = id.substring(0, id.length() - 2 * Long.BYTES);
  }

  /// @param arguments the part, the home of a trust server whose identity it takes, a folder with
  ///   `sample.json` for its store
  public static void main(String[] arguments)
      throws IOException, FormatException, GeneralSecurityException, StoreException {
    Part part = Part.valueOf(arguments[0]);
    Path home = Path.of(arguments[1]);
    Path folder = Path.of(arguments[2]);
    AmazonCorrettoCryptoProvider awsLc = AmazonCorrettoCryptoProvider.INSTANCE;
    Security.insertProviderAt(awsLc, POSITION);
    SecureRandom random = SecureRandom.getInstance("DEFAULT", awsLc);
    Json.Obj sample =
        Json.parseObject(
            Bytes.of(Files.readAllBytes(folder.resolve("sample.json"))), JsonLimits.DOCUMENT);
    HttpServerOptions options =
        HttpServerOptions.tls(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), identity(home));
    try (MasterKey key = MasterKey.openOrCreate(folder.resolve("master.key"), random);
        Store store =
            SqliteStore.open(folder.resolve(part + ".db"), key, InstantSource.system(), random);
        HttpServer http = HttpServer.start(options, new BareServer(part, sample, store, random))) {
      String url = "https://127.0.0.1:" + http.port();
      System.out.println(Json.object().put("url", url).build().compact());
      // It ends with the process that started it, if nobody ends it before.
      while (System.in.read() >= 0) {
        continue;
      }
    }
  }

  private static TlsIdentity identity(Path home)
      throws IOException, FormatException, GeneralSecurityException {
    byte[] pkcs8 =
        Pem.parse(Files.readString(home.resolve("server.key"))).getFirst().content().toByteArray();
    PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    try (var in = Files.newInputStream(home.resolve("server.pem"))) {
      List<X509Certificate> chain =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(X509Certificate.class::cast)
              .toList();
      return new TlsIdentity(key, chain);
    }
  }

  @Override
  public HttpAnswer handle(HttpRequest request) throws BodyTooLargeException {
    Bytes body = request.body();
    try {
      return switch (request.rawPath()) {
        case Guest.AUTH -> challenge;
        case Guest.ATTEST -> attest(body);
        default -> resource();
      };
    } catch (GeneralSecurityException | StoreException e) {
      throw new IllegalStateException("what every exchange needs failed", e);
    }
  }

  private HttpAnswer attest(Bytes body) throws GeneralSecurityException, StoreException {
    if (body.isEmpty()) {
      throw new IllegalStateException("no evidence");
    }
    if (does(Part.CRYPTOGRAPHY)) {
      Signature verifier = Signature.getInstance(ECDSA);
      verifier.initVerify(own.getPublic());
      verifier.update(quote.asBuffer());
      if (!verifier.verify(quoteSignature)) {
        throw new IllegalStateException("its own signature does not verify");
      }
      sign(signed);
    }
    if (does(Part.LEDGER)) {
      store.writeInOrder(Tenant.DEFAULT, tx -> tx.append(nextId(), "attest", attest));
    }
    return token;
  }

  private HttpAnswer resource() throws StoreException {
    if (does(Part.LEDGER)) {
      store.write(Tenant.DEFAULT, tx -> tx.append(nextId(), "release", release));
    }
    if (!does(Part.CRYPTOGRAPHY)) {
      return sealed;
    }
    try (SecretBytes value = SecretBytes.copyOf(Guest.VALUE.toByteArray())) {
      return HttpAnswer.json(200, Jwe.seal(recipient, value, random).toJson());
    }
  }

  private boolean does(Part some) {
    return part.compareTo(some) >= 0;
  }

  private byte[] sign(byte[] text) throws GeneralSecurityException {
    Signature signer = Signature.getInstance(ECDSA);
    signer.initSign(own.getPrivate());
    signer.update(text);
    return signer.sign();
  }

  /// As long as those of the product, one after the other as those are.
  private String nextId() {
    return idPrefix + HexFormat.of().toHexDigits(entries.incrementAndGet());
  }
}
