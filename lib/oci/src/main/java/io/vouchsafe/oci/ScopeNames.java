package io.vouchsafe.oci;

import java.util.ArrayList;
import java.util.List;

/// The names under which rules for an image are looked up, most particular first.
final class ScopeNames {
  private ScopeNames() {}

  /// Full reference with tag, with digest; repository and each parent; the host; `*.domain`
  /// wildcards, longest first.
  static List<String> of(ImageName name) {
    List<String> scopes = new ArrayList<>();
    name.digest().ifPresent(digest -> scopes.add(name.name() + "@" + digest));
    name.tag().ifPresent(tag -> scopes.add(name.name() + ":" + tag));
    String rest = name.name();
    scopes.add(rest);
    for (int slash = rest.lastIndexOf('/'); slash >= 0; slash = rest.lastIndexOf('/')) {
      rest = rest.substring(0, slash);
      scopes.add(rest);
    }
    int colon = name.host().lastIndexOf(':');
    String domain = colon < 0 ? name.host() : name.host().substring(0, colon);
    for (int dot = domain.indexOf('.'); dot >= 0; dot = domain.indexOf('.')) {
      domain = domain.substring(dot + 1);
      scopes.add("*." + domain);
    }
    return scopes;
  }

  /// Whether `text` starts with `prefix` and a part of the name ends there.
  static boolean startsWith(String text, String prefix) {
    if (!text.startsWith(prefix) || prefix.isEmpty()) {
      return false;
    }
    return text.length() == prefix.length()
        || "/:@".indexOf(text.charAt(prefix.length())) >= 0
        || prefix.endsWith("/");
  }
}
