package io.vouchsafe.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// What Linux tells about processes and the machine (proc(5)).
final class ProcFs {
  private static final Path PROC = Path.of("/proc");

  /// The unit of times in `stat`: `USER_HZ` is 100 on every architecture that we run on.
  private static final double TICKS_PER_SECOND = 100;

  // Fields of `stat` after the command, which may hold blanks and ends with the last bracket.
  private static final int USER_TIME = 11;
  private static final int SYSTEM_TIME = 12;

  private static final double KIB_PER_MIB = 1024;

  /// How HotSpot names the threads of its compilers, as far as the kernel keeps it.
  private static final Pattern COMPILER = Pattern.compile("\\(C[12] Compiler");

  private ProcFs() {}

  /// Processor time of a process in user and kernel mode, in seconds; children not counted.
  static double cpuSeconds(long pid) throws IOException {
    return seconds(Files.readString(PROC.resolve(pid + "/stat")));
  }

  /// Processor time in seconds that the compilers of a Java process used, by the number of their
  /// thread. Such threads come and go.
  static Map<String, Double> compilerSeconds(long pid) throws IOException {
    Map<String, Double> seconds = new HashMap<>();
    try (DirectoryStream<Path> threads =
        Files.newDirectoryStream(PROC.resolve(Long.toString(pid)).resolve("task"))) {
      for (Path thread : threads) {
        try {
          String stat = Files.readString(thread.resolve("stat"));
          if (COMPILER.matcher(stat).find()) {
            seconds.put(thread.getFileName().toString(), seconds(stat));
          }
        } catch (NoSuchFileException _) {
          // It ended meanwhile.
          continue;
        }
      }
    }
    return seconds;
  }

  private static double seconds(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME]))
        / TICKS_PER_SECOND;
  }

  /// The environment that a process was started with.
  static Map<String, String> environment(long pid) throws IOException {
    Map<String, String> environment = new HashMap<>();
    for (String variable : Files.readString(PROC.resolve(pid + "/environ")).split("\0", -1)) {
      int equals = variable.indexOf('=');
      if (equals > 0) {
        environment.put(variable.substring(0, equals), variable.substring(equals + 1));
      }
    }
    return environment;
  }

  /// Resident memory of a process in MiB.
  static double residentMib(long pid) throws IOException {
    for (String line : Files.readAllLines(PROC.resolve(pid + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / KIB_PER_MIB;
      }
    }
    throw new IOException("process " + pid + " has no resident memory");
  }

  /// The load average of the last minute.
  static double load() throws IOException {
    String text = Files.readString(PROC.resolve("loadavg"));
    return Double.parseDouble(text.substring(0, text.indexOf(' ')));
  }

  /// The name of the processor.
  static String processor() throws IOException {
    List<String> lines = Files.readAllLines(PROC.resolve("cpuinfo"));
    Optional<String> model = lines.stream().filter(it -> it.startsWith("model name")).findFirst();
    return model.map(it -> it.substring(it.indexOf(':') + 1).strip()).orElse("unknown");
  }
}
