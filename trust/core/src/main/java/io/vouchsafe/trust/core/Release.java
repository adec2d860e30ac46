package io.vouchsafe.trust.core;

import io.vouchsafe.appraisal.ReleasePolicy;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// What can be released. Products differ in this last word only; each is one member.
public sealed interface Release {
  /// How the thing looks to a release policy.
  ReleasePolicy.Request request();

  /// A stored resource.
  ///
  /// @param path `repository/type/tag`
  /// @param query parameters of the request; the last of a repeated one
  record Resource(String path, Map<String, String> query) implements Release {
    public Resource {
      Objects.requireNonNull(path, "path");
      query = Map.copyOf(query);
    }

    /// Without parameters.
    public Resource(String path) {
      this(path, Map.of());
    }

    @Override
    public ReleasePolicy.Request request() {
      return new ReleasePolicy.Request("resource", List.of(path.split("/", -1)), query);
    }
  }
}
