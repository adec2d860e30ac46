package io.vouchsafe.agent;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The container runtime, as command lines.
///
/// Containers are started by `crun run`, not by `create` and `start`: the process stays in front of
/// the container, so that its streams are pipes that we own, its exit code is the container's, and
/// nobody has to adopt and reap the container's first process. What the protocol calls creation
/// (pull, unpack, specification) is done before; an image that cannot be executed shows at start.
///
/// @param program how to call it, with its general options
record Crun(List<String> program) {
  private static final long KILL_SECONDS = 20;

  Crun {
    program = List.copyOf(program);
  }

  /// As in the guest: cgroups by their files, no service manager.
  static Crun ofGuest() {
    return new Crun(List.of("crun", "--root=/run/crun", "--cgroup-manager=cgroupfs"));
  }

  /// Starts the container of `bundle` and stays in front of it. Its own complaints go to `log`.
  Process run(String id, Path bundle, Path pidFile, Path log) throws IOException {
    List<String> command = new ArrayList<>(program);
    command.add("--log=" + log);
    command.add("run");
    command.add("--bundle=" + bundle);
    command.add("--pid-file=" + pidFile);
    command.add(id);
    return new ProcessBuilder(command).start();
  }

  /// Sends a signal to the first process of the container.
  void kill(String id, int signal) throws IOException, InterruptedException {
    call("kill", id, Integer.toString(signal));
  }

  /// Ends what is left of the container.
  void delete(String id) throws IOException, InterruptedException {
    call("delete", "--force", id);
  }

  private void call(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(program);
    command.addAll(List.of(words));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!process.waitFor(KILL_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("crun " + words[0] + " does not end");
    }
  }
}
