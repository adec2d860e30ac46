package io.vouchsafe.protocol;

import io.vouchsafe.encoding.FormatException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The address of something that a broker gives out: `kbs[+plugin]://[host[:port]]/path[?query]`.
/// The host is carried and means nothing: which broker is asked is a matter of configuration.
///
/// @param plugin the plugin that answers, `resource` if none is named
/// @param host host and port, or empty
/// @param path without leading slash; no dot segments, no escapes
/// @param query without question mark
public record ResourceUri(String plugin, String host, String path, Optional<String> query) {
  /// The plugin that keeps resources.
  public static final String RESOURCE = "resource";

  private static final int MAX_LENGTH = 4096;
  private static final Pattern FORM =
      Pattern.compile(
          "kbs(?:\\+([a-zA-Z0-9][a-zA-Z0-9._-]*))?://([a-zA-Z0-9.\\[\\]:_-]*)/([^?#]*)(?:\\?([^#]*))?");
  private static final Pattern SEGMENT = Pattern.compile("[a-zA-Z0-9_.~!$&'()*+,;=:@-]+");
  private static final Pattern QUERY = Pattern.compile("[a-zA-Z0-9_.~!$&'()*+,;=:@/?%-]*");

  public ResourceUri {
    Objects.requireNonNull(plugin, "plugin");
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(query, "query");
  }

  /// The address of a stored resource.
  public static ResourceUri of(ResourcePath path) {
    return new ResourceUri(RESOURCE, "", path.toString(), Optional.empty());
  }

  /// Parses an address.
  ///
  /// @throws FormatException if the scheme, the plugin or the path is not well formed; the plugin
  ///   `resource` takes three segments
  public static ResourceUri parse(String text) throws FormatException {
    if (text.length() > MAX_LENGTH) {
      throw FormatException.oversized(
          0, "an address of at most 4096 characters", text.length() + " characters");
    }
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw FormatException.malformed(0, "kbs[+plugin]://[host]/path", "\"" + text + "\"");
    }
    String plugin = Objects.requireNonNullElse(matcher.group(1), RESOURCE);
    String path = matcher.group(3);
    Optional<String> query = Optional.ofNullable(matcher.group(4));
    if (query.isPresent() && !QUERY.matcher(query.get()).matches()) {
      throw FormatException.malformed(0, "a query", "\"" + query.get() + "\"");
    }
    List<String> segments = List.of(path.split("/", -1));
    for (String segment : segments) {
      // Escapes are refused, not decoded: what the broker would make of them is another matter.
      if (segment.equals(".") || segment.equals("..") || !SEGMENT.matcher(segment).matches()) {
        throw FormatException.malformed(0, "a path without dot segments or escapes", path);
      }
    }
    if (plugin.equals(RESOURCE)) {
      ResourcePath.ofSegments(segments);
    }
    return new ResourceUri(plugin, matcher.group(2), path, query);
  }

  /// The path of a request to the broker, with the query.
  public String brokerPath() {
    return "/kbs/v0/" + plugin + "/" + path + query.map(text -> "?" + text).orElse("");
  }

  /// The address of a stored resource.
  ///
  /// @throws FormatException if another plugin answers
  public ResourcePath resourcePath() throws FormatException {
    if (!plugin.equals(RESOURCE)) {
      throw FormatException.malformed(0, "a stored resource", "plugin " + plugin);
    }
    return ResourcePath.parse(path);
  }

  /// The canonical text: plugin `resource` is not written.
  @Override
  public String toString() {
    return "kbs"
        + (plugin.equals(RESOURCE) ? "" : "+" + plugin)
        + "://"
        + host
        + "/"
        + path
        + query.map(text -> "?" + text).orElse("");
  }
}
