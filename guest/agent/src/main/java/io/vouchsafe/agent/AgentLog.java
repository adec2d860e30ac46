package io.vouchsafe.agent;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// Lines on the serial console, which the host reads: never a secret, never what a container
/// writes. Each starts with the seconds since the kernel started, so that a boot can be timed from
/// its log.
final class AgentLog {
  private static final Path UPTIME = Path.of("/proc/uptime");

  private final PrintStream out;

  AgentLog(PrintStream out) {
    this.out = out;
  }

  /// Writes one line.
  void line(String text) {
    out.println("agent[" + uptime() + "] " + text.replace('\n', ' '));
  }

  private static String uptime() {
    try {
      String text = Files.readString(UPTIME);
      return text.substring(0, Math.max(0, text.indexOf(' ')));
    } catch (IOException _) {
      return "?";
    }
  }
}
