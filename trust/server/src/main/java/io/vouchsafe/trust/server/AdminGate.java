package io.vouchsafe.trust.server;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.http.server.HttpRequest;
import io.vouchsafe.trust.core.Administrator;
import java.security.PublicKey;
import java.time.Instant;
import java.util.List;
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
  private final IdentityProvider home;

  AdminGate(AdminAccess access, PublicKey homeKey) {
    this.access = access;
    this.home = new IdentityProvider(Optional.empty(), Optional.empty(), List.of(homeKey));
  }

  /// @param provider whose token it is, by what tells providers apart; empty for the home's key
  /// @param subject as the token says
  private record Caller(Optional<String> provider, Optional<String> subject, String role) {
    boolean ofHome() {
      return provider.isEmpty();
    }

    /// Whoever holds the home's key can write any name into a token: all of them are one subject.
    /// So are those whom a provider does not tell apart.
    Administrator administrator() {
      String origin = "role " + role + (ofHome() ? ", home key" : ", identity provider");
      Optional<String> name = subject.map(it -> Json.of(it).compact());
      if (provider.isEmpty()) {
        return new Administrator(HOME, name.map(it -> origin + ", as " + it).orElse(origin));
      }
      String who = provider.get() + " " + name.orElse("");
      return new Administrator(who, name.map(it -> it + ", " + origin).orElse(origin));
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
    return !providers().isEmpty();
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
    Optional<String> provider = Optional.empty();
    if (!home.vouchesFor(token, now)) {
      provider =
          providers().stream()
              .filter(it -> it.vouchesFor(token, now))
              .findFirst()
              .map(it -> "identity provider " + it.issuer().orElse(""));
      if (provider.isEmpty()) {
        throw new AdminDeniedException(NO_ISSUER);
      }
    }
    Json role = token.payload().get("role").orElse(Json.NULL);
    if (role instanceof Json.Str(String name)) {
      return new Caller(provider, subject(token), name);
    }
    throw new AdminDeniedException(NO_ROLE);
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
