package io.vouchsafe.bench;

import io.vouchsafe.encoding.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// The state of the machine while something was measured. Wall times on a machine with more load
/// than cores say little; processor times are then too high by what the caches lose.
///
/// @param loadBefore load average of the minute before
/// @param loadAfter load average of the last minute
/// @param wall how long the whole benchmark took
/// @param cpu processor time of the measuring process in that time
record Conditions(double loadBefore, double loadAfter, Duration wall, Duration cpu) {

  /// Begun, but not ended.
  static final class Watch {
    private final double load;
    private final long start = System.nanoTime();

    private Watch(double load) {
      this.load = load;
    }

    Conditions end() throws IOException {
      Duration cpu = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
      return new Conditions(load, ProcFs.load(), Duration.ofNanos(System.nanoTime() - start), cpu);
    }
  }

  static Watch begin() throws IOException {
    return new Watch(ProcFs.load());
  }

  private static int cores() {
    return Runtime.getRuntime().availableProcessors();
  }

  List<String> lines() {
    return List.of(
        String.format(
            Locale.ROOT,
            "wall %.1f s, CPU of the measuring process %.1f s, load average %.2f before, %.2f after%s",
            wall.toMillis() / 1e3,
            cpu.toMillis() / 1e3,
            loadBefore,
            loadAfter,
            Math.max(loadBefore, loadAfter) > cores() + 1.0 ? " (the machine was busy)" : ""),
        "%d × %s, Java %s, %s %s"
            .formatted(
                cores(),
                processor(),
                Runtime.version(),
                System.getProperty("os.name"),
                System.getProperty("os.version")));
  }

  private static String processor() {
    try {
      return ProcFs.processor();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  Json.Obj json() {
    return Json.object()
        .put("wallMillis", wall.toMillis())
        .put("cpuMillis", cpu.toMillis())
        .put("loadBefore", Double.toString(loadBefore))
        .put("loadAfter", Double.toString(loadAfter))
        .put("cores", cores())
        .put("processor", processor())
        .put("java", Runtime.version().toString())
        .build();
  }
}
