package io.vouchsafe.registry;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;

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

  private final Definition definition;

  RegistryCheck(String id, String title, Code... codes) {
    definition = new Definition(id, title, codes);
  }

  @Override
  public Definition definition() {
    return definition;
  }
}
