package io.vouchsafe.agent;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;
import java.util.Set;

/// What the agent itself refuses, inside of the guest.
public enum GuestCheck implements Check {
  INIT_DATA(
      "guest.init-data",
      "The guest was started with init-data that can be read and acted upon",
      Set.of(Code.MALFORMED, Code.OVERSIZED, Code.UNSUPPORTED_VERSION, Code.UNSUPPORTED_ALGORITHM)),
  TPM("guest.tpm", "The TPM answers and is measured into", Set.of(Code.TPM_ERROR)),
  WORKLOAD_IMAGE(
      "guest.workload.image",
      "The image asked for is the one that was measured",
      Set.of(Code.WORKLOAD_MISMATCH)),
  WORKLOAD_ARGS(
      "guest.workload.args",
      "The command asked for is the one that was measured",
      Set.of(Code.WORKLOAD_MISMATCH)),
  WORKLOAD_ENV(
      "guest.workload.env",
      "The environment asked for is the one that was measured",
      Set.of(Code.WORKLOAD_MISMATCH)),
  WORKLOAD_CWD(
      "guest.workload.cwd",
      "The working directory asked for is the one that was measured",
      Set.of(Code.WORKLOAD_MISMATCH)),
  WORKLOAD_EXTRAS(
      "guest.workload.extras",
      "Nothing is asked for beyond what was measured",
      Set.of(Code.WORKLOAD_MISMATCH)),
  BROKER(
      "guest.broker",
      "The broker answers as its protocol says",
      Set.of(Code.BROKER_UNREACHABLE, Code.RESOURCE_PATH_INVALID)),
  IMAGE_SOURCE(
      "guest.image.source",
      "The registry sends what it was asked for",
      Set.of(Code.REGISTRY_UNREACHABLE)),
  IMAGE_SPACE("guest.image.space", "The image fits into the guest", Set.of(Code.DISK_FULL)),
  IMAGE_USER("guest.image.user", "The image's user can be resolved", Set.of(Code.CONTAINER_FAILED)),
  CONTAINER(
      "guest.container",
      "The container runtime starts the container",
      Set.of(Code.CONTAINER_FAILED));

  private final String id;
  private final String title;
  private final Set<Code> codes;

  GuestCheck(String id, String title, Set<Code> codes) {
    this.id = id;
    this.title = title;
    this.codes = codes;
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
