package io.vouchsafe.node.images;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.http.server.HttpAnswer;
import io.vouchsafe.http.server.HttpRequest;
import io.vouchsafe.http.server.HttpServer;
import io.vouchsafe.http.server.HttpServerOptions;
import io.vouchsafe.oci.Digest;
import io.vouchsafe.oci.ImageSource;
import io.vouchsafe.oci.OciLayout;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// A registry that only answers: OCI layouts of this machine under repository names, by the reading
/// half of the OCI distribution protocol, plain HTTP on loopback. Guests reach it through their
/// user-mode network.
///
/// Nothing here is trusted: guests check signature, digest and key. Thread-safe.
public final class LayoutServer implements AutoCloseable {
  private static final String PREFIX = "/v2/";
  private static final String MANIFESTS = "/manifests/";
  private static final String BLOBS = "/blobs/";

  private final Map<String, OciLayout> layouts = new ConcurrentHashMap<>();
  private final HttpServer server;

  private LayoutServer() {
    this.server =
        HttpServer.start(
            HttpServerOptions.insecurePlain(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
            this::answer);
  }

  /// Binds a free port on loopback.
  ///
  /// @throws IllegalStateException if none can be bound
  public static LayoutServer start() {
    return new LayoutServer();
  }

  public int port() {
    return server.port();
  }

  /// Serves a layout, all its tags, under a repository name; in place of one of that name.
  public void serve(String repository, OciLayout layout) {
    layouts.put(repository, layout);
  }

  /// Serves it no more.
  public void remove(String repository) {
    layouts.remove(repository);
  }

  private HttpAnswer answer(HttpRequest request) {
    if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
      return error(405, "UNSUPPORTED");
    }
    String path = request.rawPath();
    if (path.equals(PREFIX) || path.equals("/v2")) {
      return HttpAnswer.json(200, Json.object().build());
    }
    if (!path.startsWith(PREFIX)) {
      return error(404, "NAME_UNKNOWN");
    }
    try {
      int manifests = path.lastIndexOf(MANIFESTS);
      if (manifests > 0) {
        return manifest(
            path.substring(PREFIX.length(), manifests),
            path.substring(manifests + MANIFESTS.length()));
      }
      int blobs = path.lastIndexOf(BLOBS);
      if (blobs > 0) {
        return blob(path.substring(PREFIX.length(), blobs), path.substring(blobs + BLOBS.length()));
      }
      return error(404, "NAME_UNKNOWN");
    } catch (IOException | RefusedException _) {
      return error(500, "UNKNOWN");
    }
  }

  private HttpAnswer manifest(String repository, String selector)
      throws IOException, RefusedException {
    Optional<OciLayout> layout = Optional.ofNullable(layouts.get(repository));
    if (layout.isEmpty()) {
      return error(404, "NAME_UNKNOWN");
    }
    Optional<ImageSource.RawManifest> found = layout.get().find(selector);
    if (found.isEmpty()) {
      return error(404, "MANIFEST_UNKNOWN");
    }
    Bytes raw = found.get().raw();
    return HttpAnswer.of(200, found.get().descriptor().mediaType(), raw)
        .with("Docker-Content-Digest", found.get().descriptor().digest().toString());
  }

  private HttpAnswer blob(String repository, String text) {
    Optional<OciLayout> layout = Optional.ofNullable(layouts.get(repository));
    if (layout.isEmpty()) {
      return error(404, "NAME_UNKNOWN");
    }
    Digest digest;
    try {
      // Only what is a digest becomes part of a path.
      digest = Digest.parse(text);
    } catch (FormatException _) {
      return error(400, "DIGEST_INVALID");
    }
    Path file = layout.get().blob(digest);
    if (!Files.isRegularFile(file)) {
      return error(404, "BLOB_UNKNOWN");
    }
    return HttpAnswer.file(200, "application/octet-stream", file)
        .with("Docker-Content-Digest", digest.toString());
  }

  private static HttpAnswer error(int status, String code) {
    Json error = Json.object().put("code", code).put("message", code).build();
    return HttpAnswer.json(status, Json.object().put("errors", Json.array(error)).build());
  }

  @Override
  public void close() {
    server.close();
  }
}
