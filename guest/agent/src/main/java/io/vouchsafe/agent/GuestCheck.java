package io.vouchsafe.agent;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;

/// What the agent itself refuses, inside of the guest.
public enum GuestCheck implements Check {
  INIT_DATA(
      "guest.init-data",
      "The guest was started with init-data that can be read and acted upon",
      Code.MALFORMED,
      Code.OVERSIZED,
      Code.UNSUPPORTED_VERSION,
      Code.UNSUPPORTED_ALGORITHM),
  TPM("guest.tpm", "The TPM answers and is measured into", Code.TPM_ERROR),
  WORKLOAD_IMAGE(
      "guest.workload.image",
      "The image asked for is the one that was measured",
      Code.WORKLOAD_MISMATCH),
  WORKLOAD_ARGS(
      "guest.workload.args",
      "The command asked for is the one that was measured",
      Code.WORKLOAD_MISMATCH),
  WORKLOAD_ENV(
      "guest.workload.env",
      "The environment asked for is the one that was measured",
      Code.WORKLOAD_MISMATCH),
  WORKLOAD_CWD(
      "guest.workload.cwd",
      "The working directory asked for is the one that was measured",
      Code.WORKLOAD_MISMATCH),
  WORKLOAD_EXTRAS(
      "guest.workload.extras",
      "Nothing is asked for beyond what was measured",
      Code.WORKLOAD_MISMATCH),
  BROKER(
      "guest.broker",
      "The broker answers as its protocol says",
      Code.BROKER_UNREACHABLE,
      Code.RESOURCE_PATH_INVALID),
  IMAGE_SOURCE(
      "guest.image.source", "The registry sends what it was asked for", Code.REGISTRY_UNREACHABLE),
  IMAGE_SPACE("guest.image.space", "The image fits into the guest", Code.DISK_FULL),
  IMAGE_USER("guest.image.user", "The image's user can be resolved", Code.CONTAINER_FAILED),
  CONTAINER("guest.container", "The container runtime starts the container", Code.CONTAINER_FAILED);

  private final Definition definition;

  GuestCheck(String id, String title, Code... codes) {
    definition = new Definition(id, title, codes);
  }

  @Override
  public Definition definition() {
    return definition;
  }
}
