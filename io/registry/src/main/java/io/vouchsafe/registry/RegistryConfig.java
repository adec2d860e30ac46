package io.vouchsafe.registry;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.oci.ImageName;
import io.vouchsafe.protocol.Toml;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Which place is asked for an image: containers-registries.conf(5), version 2 (specs: guest
/// components §6.3). A prefix counts only where a part of the name ends. Signatures are judged
/// under the original name.
///
/// `insecure` means plain HTTP; there is no TLS without verification.
public final class RegistryConfig {
  /// No mirrors, no rewriting, HTTPS everywhere.
  public static final RegistryConfig NONE = new RegistryConfig(List.of());

  private static final int MAX_ENTRIES = 1_000;

  /// A place to ask.
  ///
  /// @param host with optional port
  /// @param repository path in that registry
  /// @param insecure whether plain HTTP is spoken
  public record Endpoint(String host, String repository, boolean insecure) {}

  private record Location(String text, boolean insecure) {}

  private record Entry(String prefix, Location location, boolean blocked, List<Location> mirrors) {}

  private final List<Entry> entries;

  private RegistryConfig(List<Entry> entries) {
    this.entries = entries;
  }

  /// Plain HTTP for these hosts, HTTPS for the rest.
  public static RegistryConfig insecure(List<String> hosts) {
    List<Entry> entries = new ArrayList<>();
    for (String host : hosts) {
      entries.add(new Entry(host, new Location(host, true), false, List.of()));
    }
    return new RegistryConfig(List.copyOf(entries));
  }

  /// Parses a configuration. Members that only other tools need are ignored.
  ///
  /// @throws FormatException if it is not TOML or an entry makes no sense
  public static RegistryConfig parse(Bytes toml) throws FormatException {
    Json.Obj json = Toml.parse(toml);
    if (json.present("registry").isEmpty()) {
      return NONE;
    }
    List<Json> items = json.array("registry");
    if (items.size() > MAX_ENTRIES) {
      throw FormatException.oversized(0, "at most " + MAX_ENTRIES + " registries", "more");
    }
    List<Entry> entries = new ArrayList<>();
    for (Json item : items) {
      entries.add(entry(item.asObject("registry")));
    }
    return new RegistryConfig(List.copyOf(entries));
  }

  private static Entry entry(Json.Obj json) throws FormatException {
    Optional<String> prefix = json.optionalString("prefix");
    Optional<String> location = json.optionalString("location");
    String name = prefix.or(() -> location).orElse("");
    if (name.isEmpty()) {
      throw FormatException.unexpected("prefix or location of a registry", "neither");
    }
    List<Location> mirrors = new ArrayList<>();
    if (json.present("mirror").isPresent()) {
      for (Json mirror : json.array("mirror")) {
        Json.Obj object = mirror.asObject("mirror");
        mirrors.add(new Location(object.string("location"), flag(object, "insecure")));
      }
    }
    Location own = new Location(location.orElse(name), flag(json, "insecure"));
    return new Entry(name, own, flag(json, "blocked"), List.copyOf(mirrors));
  }

  private static boolean flag(Json.Obj json, String member) throws FormatException {
    return json.present(member).isPresent() && json.bool(member);
  }

  /// The places to ask for an image: mirrors first, then the location.
  ///
  /// @throws RefusedException if the name is blocked, or a location is no place
  List<Endpoint> endpoints(ImageName name) throws RefusedException {
    Optional<Entry> best = Optional.empty();
    for (Entry entry : entries) {
      boolean longer = best.isEmpty() || entry.prefix.length() > best.get().prefix.length();
      if (longer && matches(entry.prefix, name)) {
        best = Optional.of(entry);
      }
    }
    if (best.isEmpty()) {
      return List.of(new Endpoint(name.host(), name.repository(), false));
    }
    Entry entry = best.get();
    if (entry.blocked) {
      throw new RefusedException(
          RegistryCheck.CONFIGURATION,
          Code.REGISTRY_DENIED,
          "a name that the registry configuration does not block",
          name.name());
    }
    List<Endpoint> endpoints = new ArrayList<>();
    for (Location mirror : entry.mirrors) {
      endpoints.add(endpoint(mirror, entry.prefix, name));
    }
    endpoints.add(endpoint(entry.location, entry.prefix, name));
    return endpoints;
  }

  private static boolean matches(String prefix, ImageName name) {
    if (prefix.startsWith("*.")) {
      int colon = name.host().lastIndexOf(':');
      String domain = colon < 0 ? name.host() : name.host().substring(0, colon);
      return domain.endsWith(prefix.substring(1));
    }
    String text = name.name();
    if (!text.startsWith(prefix)) {
      return false;
    }
    // Anchored: a prefix of a word is another name, and a host without port another host.
    return text.length() == prefix.length() || text.charAt(prefix.length()) == '/';
  }

  private static Endpoint endpoint(Location location, String prefix, ImageName name)
      throws RefusedException {
    String text =
        prefix.startsWith("*.")
            ? name.name()
            : location.text + name.name().substring(prefix.length());
    int slash = text.indexOf('/');
    String host = slash < 0 ? text : text.substring(0, slash);
    if (slash < 0 || !ImageName.isHost(host)) {
      throw new RefusedException(
          RegistryCheck.CONFIGURATION, Code.MALFORMED, "a location host/path", text);
    }
    return new Endpoint(host, text.substring(slash + 1), location.insecure);
  }
}
