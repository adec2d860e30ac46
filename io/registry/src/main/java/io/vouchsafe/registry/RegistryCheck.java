package io.vouchsafe.registry;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;
import java.util.Set;

/// What can go wrong between us and a registry.
public enum RegistryCheck implements Check {
  CONFIGURATION(
      "registry.configuration",
      "the registry configuration is well formed and does not block this name",
      Code.MALFORMED,
      Code.REGISTRY_DENIED),
  REACH("registry.reach", "the registry answers", Code.REGISTRY_UNREACHABLE),
  TIME("registry.time", "the registry answers in time", Code.REGISTRY_TIMEOUT),
  REDIRECT(
      "registry.redirect", "the registry redirects to allowed hosts only", Code.REGISTRY_REDIRECT),
  ACCESS("registry.access", "the registry grants access", Code.REGISTRY_DENIED);

  private final String id;
  private final String title;
  private final Set<Code> codes;

  RegistryCheck(String id, String title, Code... codes) {
    this.id = id;
    this.title = title;
    this.codes = Set.of(codes);
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public Set<Code> codes() {
    return codes;
  }
}
