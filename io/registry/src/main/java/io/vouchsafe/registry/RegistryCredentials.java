package io.vouchsafe.registry;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// User names and passwords of registries: `auth.json` as containers-auth.json(5) and
/// `~/.docker/config.json` have it. The longest prefix of host and repository counts.
public final class RegistryCredentials {
  /// Nobody has a name.
  public static final RegistryCredentials ANONYMOUS = new RegistryCredentials(Map.of());

  private static final JsonLimits LIMITS = new JsonLimits(1 << 20, 8, 20_000, 32);
  private static final String DOCKER_HUB = "docker.io";

  /// The value of `Authorization: Basic` for each prefix.
  private final Map<String, String> basic;

  private RegistryCredentials(Map<String, String> basic) {
    this.basic = basic;
  }

  /// Parses an auth file. Credential helpers are not asked.
  ///
  /// @throws FormatException if it is malformed
  public static RegistryCredentials parse(Bytes json) throws FormatException {
    Map<String, String> basic = new LinkedHashMap<>();
    Json.Obj document = Json.parseObject(json, LIMITS);
    if (document.present("auths").isEmpty()) {
      return ANONYMOUS;
    }
    for (var entry : document.object("auths").members().entrySet()) {
      Optional<String> auth = entry.getValue().asObject(entry.getKey()).optionalString("auth");
      if (auth.isPresent() && !auth.get().isEmpty()) {
        Bytes decoded = Bytes.fromBase64(auth.get());
        if (decoded.utf8Lossy().indexOf(':') < 0) {
          throw FormatException.unexpected("base64 of user:password", "no colon");
        }
        basic.put(normal(entry.getKey()), auth.get());
      }
    }
    return new RegistryCredentials(basic);
  }

  /// One name for everything at `host`.
  public static RegistryCredentials of(String host, String user, String password) {
    return new RegistryCredentials(
        Map.of(normal(host), Bytes.utf8(user + ":" + password).base64()));
  }

  /// Docker writes addresses with scheme and version.
  private static String normal(String key) {
    String text = key;
    int scheme = text.indexOf("://");
    if (scheme >= 0) {
      text = text.substring(scheme + 3);
      int slash = text.indexOf('/');
      text = slash < 0 ? text : text.substring(0, slash);
    }
    return text.equals("index.docker.io") || text.equals("registry-1.docker.io")
        ? DOCKER_HUB
        : text;
  }

  /// The value after `Basic ` for a repository.
  Optional<String> find(String host, String repository) {
    String rest = normal(host) + "/" + repository;
    while (true) {
      String found = basic.get(rest);
      if (found != null) {
        return Optional.of(found);
      }
      int slash = rest.lastIndexOf('/');
      if (slash < 0) {
        return Optional.empty();
      }
      rest = rest.substring(0, slash);
    }
  }

  /// How many there are.
  @Override
  public String toString() {
    return "RegistryCredentials[" + basic.size() + "]";
  }
}
