package io.vouchsafe.trust.server;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.http.server.HttpRequest;
import java.security.PublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Lets administrators through (specs/kbs-protocol §6).
final class AdminGate {
  /// Role of the home's own key, and of whoever may use the interface under `/v1/admin`.
  static final String ADMIN = "admin";

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

  private record Caller(boolean ofHome, String role) {
    String text() {
      return "role " + role + (ofHome ? ", home key" : ", identity provider");
    }
  }

  /// Lets the request to an endpoint of the reference interface through.
  ///
  /// @return who it is, for the record
  String admit(HttpRequest request, Instant now) throws AdminDeniedException {
    Caller caller = caller(request, now);
    if (caller.ofHome() ? caller.role().equals(ADMIN) : allowed(caller.role(), request.target())) {
      return caller.text();
    }
    throw new AdminDeniedException(
        DENIED + "Role " + caller.role() + " not allowed for path " + request.target());
  }

  /// Lets the request to an endpoint of our own interface through.
  ///
  /// @return who it is, for the record
  String admitOwn(HttpRequest request, Instant now) throws AdminDeniedException {
    Caller caller = caller(request, now);
    if (caller.role().equals(ADMIN)) {
      return caller.text();
    }
    throw new AdminDeniedException(
        DENIED + "Role " + caller.role() + " not allowed for path " + request.target());
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
    boolean ofHome = home.vouchesFor(token, now);
    if (!ofHome && providers().stream().noneMatch(it -> it.vouchesFor(token, now))) {
      throw new AdminDeniedException(NO_ISSUER);
    }
    Json role = token.payload().get("role").orElse(Json.NULL);
    if (role instanceof Json.Str(String name)) {
      return new Caller(ofHome, name);
    }
    throw new AdminDeniedException(NO_ROLE);
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
