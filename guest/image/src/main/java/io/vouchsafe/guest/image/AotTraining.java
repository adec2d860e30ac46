package io.vouchsafe.guest.image;

import io.vouchsafe.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Makes the agent's class cache (JEP 483, 514): the agent runs once in the finished root, in a
/// user namespace, with the same paths, options and file times as in the guest, since the cache is
/// good for those only. Two runs do not give the same bytes, so a cache is an input of the image,
/// with its own digest.
final class AotTraining {
  private static final String CACHE = "/run/agent.aot";

  /// Five seconds on a quiet machine.
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /// JDK 25 keeps adapters and stubs that fit the trainer's processor only, and does not notice: a
  /// cache trained with AVX2 crashes a guest without.
  private static final List<String> PORTABLE =
      List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:-AOTAdapterCaching", "-XX:-AOTStubCaching");

  /// Becomes root of a new user namespace and runs in the root folder. `$0` is that folder, `$1`
  /// the folder for the cache, the rest the program. The PATH of an ordinary user of Debian lacks
  /// `chroot`.
  private static final String IN_ROOT =
      "PATH=$PATH:/usr/sbin:/sbin && root=$0 && out=$1 && shift && mount --rbind /proc \"$root/proc\""
          + " && mount --rbind /dev \"$root/dev\" && mount --bind \"$out\" \"$root/run\""
          + " && mount -t tmpfs tmpfs \"$root/tmp\" && exec chroot \"$root\" \"$@\"";

  private AotTraining() {}

  /// What came of it.
  sealed interface Result {
    /// A cache was made.
    ///
    /// @param cache the file
    record Made(Path cache) implements Result {}

    /// None could be made; the image starts slower without.
    ///
    /// @param reason in words
    record Impossible(String reason) implements Result {}
  }

  /// Trains.
  ///
  /// @param out an empty folder
  static Result run(RootTree root, PodVmInputs.Agent agent, Path out) throws IOException {
    Command probe = Command.of("unshare", "--user", "--map-root-user", "--mount", "/bin/true");
    try {
      probe.orFail();
    } catch (IOException e) {
      return new Result.Impossible("this user may not make a user namespace: " + e.getMessage());
    }
    List<String> training = new ArrayList<>(List.of("-XX:AOTCacheOutput=" + CACHE));
    training.addAll(PORTABLE);
    training.addAll(root.options());
    training.add(agent.mainClass());
    training.addAll(agent.training());
    Command.Output trained = java(root, out, training).run();
    Path cache = out.resolve(Path.of(CACHE).getFileName().toString());
    if (trained.status() != 0 || !Files.exists(cache)) {
      return new Result.Impossible(
          "training ended with status %d: %s".formatted(trained.status(), trained.tail()));
    }
    List<String> use = new ArrayList<>(List.of("-XX:AOTCache=" + CACHE, "-XX:AOTMode=on"));
    use.addAll(root.options());
    use.add("-version");
    Command.Output used = java(root, out, use).run();
    return used.status() == 0
        ? new Result.Made(cache)
        : new Result.Impossible("the cache cannot be used: " + used.tail());
  }

  private static Command java(RootTree root, Path out, List<String> arguments) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "unshare",
                "--user",
                "--map-root-user",
                "--mount",
                "/bin/sh",
                "-c",
                IN_ROOT,
                root.path().toString(),
                out.toString(),
                "/usr/bin/java"));
    words.addAll(arguments);
    return Command.of(words).with("LC_ALL", "C.UTF-8").within(LIMIT);
  }
}
