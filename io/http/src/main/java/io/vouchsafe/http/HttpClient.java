package io.vouchsafe.http;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Pem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;

/// An HTTP/1.1 client over that of the JDK: roots of our own, every wait and every body bounded,
/// redirects only where allowed. Thread-safe. Closing it ends what is under way.
public final class HttpClient implements AutoCloseable {
  /// Bound of bodies that are read at once, unless set.
  public static final int DEFAULT_MAX_BODY = 4 << 20;

  private static final int MAX_REDIRECTS = 5;

  /// Bytes in a second.
  private static final long SLOWEST_UPLOAD = 64 << 10;

  private final java.net.http.HttpClient client;
  private final Timeouts timeouts;
  private final RedirectPolicy redirects;
  private final int maxBody;
  private final String userAgent;

  private HttpClient(Builder builder) {
    this.client = builder.client();
    this.timeouts = builder.timeouts;
    this.redirects = builder.redirects;
    this.maxBody = builder.maxBody;
    this.userAgent = builder.userAgent;
  }

  /// Settings: the JDK's roots, [Timeouts#DEFAULT], no redirects, bodies of at most
  /// [#DEFAULT_MAX_BODY].
  public static Builder builder() {
    return new Builder();
  }

  /// Collects settings.
  public static final class Builder {
    private List<X509Certificate> roots = List.of();
    private boolean onlyRoots;
    private Timeouts timeouts = Timeouts.DEFAULT;
    private RedirectPolicy redirects = RedirectPolicy.never();
    private int maxBody = DEFAULT_MAX_BODY;
    private String userAgent = "vouchsafe";

    private Builder() {}

    /// Trusts the certificates of a PEM text beside the JDK's.
    ///
    /// @throws FormatException if the text is not PEM of certificates
    public Builder extraRoots(Bytes pem) throws FormatException {
      roots = certificates(pem);
      onlyRoots = false;
      return this;
    }

    /// Trusts the certificates of a PEM text and no others.
    ///
    /// @throws FormatException if the text is not PEM of certificates
    public Builder onlyRoots(Bytes pem) throws FormatException {
      roots = certificates(pem);
      onlyRoots = true;
      return this;
    }

    public Builder timeouts(Timeouts value) {
      timeouts = value;
      return this;
    }

    public Builder redirects(RedirectPolicy value) {
      redirects = value;
      return this;
    }

    /// Bound of bodies that are read at once, in bytes.
    public Builder maxBody(int bytes) {
      maxBody = bytes;
      return this;
    }

    public Builder userAgent(String value) {
      userAgent = value;
      return this;
    }

    public HttpClient build() {
      return new HttpClient(this);
    }

    private java.net.http.HttpClient client() {
      try {
        SSLContext context = SSLContext.getInstance("TLS");
        TrustManager[] trust = {new LazyTrust(roots, onlyRoots)};
        context.init(null, trust, new SecureRandom());
        return java.net.http.HttpClient.newBuilder()
            .version(java.net.http.HttpClient.Version.HTTP_1_1)
            .connectTimeout(timeouts.connect())
            .followRedirects(java.net.http.HttpClient.Redirect.NEVER)
            .sslContext(context)
            .build();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every JDK has TLS", e);
      }
    }

    private static List<X509Certificate> certificates(Bytes pem) throws FormatException {
      List<X509Certificate> all = new ArrayList<>();
      for (Bytes der : Pem.parse(pem, "CERTIFICATE")) {
        try {
          all.add(
              (X509Certificate)
                  CertificateFactory.getInstance("X.509")
                      .generateCertificate(new ByteArrayInputStream(der.toByteArray())));
        } catch (CertificateException e) {
          throw FormatException.unexpected("a certificate", String.valueOf(e.getMessage()));
        }
      }
      return List.copyOf(all);
    }
  }

  /// Sends a request and reads the whole answer, whatever its status.
  ///
  /// @throws HttpException if none comes, or one that is beyond a bound
  public HttpResponse send(HttpRequest request) throws HttpException {
    try (HttpStream stream = open(request)) {
      byte[] body = stream.body().readNBytes(maxBody + 1);
      if (body.length > maxBody) {
        throw new HttpException(
            HttpException.Kind.OVERSIZED, request.uri(), "more than " + maxBody + " bytes");
      }
      return new HttpResponse(stream.status(), stream.uri(), stream.headers(), Bytes.of(body));
    } catch (HttpException e) {
      throw e;
    } catch (IOException e) {
      throw new HttpException(HttpException.Kind.BROKEN, request.uri(), e);
    }
  }

  /// Sends a request; the body of the answer comes as a stream, unbounded. The caller closes it.
  ///
  /// @throws HttpException if no answer comes
  public HttpStream open(HttpRequest request) throws HttpException {
    long deadline = System.nanoTime() + timeouts.whole().toNanos();
    HttpRequest current = request;
    for (int i = 0; i <= MAX_REDIRECTS; i++) {
      HttpStream answer = exchange(current, deadline);
      Optional<URI> target = redirect(current, answer);
      if (target.isEmpty()) {
        return answer;
      }
      closeQuietly(answer);
      current = current.redirected(target.get());
    }
    throw new HttpException(
        HttpException.Kind.REDIRECT, request.uri(), "more than " + MAX_REDIRECTS + " redirects");
  }

  private Optional<URI> redirect(HttpRequest request, HttpStream answer) throws HttpException {
    boolean isRedirect =
        switch (answer.status()) {
          case 301, 302, 303, 307, 308 -> true;
          default -> false;
        };
    boolean canRepeat = request.method().equals("GET") || request.method().equals("HEAD");
    Optional<String> location = answer.headers().first("Location");
    if (!isRedirect || !canRepeat || location.isEmpty()) {
      return Optional.empty();
    }
    Optional<URI> target = resolve(request.uri(), location.get());
    if (target.isEmpty()
        || isDowngrade(request.uri(), target.get())
        || !redirects.allows(request.uri(), target.get())) {
      closeQuietly(answer);
      throw new HttpException(
          HttpException.Kind.REDIRECT,
          request.uri(),
          "not allowed to go to " + target.map(uri -> "host " + uri.getAuthority()).orElse("?"));
    }
    return target;
  }

  private static Optional<URI> resolve(URI base, String location) {
    try {
      URI target = base.resolve(location);
      String scheme = String.valueOf(target.getScheme());
      boolean web = scheme.equals("http") || scheme.equals("https");
      return web && target.getHost() != null ? Optional.of(target) : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static boolean isDowngrade(URI from, URI to) {
    return from.getScheme().equals("https") && !to.getScheme().equals("https");
  }

  private static void closeQuietly(HttpStream answer) {
    try {
      answer.close();
    } catch (IOException _) {
      // The answer is not wanted any more.
    }
  }

  private HttpStream exchange(HttpRequest request, long deadline) throws HttpException {
    long left = deadline - System.nanoTime();
    if (left <= 0) {
      throw new HttpException(HttpException.Kind.TIMEOUT, request.uri(), "the whole took too long");
    }
    long wait = Math.min(left, timeouts.stalled().plus(sending(request.body())).toNanos());
    try {
      var answer =
          client.send(
              convert(request, Duration.ofNanos(wait)),
              _ -> new BodyStream(request.uri(), timeouts.stalled(), deadline));
      return new HttpStream(
          answer.statusCode(),
          request.uri(),
          HttpHeaders.of(answer.headers().map()),
          answer.body());
    } catch (HttpConnectTimeoutException e) {
      throw new HttpException(HttpException.Kind.UNREACHABLE, request.uri(), e);
    } catch (HttpTimeoutException e) {
      throw new HttpException(HttpException.Kind.TIMEOUT, request.uri(), e);
    } catch (ConnectException e) {
      throw new HttpException(HttpException.Kind.UNREACHABLE, request.uri(), cause(e));
    } catch (SSLException e) {
      throw new HttpException(HttpException.Kind.TLS, request.uri(), e);
    } catch (IOException | UncheckedIOException e) {
      throw new HttpException(HttpException.Kind.BROKEN, request.uri(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HttpException(HttpException.Kind.BROKEN, request.uri(), e);
    }
  }

  /// While a body is sent, no byte of the answer can be expected.
  private static Duration sending(HttpRequest.Body body) {
    return body instanceof HttpRequest.Body.Stream(_, long length)
        ? Duration.ofSeconds(length / SLOWEST_UPLOAD)
        : Duration.ZERO;
  }

  private static String cause(ConnectException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException) {
        return "no such host";
      }
    }
    return e.getMessage() == null ? "nobody listens" : e.getMessage();
  }

  private java.net.http.HttpRequest convert(HttpRequest request, Duration timeout) {
    var builder =
        java.net.http.HttpRequest.newBuilder(request.uri())
            .timeout(timeout)
            .setHeader("User-Agent", userAgent)
            .method(request.method(), publisher(request.body()));
    request.headers().forEach(builder::setHeader);
    return builder.build();
  }

  private static BodyPublisher publisher(HttpRequest.Body body) {
    return switch (body) {
      case HttpRequest.Body.None() -> BodyPublishers.noBody();
      case HttpRequest.Body.Whole(Bytes content) ->
          BodyPublishers.ofByteArray(content.toByteArray());
      case HttpRequest.Body.Stream(HttpRequest.Opener opener, long length) ->
          length == 0
              ? BodyPublishers.noBody()
              : BodyPublishers.fromPublisher(
                  BodyPublishers.ofInputStream(() -> opened(opener)), length);
    };
  }

  private static InputStream opened(HttpRequest.Opener opener) {
    try {
      return opener.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
