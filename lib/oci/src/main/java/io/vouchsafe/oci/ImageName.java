package io.vouchsafe.oci;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.util.Optional;
import java.util.regex.Pattern;

/// The name of an image in a registry, by Docker's rules: default registry `docker.io`, `library/`
/// for single names there, default tag `latest`.
///
/// Text form: `host/repository[:tag][@digest]`, always complete.
///
/// @param host registry host with optional port
/// @param repository path in the registry, without host
/// @param tag empty only if there is a digest
/// @param digest of the manifest or index
public record ImageName(
    String host, String repository, Optional<String> tag, Optional<Digest> digest) {

  private static final int MAX_TEXT = 1024;
  private static final int MAX_NAME = 255;
  private static final String DEFAULT_HOST = "docker.io";
  private static final Pattern HOST =
      Pattern.compile(
          "(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*"
              + "|\\[[0-9a-fA-F:]+])(?::[0-9]{1,5})?");
  private static final Pattern PATH_PART =
      Pattern.compile("[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*");
  private static final Pattern TAG = Pattern.compile("\\w[\\w.-]{0,127}");

  public ImageName {
    if (tag.isEmpty() && digest.isEmpty()) {
      throw new IllegalArgumentException("a name has a tag or a digest");
    }
  }

  /// Parses a reference as users write it.
  ///
  /// @throws RefusedException with [Code#REFERENCE_INVALID]
  public static ImageName parse(String text) throws RefusedException {
    if (text.length() > MAX_TEXT) {
      throw invalid("at most " + MAX_TEXT + " characters", text.length() + " characters");
    }
    String rest = text;
    Optional<Digest> digest = Optional.empty();
    int at = rest.indexOf('@');
    if (at >= 0) {
      digest = Optional.of(digest(rest.substring(at + 1)));
      rest = rest.substring(0, at);
    }
    Optional<String> tag = Optional.empty();
    int colon = rest.lastIndexOf(':');
    if (colon > rest.lastIndexOf('/')) {
      tag = Optional.of(rest.substring(colon + 1));
      rest = rest.substring(0, colon);
    }
    if (tag.isPresent() && !TAG.matcher(tag.get()).matches()) {
      throw invalid("a tag of letters, digits, '_', '.', '-'", quoted(tag.get()));
    }
    if (tag.isEmpty() && digest.isEmpty()) {
      tag = Optional.of("latest");
    }
    return ofName(rest, tag, digest);
  }

  private static ImageName ofName(String name, Optional<String> tag, Optional<Digest> digest)
      throws RefusedException {
    int slash = name.indexOf('/');
    String first = slash < 0 ? "" : name.substring(0, slash);
    String host = DEFAULT_HOST;
    String path = name;
    if (looksLikeHost(first)) {
      host = first.equals("index.docker.io") ? DEFAULT_HOST : first;
      path = name.substring(slash + 1);
    }
    if (host.equals(DEFAULT_HOST) && path.indexOf('/') < 0) {
      path = "library/" + path;
    }
    if (!isHost(host)) {
      throw invalid("a host name with optional port", quoted(host));
    }
    requirePath(path);
    if (host.length() + 1 + path.length() > MAX_NAME) {
      throw invalid("a name of at most " + MAX_NAME + " characters", name.length() + " characters");
    }
    return new ImageName(host, path, tag, digest);
  }

  private static boolean looksLikeHost(String first) {
    return first.indexOf('.') >= 0
        || first.indexOf(':') >= 0
        || first.equals("localhost")
        || first.chars().anyMatch(c -> c >= 'A' && c <= 'Z');
  }

  /// Whether `text` is a host with optional port.
  public static boolean isHost(String text) {
    return HOST.matcher(text).matches();
  }

  private static void requirePath(String path) throws RefusedException {
    for (String part : path.split("/", -1)) {
      if (!PATH_PART.matcher(part).matches()) {
        throw invalid("a repository of lower-case words joined by '/'", quoted(path));
      }
    }
  }

  private static Digest digest(String text) throws RefusedException {
    try {
      return Digest.parse(text);
    } catch (FormatException e) {
      throw invalid(e.expected(), e.found());
    }
  }

  static RefusedException invalid(String expected, String found) {
    return new RefusedException(ImageCheck.REFERENCE, Code.REFERENCE_INVALID, expected, found);
  }

  /// `text` in quotes, cut where it gets long; for messages.
  static String quoted(String text) {
    return text.length() <= 80 ? "\"" + text + "\"" : "\"" + text.substring(0, 80) + "…\"";
  }

  /// Host and repository, without tag and digest.
  public String name() {
    return host + "/" + repository;
  }

  /// What the registry is asked for: the digest, or else the tag.
  public String selector() {
    return digest.map(Digest::toString).orElseGet(() -> tag.orElseThrow());
  }

  /// The same name, pinned to `newDigest`.
  public ImageName withDigest(Digest newDigest) {
    return new ImageName(host, repository, tag, Optional.of(newDigest));
  }

  @Override
  public String toString() {
    return name()
        + tag.map(value -> ":" + value).orElse("")
        + digest.map(value -> "@" + value).orElse("");
  }
}
