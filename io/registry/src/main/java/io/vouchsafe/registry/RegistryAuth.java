package io.vouchsafe.registry;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.http.HttpClient;
import io.vouchsafe.http.HttpException;
import io.vouchsafe.http.HttpHeaders;
import io.vouchsafe.http.HttpRequest;
import io.vouchsafe.http.HttpResponse;
import io.vouchsafe.http.HttpStream;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Names itself to registries: Basic, or the token exchange of the distribution specification.
/// Nothing is sent before the registry asked, and user names never over plain HTTP to a host that
/// the configuration does not call insecure.
final class RegistryAuth {
  private static final JsonLimits LIMITS = new JsonLimits(1 << 20, 8, 1_000, 32);
  private static final int MAX_CHALLENGE = 4096;
  private static final int MAX_TOKEN = 64 << 10;

  private final HttpClient http;
  private final RegistryCredentials credentials;

  /// `Authorization` by host and scope.
  private final Map<String, String> granted = new ConcurrentHashMap<>();

  RegistryAuth(HttpClient http, RegistryCredentials credentials) {
    this.http = http;
    this.credentials = credentials;
  }

  /// Sends a request for a repository; asks for a token when the registry wants one.
  ///
  /// @param actions for example `pull` or `pull,push`
  HttpStream open(HttpRequest request, RegistryConfig.Endpoint endpoint, String actions)
      throws RefusedException {
    String key = endpoint.host() + " " + endpoint.repository() + " " + actions;
    HttpStream answer = openOnce(with(request, Optional.ofNullable(granted.get(key))));
    if (answer.status() != 401) {
      return answer;
    }
    close(answer);
    Optional<String> authorization = answer(answer.headers(), endpoint, actions);
    if (authorization.isEmpty()) {
      throw denied(endpoint, "no credentials that it takes");
    }
    granted.put(key, authorization.get());
    HttpStream second = openOnce(with(request, authorization));
    if (second.status() == 401) {
      close(second);
      throw denied(endpoint, "credentials that it does not take");
    }
    return second;
  }

  private static HttpRequest with(HttpRequest request, Optional<String> authorization) {
    return authorization.isPresent()
        ? request.header("Authorization", authorization.get())
        : request;
  }

  private HttpStream openOnce(HttpRequest request) throws RefusedException {
    try {
      return http.open(request);
    } catch (HttpException e) {
      throw Repository.refused(e);
    }
  }

  private static void close(HttpStream answer) {
    try {
      answer.close();
    } catch (IOException _) {
      // The answer is not wanted any more.
    }
  }

  private Optional<String> answer(
      HttpHeaders headers, RegistryConfig.Endpoint endpoint, String actions)
      throws RefusedException {
    Optional<String> basic =
        credentials.find(endpoint.host(), endpoint.repository()).map(value -> "Basic " + value);
    for (String challenge : headers.all("WWW-Authenticate")) {
      String scheme = challenge.split(" ", 2)[0].toLowerCase(Locale.ROOT);
      if (scheme.equals("bearer")) {
        return token(parameters(challenge), endpoint, actions, basic);
      }
      if (scheme.equals("basic") && basic.isPresent()) {
        return basic;
      }
    }
    return Optional.empty();
  }

  private Optional<String> token(
      Map<String, String> challenge,
      RegistryConfig.Endpoint endpoint,
      String actions,
      Optional<String> basic)
      throws RefusedException {
    Optional<URI> realm = realm(challenge, endpoint, actions);
    if (realm.isEmpty()) {
      return Optional.empty();
    }
    HttpResponse answer;
    try {
      answer = http.send(with(HttpRequest.get(realm.get()), basic));
    } catch (HttpException e) {
      throw Repository.refused(e);
    }
    if (!answer.isSuccess()) {
      throw denied(endpoint, "status " + answer.status() + " from " + realm.get().getHost());
    }
    try {
      Json.Obj json = Json.parseObject(answer.body(), LIMITS);
      Optional<String> token = json.optionalString("token").or(() -> text(json, "access_token"));
      return token.filter(RegistryAuth::isToken).map(value -> "Bearer " + value);
    } catch (FormatException _) {
      throw denied(endpoint, "no token from " + realm.get().getHost());
    }
  }

  private static Optional<String> text(Json.Obj json, String member) {
    return json.get(member).orElse(Json.NULL) instanceof Json.Str(String value)
        ? Optional.of(value)
        : Optional.empty();
  }

  /// What a header field can carry.
  private static boolean isToken(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_TOKEN
        && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }

  private static Optional<URI> realm(
      Map<String, String> challenge, RegistryConfig.Endpoint endpoint, String actions)
      throws RefusedException {
    String scope = "repository:" + endpoint.repository() + ":" + actions;
    try {
      String realm = challenge.getOrDefault("realm", "");
      String service = challenge.getOrDefault("service", "");
      URI uri =
          URI.create(
              realm
                  + (realm.indexOf('?') < 0 ? "?" : "&")
                  + (service.isEmpty() ? "" : "service=" + encode(service) + "&")
                  + "scope="
                  + encode(scope));
      boolean https = "https".equals(uri.getScheme());
      boolean plain = "http".equals(uri.getScheme()) && endpoint.insecure();
      if (uri.getHost() == null || !(https || plain)) {
        throw denied(endpoint, "a token service that is not at https");
      }
      return Optional.of(uri);
    } catch (IllegalArgumentException _) {
      throw denied(endpoint, "a token service at no address");
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /// Parameters `name="value"` of a challenge.
  static Map<String, String> parameters(String challenge) {
    Map<String, String> parameters = new LinkedHashMap<>();
    if (challenge.length() > MAX_CHALLENGE) {
      return parameters;
    }
    int at = challenge.indexOf(' ') + 1;
    while (at < challenge.length()) {
      int equals = challenge.indexOf('=', at);
      if (equals < 0) {
        return parameters;
      }
      String name = challenge.substring(at, equals).trim().toLowerCase(Locale.ROOT);
      boolean quoted = equals + 1 < challenge.length() && challenge.charAt(equals + 1) == '"';
      int from = quoted ? equals + 2 : equals + 1;
      int to = challenge.indexOf(quoted ? '"' : ',', from);
      to = to < 0 ? challenge.length() : to;
      parameters.put(name, challenge.substring(from, to));
      int comma = challenge.indexOf(',', to);
      at = comma < 0 ? challenge.length() : comma + 1;
    }
    return parameters;
  }

  private static RefusedException denied(RegistryConfig.Endpoint endpoint, String found) {
    return new RefusedException(
        RegistryCheck.ACCESS,
        Code.REGISTRY_DENIED,
        "access to " + endpoint.host() + "/" + endpoint.repository(),
        found);
  }
}
