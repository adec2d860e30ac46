package io.vouchsafe.ttrpc;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// What the host asks the agent to run. It must be what the measured `workload.json` says, to the
/// letter, or the agent refuses.
///
/// @param image reference with digest, as it is in `workload.json`
/// @param args the command; empty means the image's own
/// @param env `NAME=value` entries on top of the image's
/// @param cwd working directory; empty means the image's own
public record ContainerRequest(
    String image, List<String> args, List<String> env, Optional<String> cwd) {
  public ContainerRequest {
    Objects.requireNonNull(image, "image");
    Objects.requireNonNull(cwd, "cwd");
    args = List.copyOf(args);
    env = List.copyOf(env);
  }
}
