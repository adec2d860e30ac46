package io.vouchsafe.trust.server;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.http.server.HttpRequest;
import io.vouchsafe.trust.core.Administrator;
import java.security.PublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Lets administrators through (specs/kbs-protocol §6).
final class AdminGate {
  /// Role of the home's own key, and of whoever may use the interface under `/v1/admin`.
  static final String ADMIN = "admin";

  private static final String HOME = "home key";

  /// Longest name of a subject; a longer one is none.
  private static final int MAX_SUBJECT = 200;

  private static final String BEARER = "Bearer ";
  private static final String DENIED = "Admin access denied: ";
  private static final String NO_HEADER = "Failed to parse HTTP Auth Bearer header";
  private static final String NO_ISSUER = DENIED + "Cannot verify token with any of the issuers";
  private static final String NO_ROLE =
      DENIED
          + "Failed to parse claims from token: AdminAccessDenied "
          + "{ reason: \"Missing required `role` claim in JWT\" }";
  private static final String DENY_ALL =
      DENIED + "Admin access denied as DenyAll authorization_mode is enabled";

  private final AdminAccess access;
  private final PublicKey homeKey;
  private final IdentityProvider home;
  private final NamedKeys named;

  /// @param named administrators beside the holder of the home's key
  AdminGate(AdminAccess access, PublicKey homeKey, NamedKeys named) {
    this.access = access;
    this.homeKey = homeKey;
    this.home = ofKey(homeKey);
    this.named = named;
  }

  private static IdentityProvider ofKey(PublicKey key) {
    return new IdentityProvider(Optional.empty(), Optional.empty(), List.of(key));
  }

  /// Who vouches for a token.
  private sealed interface Origin {
    /// The home's own key. Its holders can write any name into a token: all of them are one
    /// subject.
    record Home() implements Origin {}

    /// The key of a named administrator of the home.
    record Named(String name) implements Origin {}

    /// An identity provider, by what tells providers apart. Subjects that it does not tell apart
    /// are one.
    record Provider(String text) implements Origin {}
  }

  /// @param subject as the token says
  private record Caller(Origin origin, Optional<String> subject, String role) {
    /// Whether the role is not looked up among the rules, but must be that of administrators.
    boolean ofHome() {
      return switch (origin) {
        case Origin.Home _, Origin.Named _ -> true;
        case Origin.Provider _ -> false;
      };
    }

    Administrator administrator() {
      String called = "role " + role;
      Optional<String> name = subject.map(it -> Json.of(it).compact());
      return switch (origin) {
        case Origin.Home _ -> {
          String shown = called + ", home key";
          yield new Administrator(HOME, name.map(it -> shown + ", as " + it).orElse(shown));
        }
        case Origin.Named(String who) ->
            new Administrator(
                "administrator " + who, Json.of(who).compact() + ", " + called + ", own key");
        case Origin.Provider(String provider) -> {
          String shown = called + ", identity provider";
          yield new Administrator(
              provider + " " + name.orElse(""), name.map(it -> it + ", " + shown).orElse(shown));
        }
      };
    }
  }

  /// Lets the request to an endpoint of the reference interface through.
  ///
  /// @return who it is
  Administrator admit(HttpRequest request, Instant now) throws AdminDeniedException {
    Caller caller = caller(request, now);
    if (caller.ofHome() ? caller.role().equals(ADMIN) : allowed(caller.role(), request.target())) {
      return caller.administrator();
    }
    throw new AdminDeniedException(
        DENIED + "Role " + caller.role() + " not allowed for path " + request.target());
  }

  /// Lets the request to an endpoint of our own interface through.
  ///
  /// @return who it is
  Administrator admitOwn(HttpRequest request, Instant now) throws AdminDeniedException {
    Caller caller = caller(request, now);
    if (caller.role().equals(ADMIN)) {
      return caller.administrator();
    }
    throw new AdminDeniedException(
        DENIED + "Role " + caller.role() + " not allowed for path " + request.target());
  }

  /// Whether more than one subject can be told from another.
  boolean tellsSubjectsApart() {
    return !providers().isEmpty() || named.anyBeside(homeKey);
  }

  private Caller caller(HttpRequest request, Instant now) throws AdminDeniedException {
    if (access instanceof AdminAccess.DenyAll) {
      throw new AdminDeniedException(DENY_ALL);
    }
    String header = request.header("Authorization").orElse("");
    if (!header.startsWith(BEARER)) {
      throw new AdminDeniedException(NO_HEADER);
    }
    Jws token;
    try {
      token = Jws.parse(header.substring(BEARER.length()));
    } catch (FormatException _) {
      throw new AdminDeniedException(NO_ISSUER);
    }
    Origin origin = origin(token, now).orElseThrow(() -> new AdminDeniedException(NO_ISSUER));
    Json role = token.payload().get("role").orElse(Json.NULL);
    if (role instanceof Json.Str(String name)) {
      return new Caller(origin, subject(token), name);
    }
    throw new AdminDeniedException(NO_ROLE);
  }

  private Optional<Origin> origin(Jws token, Instant now) {
    if (home.vouchesFor(token, now)) {
      return Optional.of(new Origin.Home());
    }
    for (IdentityProvider provider : providers()) {
      if (provider.vouchesFor(token, now)) {
        return Optional.of(
            new Origin.Provider("identity provider " + provider.issuer().orElse("")));
      }
    }
    // In the order of names: a key under two names is always the same subject.
    for (Map.Entry<String, PublicKey> administrator : named.inForce().entrySet()) {
      if (ofKey(administrator.getValue()).vouchesFor(token, now)) {
        return Optional.of(new Origin.Named(administrator.getKey()));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> subject(Jws token) {
    return token.payload().get("sub").orElse(Json.NULL) instanceof Json.Str(String subject)
            && !subject.isEmpty()
            && subject.length() <= MAX_SUBJECT
        ? Optional.of(subject)
        : Optional.empty();
  }

  private List<IdentityProvider> providers() {
    return switch (access) {
      case AdminAccess.HomeKey _, AdminAccess.DenyAll _ -> List.of();
      case AdminAccess.Authenticated authenticated -> authenticated.providers();
    };
  }

  private boolean allowed(String role, String target) {
    return switch (access) {
      case AdminAccess.HomeKey _, AdminAccess.DenyAll _ -> false;
      case AdminAccess.Authenticated authenticated ->
          authenticated.rules().stream()
              .anyMatch(rule ->
                  rule.role().equals(role) && rule.allowedEndpoints().matcher(target).find());
    };
  }
}
