package io.vouchsafe.agent;

import java.util.List;

/// What an image says about how to run it.
///
/// @param env `NAME=value`
/// @param entrypoint words in front of the command
/// @param command used when the workload has none
/// @param workingDir empty if none
/// @param user as in a Dockerfile, empty if none
record ImageDefaults(
    List<String> env,
    List<String> entrypoint,
    List<String> command,
    String workingDir,
    String user) {
  ImageDefaults {
    env = List.copyOf(env);
    entrypoint = List.copyOf(entrypoint);
    command = List.copyOf(command);
  }
}
