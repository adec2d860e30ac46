package io.vouchsafe.testkit.vendors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.testkit.amd.SimulatedAmd;
import io.vouchsafe.testkit.amd.SimulatedTcb;
import io.vouchsafe.testkit.intel.PckProfile.Authority;
import io.vouchsafe.testkit.intel.SimulatedIntel;
import io.vouchsafe.testkit.intel.TcbDocuments;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// AMD's KDS, Intel's PCS or a cache of it, real and small, on loopback: it serves what is
/// published, under the paths and with the headers of the vendors, and misbehaves when told.
/// Thread-safe.
public final class VendorDouble implements AutoCloseable {
  private static final String PAGE = "<html><body>Please log in.</body></html>";
  private static final int FAR_TOO_LONG = 8 << 20;
  private static final int LONG_HEADER = 60_000;
  private static final String DER = "application/octet-stream";
  private static final String JSON = "application/json";
  private static final String THIM = "/metadata/THIM/amd/certification";
  private static final String CERTIFICATION = "/certification/v4/";

  /// What is served under a target.
  ///
  /// @param issuers name and PEM of a header; none if the name is empty
  private record Document(Bytes body, String type, String header, Bytes issuers) {}

  private final HttpServer server;
  private final String scheme;
  private final Optional<TlsCertificate> certificate;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Document> documents = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final ConcurrentLinkedQueue<Fault> once = new ConcurrentLinkedQueue<>();
  private final AtomicInteger underway = new AtomicInteger();
  private final AtomicInteger peak = new AtomicInteger();
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile Optional<Fault> always = Optional.empty();
  private volatile CountDownLatch gate = new CountDownLatch(0);
  private volatile boolean cache;

  private VendorDouble(HttpServer server, String scheme, Optional<TlsCertificate> certificate) {
    this.server = server;
    this.scheme = scheme;
    this.certificate = certificate;
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /// Plain HTTP on a free port.
  public static VendorDouble start() throws IOException {
    return new VendorDouble(HttpServer.create(loopback(), 0), "http", Optional.empty());
  }

  /// HTTPS on a free port, with a certificate that nobody vouches for: see [#tlsRoot()].
  public static VendorDouble startTls() throws IOException {
    TlsCertificate certificate = TlsCertificate.create();
    HttpsServer server = HttpsServer.create(loopback(), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(certificate.context()));
    return new VendorDouble(server, "https", Optional.of(certificate));
  }

  /// PEM of the server's certificate.
  public Bytes tlsRoot() {
    return certificate.orElseThrow().pem();
  }

  /// Scheme, host and port.
  public String url() {
    return scheme + "://127.0.0.1:" + server.getAddress().getPort();
  }

  /// Answers like a cache of Intel's service (PCCS): revocation lists as hexadecimal text, also
  /// that of the root.
  public VendorDouble asCache() {
    cache = true;
    return this;
  }

  /// Serves the certificates and revocation lists of a product line.
  ///
  /// @param line `Milan`, …
  public void publish(SimulatedAmd amd, String line, Instant from, Instant until) {
    List<Bytes> all = amd.authorities();
    amdChain("vcek", line, all.get(0), all.get(2));
    amdChain("vlek", line, all.get(1), all.get(2));
    amdList(line, amd.revocationList(from, until));
  }

  /// Serves a chain of AMD's: `vcek` or `vlek`.
  public void amdChain(String kind, String line, Bytes... certificates) {
    put(
        "/" + kind + "/v1/" + line + "/cert_chain",
        new Document(pem(certificates), "application/x-pem-file", "", Bytes.EMPTY));
  }

  /// Serves a revocation list of AMD's.
  public void amdList(String line, Bytes list) {
    put("/vcek/v1/" + line + "/crl", new Document(list, DER, "", Bytes.EMPTY));
    put("/vlek/v1/" + line + "/crl", new Document(list, DER, "", Bytes.EMPTY));
  }

  /// Serves the certificate of a chip of family 19h.
  public void chip(String line, Bytes hardwareId, SimulatedTcb tcb, Bytes certificate) {
    String target =
        "/vcek/v1/%s/%s?blSPL=%d&teeSPL=%d&snpSPL=%d&ucodeSPL=%d"
            .formatted(
                line, hardwareId.hex(), tcb.bootLoader(), tcb.tee(), tcb.snp(), tcb.microcode());
    put(target, new Document(certificate, DER, "", Bytes.EMPTY));
  }

  /// Serves what Azure's metadata service tells a machine about its chip, to those who ask with the
  /// header that it demands.
  public void thim(SimulatedAmd amd, Bytes certificate) {
    Json.Obj answer =
        Json.object()
            .put("vcekCert", Pem.encode("CERTIFICATE", certificate))
            .put("tcbm", "0000000000000000")
            .put(
                "certificateChain",
                pem(amd.authorities().get(0), amd.authorities().get(2)).utf8Lossy())
            .put("cacheControl", "86400")
            .build();
    put(THIM, new Document(Bytes.utf8(answer.compact()), JSON, "", Bytes.EMPTY));
  }

  /// Serves everything of Intel's that is not about one platform.
  public void publish(SimulatedIntel intel, Instant from, Instant until) {
    rootList(intel.rootCrl(from, until));
    for (Authority authority : Authority.values()) {
      pckList(authority, intel.pckCrl(authority, from, until), intel.issuerChain(authority));
    }
    for (String tee : List.of("sgx", "tdx")) {
      Bytes numbers =
          intel.signed(
              "tcbEvaluationDataNumbers",
              TcbDocuments.evaluationNumbers(
                  tee.toUpperCase(Locale.ROOT), TcbDocuments.EVALUATION_NUMBER));
      evaluationNumbers(tee, numbers, intel.signingChain());
    }
  }

  /// Serves TCB info and identity.
  ///
  /// @param tee `sgx` or `tdx`
  public void publish(SimulatedIntel intel, String tee, Bytes fmspc, TcbDocuments content) {
    tcbInfo(tee, fmspc, intel.signed("tcbInfo", content.tcbInfo()), intel.signingChain());
    identity(tee, intel.signed("enclaveIdentity", content.qeIdentity()), intel.signingChain());
  }

  /// Serves TCB info.
  public void tcbInfo(String tee, Bytes fmspc, Bytes body, Bytes chain) {
    put(
        "/" + tee + CERTIFICATION + "tcb?fmspc=" + fmspc.hex(),
        new Document(body, JSON, "TCB-Info-Issuer-Chain", chain));
  }

  /// Serves the identity of a quoting enclave.
  public void identity(String tee, Bytes body, Bytes chain) {
    put(
        "/" + tee + CERTIFICATION + "qe/identity",
        new Document(body, JSON, "SGX-Enclave-Identity-Issuer-Chain", chain));
  }

  /// Serves the list of TCB recoveries.
  public void evaluationNumbers(String tee, Bytes body, Bytes chain) {
    put(
        "/" + tee + CERTIFICATION + "tcbevaluationdatanumbers",
        new Document(body, JSON, "TCB-Evaluation-Data-Numbers-Issuer-Chain", chain));
  }

  /// Serves the revocation list of Intel's root, both where Intel has it and where caches do.
  public void rootList(Bytes list) {
    put("/IntelSGXRootCA.der", new Document(list, "application/pkix-crl", "", Bytes.EMPTY));
    put(
        "/sgx" + CERTIFICATION + "rootcacrl",
        new Document(Bytes.utf8(list.hex()), "text/plain", "", Bytes.EMPTY));
  }

  /// Serves the revocation list of an issuer of PCK certificates.
  public void pckList(Authority authority, Bytes list, Bytes chain) {
    put(
        "/sgx%spckcrl?ca=%s&encoding=der"
            .formatted(CERTIFICATION, authority.name().toLowerCase(Locale.ROOT)),
        new Document(list, "application/pkix-crl", "SGX-PCK-CRL-Issuer-Chain", chain));
  }

  private void put(String target, Document document) {
    documents.put(normal(target), document);
  }

  /// Does not know this target any more.
  public void withdraw(String target) {
    documents.remove(normal(target));
  }

  private static String normal(String target) {
    int query = target.indexOf('?');
    if (query < 0) {
      return target;
    }
    String[] parameters = target.substring(query + 1).split("&", -1);
    Arrays.sort(parameters);
    return target.substring(0, query) + "?" + String.join("&", parameters).toLowerCase(Locale.ROOT);
  }

  private static Bytes pem(Bytes... certificates) {
    StringBuilder text = new StringBuilder();
    for (Bytes certificate : certificates) {
      text.append(Pem.encode("CERTIFICATE", certificate));
    }
    return Bytes.utf8(text.toString());
  }

  /// Does this wrong from now on, until [#behave()].
  public void misbehave(Fault fault) {
    always = Optional.of(fault);
  }

  /// Does these wrong, one for each of the next requests.
  public void misbehaveOnce(Fault... faults) {
    once.addAll(List.of(faults));
  }

  /// Does everything right again.
  public void behave() {
    always = Optional.empty();
    once.clear();
  }

  /// Answers nothing until [#release()].
  public void hold() {
    gate = new CountDownLatch(1);
  }

  /// Answers what waits.
  public void release() {
    gate.countDown();
  }

  /// The targets of all requests so far.
  public List<String> requests() {
    return List.copyOf(requests);
  }

  /// How many requests so far had a target that contains `part`.
  public long requests(String part) {
    return requests.stream().filter(target -> target.contains(part)).count();
  }

  /// Most requests that were under way at the same time.
  public int peak() {
    return peak.get();
  }

  private void handle(HttpExchange exchange) throws IOException {
    int now = underway.incrementAndGet();
    peak.accumulateAndGet(now, Math::max);
    try (exchange) {
      String target = exchange.getRequestURI().toString();
      requests.add(target);
      gate.await();
      Fault fault = once.poll();
      Document document = documents.get(normal(target));
      if (fault != null) {
        fail(exchange, fault, document);
      } else if (always.isPresent()) {
        fail(exchange, always.get(), document);
      } else if (target.equals(THIM)
          && !"true".equals(exchange.getRequestHeaders().getFirst("Metadata"))) {
        answer(exchange, 400, "text/plain", Bytes.utf8("header Metadata: true"));
      } else {
        serve(exchange, document);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      underway.decrementAndGet();
    }
  }

  private void serve(HttpExchange exchange, @Nullable Document document) throws IOException {
    if (document == null) {
      answer(exchange, 404, "text/plain", Bytes.utf8("No cache data for this platform."));
      return;
    }
    issuers(exchange, document.header(), document.issuers());
    boolean hex = cache && exchange.getRequestURI().getPath().endsWith("/pckcrl");
    Bytes body = hex ? Bytes.utf8(document.body().hex()) : document.body();
    answer(exchange, 200, document.type(), body);
  }

  private static void issuers(HttpExchange exchange, String header, Bytes pem) {
    if (!header.isEmpty()) {
      exchange.getResponseHeaders().set(header, percent(pem));
    }
  }

  /// As Intel's service does it: everything but letters, digits and `-_.+/` is escaped.
  private static String percent(Bytes text) {
    StringBuilder out = new StringBuilder();
    for (byte b : text.toByteArray()) {
      char c = (char) (b & 0xff);
      if (Character.isLetterOrDigit(c) && c < 0x80 || "-_.+/".indexOf(c) >= 0) {
        out.append(c);
      } else {
        out.append("%%%02X".formatted((int) c));
      }
    }
    return out.toString();
  }

  private void fail(HttpExchange exchange, Fault fault, @Nullable Document document)
      throws IOException, InterruptedException {
    Document real =
        document == null ? new Document(Bytes.utf8("?"), DER, "", Bytes.EMPTY) : document;
    Bytes page = Bytes.utf8(PAGE);
    switch (fault) {
      case Fault.Status(int code, String retryAfter) -> {
        if (!retryAfter.isEmpty()) {
          exchange.getResponseHeaders().set("Retry-After", retryAfter);
        }
        answer(exchange, code, "text/plain", Bytes.utf8("no"));
      }
      case Fault.Hang() -> closing.await();
      case Fault.Cut() -> {
        issuers(exchange, real.header(), real.issuers());
        exchange.sendResponseHeaders(200, real.body().size());
        exchange
            .getResponseBody()
            .write(real.body().slice(0, real.body().size() / 2).toByteArray());
        exchange.getResponseBody().flush();
      }
      case Fault.Endless() -> {
        issuers(exchange, real.header(), real.issuers());
        answer(exchange, 200, real.type(), Bytes.zeros(FAR_TOO_LONG));
      }
      case Fault.Portal() -> answer(exchange, 200, "text/html", page);
      case Fault.WrongType() ->
          serve(exchange, new Document(real.body(), "text/html", real.header(), real.issuers()));
      case Fault.Flipped() -> {
        byte[] body = real.body().toByteArray();
        body[body.length - 10] ^= 1;
        serve(exchange, new Document(Bytes.of(body), real.type(), real.header(), real.issuers()));
      }
      case Fault.NoIssuers() -> answer(exchange, 200, real.type(), real.body());
      case Fault.LongIssuers() -> {
        issuers(exchange, real.header(), Bytes.utf8("A".repeat(LONG_HEADER)));
        answer(exchange, 200, real.type(), real.body());
      }
      case Fault.BrokenIssuers() -> {
        if (!real.header().isEmpty()) {
          exchange.getResponseHeaders().set(real.header(), "-----BEGIN%2");
        }
        answer(exchange, 200, real.type(), real.body());
      }
      case Fault.Redirect(String base) -> {
        exchange.getResponseHeaders().set("Location", base + exchange.getRequestURI());
        answer(exchange, 302, "text/html", page);
      }
    }
  }

  private static void answer(HttpExchange exchange, int status, String type, Bytes body)
      throws IOException {
    exchange.getRequestBody().readAllBytes();
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, body.isEmpty() ? -1 : body.size());
    exchange.getResponseBody().write(body.toByteArray());
  }

  @Override
  public void close() {
    closing.countDown();
    gate.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
