package io.vouchsafe.trust.server;

import java.util.Objects;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// What a role may do.
///
/// @param role value of the claim `role`
/// @param allowedEndpoints regular expression from `^/kbs` to `$`; it is matched with the raw path
///   and query of the request
public record AclRule(String role, Pattern allowedEndpoints) {
  public AclRule {
    Objects.requireNonNull(role, "role");
    Objects.requireNonNull(allowedEndpoints, "allowedEndpoints");
    String text = allowedEndpoints.pattern();
    if (!text.startsWith("^/kbs") || !text.endsWith("$")) {
      throw new IllegalArgumentException(
          "allowed_endpoints must start with ^/kbs and end with $: " + text);
    }
  }

  /// Compiles a rule.
  ///
  /// @throws TrustServerException if the expression is not valid or not anchored
  public static AclRule of(String role, String allowedEndpoints) throws TrustServerException {
    try {
      return new AclRule(role, Pattern.compile(allowedEndpoints));
    } catch (PatternSyntaxException e) {
      throw new TrustServerException("the rule for role " + role + " is not valid", e);
    } catch (IllegalArgumentException e) {
      throw new TrustServerException("the rule for role " + role + " is not anchored", e);
    }
  }
}
