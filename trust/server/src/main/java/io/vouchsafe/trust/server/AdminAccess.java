package io.vouchsafe.trust.server;

import java.util.List;

/// Who may administer, besides the holder of the home's own admin key.
public sealed interface AdminAccess {

  /// Only the holder of the home's admin key: the default.
  record HomeKey() implements AdminAccess {}

  /// Nobody at all.
  record DenyAll() implements AdminAccess {}

  /// The home's admin key, and tokens of identity providers for what the rules allow their roles.
  ///
  /// @param providers tried in turn
  /// @param rules the first that allows decides
  record Authenticated(List<IdentityProvider> providers, List<AclRule> rules)
      implements AdminAccess {
    public Authenticated {
      providers = List.copyOf(providers);
      rules = List.copyOf(rules);
      if (providers.isEmpty()) {
        throw new IllegalArgumentException("at least one identity provider");
      }
    }
  }
}
