package io.vouchsafe.cli;

import io.vouchsafe.hypervisor.VmFolder;
import java.io.IOException;

/// What happens when this process is told to end in the middle of its work, by Ctrl-C or SIGTERM:
/// machines, their folders and the images on their way go first, then our own trust server. A
/// process that is killed gets no chance; the next start sweeps after it.
final class Ending implements AutoCloseable {
  private final Thread hook;

  private Ending(Thread hook) {
    this.hook = hook;
  }

  /// Sees to it until closed.
  static Ending watch(Home home, TrustClient trust, Progress progress) {
    Thread hook =
        new Thread(
            () -> {
              progress.silence();
              endMachines(home, progress);
              trust.closeAtOnce();
            },
            "ending");
    Runtime.getRuntime().addShutdownHook(hook);
    return new Ending(hook);
  }

  private static void endMachines(Home home, Progress progress) {
    try {
      VmFolder.endOwn(home.vms());
      VmFolder.endOwn(home.images());
    } catch (IOException e) {
      progress.last("not everything could be ended, the next start will: " + e.getMessage());
    }
  }

  /// Whether this process is ending: then whatever fails, fails because of that.
  static boolean underway() {
    Thread probe = new Thread(() -> {});
    try {
      Runtime.getRuntime().addShutdownHook(probe);
      Runtime.getRuntime().removeShutdownHook(probe);
      return false;
    } catch (IllegalStateException _) {
      return true;
    }
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      // It runs already.
    }
  }
}
