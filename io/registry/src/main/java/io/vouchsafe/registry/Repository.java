package io.vouchsafe.registry;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.http.HttpException;
import io.vouchsafe.http.HttpRequest;
import io.vouchsafe.http.HttpStream;
import io.vouchsafe.oci.Descriptor;
import io.vouchsafe.oci.Digest;
import io.vouchsafe.oci.ImageCheck;
import io.vouchsafe.oci.ImageSource;
import io.vouchsafe.oci.ImageTarget;
import io.vouchsafe.oci.Manifest;
import io.vouchsafe.oci.MediaTypes;
import io.vouchsafe.oci.TransferException;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/// One repository of a registry (OCI distribution specification 1.1). Mirrors are asked first and
/// only for reading; what the first that has an image says counts, and its blobs come from there.
public final class Repository implements ImageSource, ImageTarget {
  private static final String PULL = "pull";
  private static final String PUSH = "pull,push";

  /// Bytes of an answer that says no, for its message.
  private static final int MAX_ERROR = 8 << 10;

  private static final JsonLimits ERROR_LIMITS = new JsonLimits(MAX_ERROR, 16, 1_000, 64);

  private final RegistryAuth auth;
  private final List<RegistryConfig.Endpoint> endpoints;
  private volatile Optional<RegistryConfig.Endpoint> chosen = Optional.empty();

  Repository(RegistryAuth auth, List<RegistryConfig.Endpoint> endpoints) {
    this.auth = auth;
    this.endpoints = List.copyOf(endpoints);
  }

  /// The place that is written to.
  private RegistryConfig.Endpoint location() {
    return endpoints.getLast();
  }

  @Override
  public Optional<RawManifest> find(String selector) throws IOException, RefusedException {
    for (RegistryConfig.Endpoint endpoint : endpoints) {
      try {
        Optional<RawManifest> found = find(endpoint, selector);
        if (found.isPresent()) {
          chosen = Optional.of(endpoint);
          return found;
        }
      } catch (RefusedException e) {
        if (endpoint.equals(location())) {
          throw e;
        }
        continue; // A mirror that fails is passed over.
      }
    }
    return Optional.empty();
  }

  private Optional<RawManifest> find(RegistryConfig.Endpoint endpoint, String selector)
      throws IOException, RefusedException {
    HttpRequest request =
        HttpRequest.get(uri(endpoint, "/manifests/" + selector))
            .header("Accept", MediaTypes.ACCEPT_MANIFESTS);
    try (HttpStream answer = auth.open(request, endpoint, PULL)) {
      if (answer.status() == 404) {
        return Optional.empty();
      }
      requireStatus(answer, 200, endpoint, "manifest " + selector);
      return Optional.of(manifest(answer, selector));
    } catch (HttpException e) {
      throw refused(e);
    }
  }

  private static RawManifest manifest(HttpStream answer, String selector)
      throws IOException, RefusedException {
    byte[] body = answer.body().readNBytes(Manifest.MAX_BYTES + 1);
    if (body.length > Manifest.MAX_BYTES) {
      throw new RefusedException(
          ImageCheck.MANIFEST,
          Code.OVERSIZED,
          "a manifest of at most " + Manifest.MAX_BYTES + " bytes",
          "more");
    }
    Bytes raw = Bytes.of(body);
    Digest digest = Digest.sha256(raw);
    Optional<Digest> wanted = digest(selector);
    if (wanted.isPresent() && !wanted.get().matches(raw)) {
      throw mismatch(wanted.get(), digest);
    }
    Optional<Digest> stated =
        answer.headers().first("Docker-Content-Digest").flatMap(Repository::digest);
    if (stated.isPresent() && !stated.get().matches(raw)) {
      throw mismatch(stated.get(), digest);
    }
    String type = mediaType(answer, raw);
    return new RawManifest(Descriptor.of(type, wanted.orElse(digest), raw.size()), raw);
  }

  private static RefusedException mismatch(Digest expected, Digest found) {
    return new RefusedException(
        ImageCheck.BLOB_DIGEST, Code.DIGEST_MISMATCH, expected.toString(), found.toString());
  }

  private static Optional<Digest> digest(String text) {
    try {
      return Optional.of(Digest.parse(text));
    } catch (FormatException _) {
      return Optional.empty();
    }
  }

  private static String mediaType(HttpStream answer, Bytes raw) throws RefusedException {
    String header = answer.headers().first("Content-Type").orElse("");
    int semicolon = header.indexOf(';');
    String type = (semicolon < 0 ? header : header.substring(0, semicolon)).trim();
    if (MediaTypes.isManifest(type) || MediaTypes.isIndex(type)) {
      return type;
    }
    try {
      // Registries of files on a web server state no useful type; the document does.
      return Json.parseObject(raw, new JsonLimits(Manifest.MAX_BYTES, 32, 200_000, 32))
          .optionalString("mediaType")
          .orElse(MediaTypes.MANIFEST);
    } catch (FormatException e) {
      throw new RefusedException(
          ImageCheck.MANIFEST, Code.MANIFEST_INVALID, e.expected(), e.found());
    }
  }

  @Override
  public InputStream open(Descriptor descriptor) throws IOException, RefusedException {
    RegistryConfig.Endpoint endpoint = chosen.orElse(location());
    HttpRequest request = HttpRequest.get(uri(endpoint, "/blobs/" + descriptor.digest()));
    boolean isManifest =
        MediaTypes.isManifest(descriptor.mediaType()) || MediaTypes.isIndex(descriptor.mediaType());
    if (isManifest) {
      request =
          HttpRequest.get(uri(endpoint, "/manifests/" + descriptor.digest()))
              .header("Accept", MediaTypes.ACCEPT_MANIFESTS);
    }
    HttpStream answer = auth.open(request, endpoint, PULL);
    boolean used = false;
    try {
      if (answer.status() == 404) {
        throw new RefusedException(
            ImageCheck.MANIFEST,
            Code.MANIFEST_UNKNOWN,
            "content " + descriptor.digest(),
            "none at " + endpoint.host());
      }
      requireStatus(answer, 200, endpoint, "content " + descriptor.digest());
      used = true;
      return new Guarded(answer.body());
    } finally {
      if (!used) {
        answer.close();
      }
    }
  }

  @Override
  public boolean has(Descriptor descriptor) throws IOException, RefusedException {
    RegistryConfig.Endpoint endpoint = location();
    HttpRequest request = HttpRequest.of("HEAD", uri(endpoint, "/blobs/" + descriptor.digest()));
    try (HttpStream answer = auth.open(request, endpoint, PULL)) {
      return answer.status() == 200;
    }
  }

  @Override
  public void put(Descriptor descriptor, InputStream content) throws IOException, RefusedException {
    RegistryConfig.Endpoint endpoint = location();
    URI place = startUpload(endpoint);
    char separator = place.getRawQuery() == null ? '?' : '&';
    URI target = URI.create(place + "" + separator + "digest=" + descriptor.digest());
    HttpRequest.Body body = new HttpRequest.Body.Stream(() -> content, descriptor.size());
    HttpRequest request =
        HttpRequest.of("PUT", target).header("Content-Type", "application/octet-stream").body(body);
    try (content;
        HttpStream answer = auth.open(request, endpoint, PUSH)) {
      requireStatus(answer, 201, endpoint, "upload of " + descriptor.digest());
    } catch (HttpException e) {
      throw refused(e);
    }
  }

  /// Also gets the token, so that the content itself is sent once.
  private URI startUpload(RegistryConfig.Endpoint endpoint) throws IOException, RefusedException {
    URI start = uri(endpoint, "/blobs/uploads/");
    try (HttpStream answer = auth.open(HttpRequest.of("POST", start), endpoint, PUSH)) {
      requireStatus(answer, 202, endpoint, "start of an upload");
      String location = answer.headers().first("Location").orElse("");
      URI place = start.resolve(location);
      if (location.isEmpty() || !HttpRequest.sameServer(start, place)) {
        throw new RefusedException(
            RegistryCheck.REDIRECT,
            Code.REGISTRY_REDIRECT,
            "an upload at " + endpoint.host(),
            "one at " + place.getAuthority());
      }
      return place;
    } catch (IllegalArgumentException _) {
      throw new RefusedException(
          RegistryCheck.REDIRECT, Code.REGISTRY_REDIRECT, "an address for the upload", "none");
    }
  }

  @Override
  public void store(RawManifest manifest) throws IOException, RefusedException {
    putManifest(manifest.descriptor().digest().toString(), manifest);
  }

  @Override
  public void tag(String tag, RawManifest manifest) throws IOException, RefusedException {
    putManifest(tag, manifest);
  }

  private void putManifest(String selector, RawManifest manifest)
      throws IOException, RefusedException {
    RegistryConfig.Endpoint endpoint = location();
    HttpRequest request =
        HttpRequest.of("PUT", uri(endpoint, "/manifests/" + selector))
            .header("Content-Type", manifest.descriptor().mediaType())
            .body(new HttpRequest.Body.Whole(manifest.raw()));
    try (HttpStream answer = auth.open(request, endpoint, PUSH)) {
      requireStatus(answer, 201, endpoint, "manifest " + selector);
    }
  }

  private static URI uri(RegistryConfig.Endpoint endpoint, String path) {
    return URI.create(RegistryClient.base(endpoint) + "/v2/" + endpoint.repository() + path);
  }

  private static void requireStatus(
      HttpStream answer, int wanted, RegistryConfig.Endpoint endpoint, String what)
      throws RefusedException {
    if (answer.status() == wanted) {
      return;
    }
    boolean denied = answer.status() == 401 || answer.status() == 403;
    boolean redirect = answer.status() / 100 == 3;
    String found = "status " + answer.status() + " from " + endpoint.host() + error(answer);
    if (denied) {
      throw new RefusedException(RegistryCheck.ACCESS, Code.REGISTRY_DENIED, what, found);
    }
    if (redirect) {
      throw new RefusedException(RegistryCheck.REDIRECT, Code.REGISTRY_REDIRECT, what, found);
    }
    throw new RefusedException(RegistryCheck.REACH, Code.REGISTRY_UNREACHABLE, what, found);
  }

  /// The codes of the specification's error body, which say more than the status.
  private static String error(HttpStream answer) {
    try {
      Bytes body = Bytes.of(answer.body().readNBytes(MAX_ERROR));
      StringBuilder codes = new StringBuilder();
      for (Json item : Json.parseObject(body, ERROR_LIMITS).array("errors")) {
        String code = item.asObject("error").string("code");
        codes.append(' ').append(code.replaceAll("[^A-Z_]", "?"));
      }
      return codes.isEmpty() ? "" : ":" + codes;
    } catch (IOException | FormatException _) {
      return "";
    }
  }

  /// The refusal for a request without an answer.
  static RefusedException refused(HttpException e) {
    RegistryCheck check =
        switch (e.kind()) {
          case UNREACHABLE, TLS, BROKEN, OVERSIZED -> RegistryCheck.REACH;
          case TIMEOUT -> RegistryCheck.TIME;
          case REDIRECT -> RegistryCheck.REDIRECT;
        };
    Code code = check.codes().iterator().next();
    return new RefusedException(
        check, code, "an answer from the registry", String.valueOf(e.getMessage()));
  }

  /// A blob whose transfer fails with a refusal.
  private static final class Guarded extends FilterInputStream {
    private Guarded(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      try {
        return in.read(buffer, offset, length);
      } catch (HttpException e) {
        throw new TransferException(refused(e));
      }
    }
  }
}
