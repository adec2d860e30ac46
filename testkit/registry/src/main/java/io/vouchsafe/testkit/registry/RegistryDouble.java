package io.vouchsafe.testkit.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A real, small registry on loopback: the distribution protocol over plain HTTP, content in
/// memory, any repository name. It can ask for names, and it can misbehave.
public final class RegistryDouble implements AutoCloseable {

  /// What it can do wrong.
  public enum Fault {
    /// Takes the request for a blob and says nothing.
    HANG_BLOBS,
    /// Sends half of a blob and then nothing.
    STALL_BLOBS,
    /// States the length of a blob, sends half and closes.
    CUT_BLOBS,
    /// Sends one byte more than a blob has.
    LONGER_BLOBS,
    /// Sends a blob with its last byte changed.
    CHANGED_BLOBS,
    /// Answers a request for a blob with a redirect, see [RegistryDouble#redirectTo(String)].
    REDIRECT_BLOBS,
    /// Sends a manifest with a space behind it.
    CHANGED_MANIFESTS,
    /// Sends a manifest that does not end.
    ENDLESS_MANIFESTS,
    /// Answers every request with status 500.
    BROKEN,
    /// Sends uploads to the place of [RegistryDouble#redirectTo(String)].
    UPLOADS_ELSEWHERE
  }

  /// How it asks for names.
  public enum Access {
    OPEN,
    BASIC,
    TOKEN
  }

  /// A request that came in.
  ///
  /// @param line method and target
  /// @param authorization the header, empty if there was none
  public record Received(String line, String authorization) {}

  private record Manifest(String type, byte[] content) {}

  private static final String TOKEN = "token-for-tests";
  private static final int ENDLESS = 64 << 20;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  private final Map<String, Manifest> manifests = new ConcurrentHashMap<>();
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile Set<Fault> faults = EnumSet.noneOf(Fault.class);
  private volatile Access access = Access.OPEN;
  private volatile String credentials = "";
  private volatile String redirect = "";

  private RegistryDouble() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /// Binds a free port.
  public static RegistryDouble start() throws IOException {
    return new RegistryDouble();
  }

  /// Host and port, as in image names.
  public String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /// Does these things wrong from now on, and no others.
  public void misbehave(Fault... wanted) {
    Set<Fault> all = EnumSet.noneOf(Fault.class);
    all.addAll(List.of(wanted));
    faults = all;
  }

  /// Where redirects go: scheme, host and port.
  public void redirectTo(String base) {
    redirect = base;
  }

  /// Asks for a name from now on.
  public void require(Access wanted, String user, String password) {
    access = wanted;
    credentials =
        "Basic "
            + Base64.getEncoder()
                .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
  }

  /// Every request so far.
  public List<Received> received() {
    return List.copyOf(received);
  }

  /// How much content there is.
  public int blobCount() {
    return blobs.size();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String authorization =
          Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")).orElse("");
      received.add(
          new Received(
              exchange.getRequestMethod() + " " + exchange.getRequestURI(), authorization));
      String path = exchange.getRequestURI().getPath();
      if (faults.contains(Fault.BROKEN)) {
        answer(exchange, 500, new byte[0]);
      } else if (path.equals("/token")) {
        token(exchange, authorization);
      } else if (!isAllowed(authorization)) {
        challenge(exchange);
      } else {
        route(exchange, path);
      }
    }
  }

  private boolean isAllowed(String authorization) {
    return switch (access) {
      case OPEN -> true;
      case BASIC -> authorization.equals(credentials);
      case TOKEN -> authorization.equals("Bearer " + TOKEN);
    };
  }

  private void challenge(HttpExchange exchange) throws IOException {
    String challenge =
        access == Access.BASIC
            ? "Basic realm=\"test\""
            : "Bearer realm=\"http://%s/token\",service=\"test\",scope=\"x\"".formatted(host());
    exchange.getResponseHeaders().set("WWW-Authenticate", challenge);
    answer(exchange, 401, "{\"errors\":[{\"code\":\"UNAUTHORIZED\"}]}");
  }

  private void token(HttpExchange exchange, String authorization) throws IOException {
    boolean known = authorization.equals(credentials);
    answer(exchange, known ? 200 : 401, known ? "{\"token\":\"" + TOKEN + "\"}" : "{}");
  }

  private void route(HttpExchange exchange, String path) throws IOException {
    String method = exchange.getRequestMethod();
    boolean reads = method.equals("GET") || method.equals("HEAD");
    if (path.endsWith("/blobs/uploads/") && method.equals("POST")) {
      startUpload(exchange, path);
    } else if (path.equals("/v2/") && reads) {
      answer(exchange, 200, "{}");
    } else if (path.contains("/blobs/uploads/") && method.equals("PUT")) {
      upload(exchange);
    } else if (path.contains("/blobs/") && reads) {
      blob(exchange, path.substring(path.lastIndexOf('/') + 1));
    } else if (path.contains("/manifests/") && reads) {
      manifest(exchange, path);
    } else if (path.contains("/manifests/") && method.equals("PUT")) {
      putManifest(exchange, path);
    } else {
      answer(exchange, 404, "{}");
    }
  }

  private void startUpload(HttpExchange exchange, String path) throws IOException {
    String base = faults.contains(Fault.UPLOADS_ELSEWHERE) ? redirect : "";
    exchange.getResponseHeaders().set("Location", base + path + "one?state=1");
    answer(exchange, 202, new byte[0]);
  }

  private void upload(HttpExchange exchange) throws IOException {
    byte[] content = exchange.getRequestBody().readAllBytes();
    String query = exchange.getRequestURI().getQuery();
    String digest = query.substring(query.indexOf("digest=") + 7);
    if (!digest.equals(digest(content))) {
      answer(exchange, 400, "{\"errors\":[{\"code\":\"DIGEST_INVALID\"}]}");
      return;
    }
    blobs.put(digest, content);
    answer(exchange, 201, new byte[0]);
  }

  private void putManifest(HttpExchange exchange, String path) throws IOException {
    byte[] content = exchange.getRequestBody().readAllBytes();
    Manifest manifest =
        new Manifest(
            Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Type")).orElse(""),
            content);
    String repository = path.substring(0, path.lastIndexOf('/') + 1);
    manifests.put(path, manifest);
    manifests.put(repository + digest(content), manifest);
    answer(exchange, 201, new byte[0]);
  }

  private void manifest(HttpExchange exchange, String path) throws IOException {
    Manifest manifest = manifests.get(path);
    if (manifest == null) {
      answer(exchange, 404, "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\"}]}");
      return;
    }
    exchange.getResponseHeaders().set("Content-Type", manifest.type);
    exchange.getResponseHeaders().set("Docker-Content-Digest", digest(manifest.content));
    byte[] content = manifest.content;
    if (faults.contains(Fault.CHANGED_MANIFESTS)) {
      content =
          (new String(content, StandardCharsets.UTF_8) + " ").getBytes(StandardCharsets.UTF_8);
    }
    if (faults.contains(Fault.ENDLESS_MANIFESTS)) {
      content = new byte[ENDLESS];
    }
    answer(exchange, 200, content);
  }

  private void blob(HttpExchange exchange, String digest) throws IOException {
    byte[] content = blobs.get(digest);
    if (content == null) {
      answer(exchange, 404, "{\"errors\":[{\"code\":\"BLOB_UNKNOWN\"}]}");
    } else if (faults.contains(Fault.REDIRECT_BLOBS)) {
      exchange.getResponseHeaders().set("Location", redirect + exchange.getRequestURI().getPath());
      answer(exchange, 307, new byte[0]);
    } else if (faults.contains(Fault.HANG_BLOBS)) {
      hang();
    } else if (faults.contains(Fault.STALL_BLOBS) || faults.contains(Fault.CUT_BLOBS)) {
      half(exchange, content);
    } else {
      answer(exchange, 200, spoilt(content));
    }
  }

  private byte[] spoilt(byte[] content) {
    if (faults.contains(Fault.LONGER_BLOBS)) {
      return java.util.Arrays.copyOf(content, content.length + 1);
    }
    if (faults.contains(Fault.CHANGED_BLOBS)) {
      byte[] changed = content.clone();
      changed[changed.length - 1] ^= 1;
      return changed;
    }
    return content;
  }

  private void half(HttpExchange exchange, byte[] content) throws IOException {
    exchange.sendResponseHeaders(200, content.length);
    OutputStream out = exchange.getResponseBody();
    out.write(content, 0, content.length / 2);
    out.flush();
    if (faults.contains(Fault.STALL_BLOBS)) {
      hang();
    }
  }

  /// Until this is closed.
  private void hang() {
    try {
      closing.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    answer(exchange, status, body.getBytes(StandardCharsets.UTF_8));
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.getRequestBody().readAllBytes();
    exchange.sendResponseHeaders(status, body.length == 0 || head ? -1 : body.length);
    if (!head && body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  private static String digest(byte[] content) {
    try {
      return "sha256:"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
