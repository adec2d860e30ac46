package io.vouchsafe.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The command as a process of its own, with its outputs in files.
final class Launched implements AutoCloseable {
  private final Process process;
  private final Path out;
  private final Path err;

  private Launched(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  static Launched start(Path home, String... words) throws IOException {
    return withPath(System.getenv("PATH"), home, words);
  }

  /// @param path where programs are looked for
  static Launched withPath(String path, Path home, String... words) throws IOException {
    List<String> line = new ArrayList<>();
    // A shell's background job ignores Ctrl-C, and so would everything that it starts.
    line.addAll(List.of("env", "--default-signal=INT"));
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx512m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dvouchsafe.root=" + System.getProperty("vouchsafe.root", ".."),
            "-cp",
            System.getProperty("java.class.path"),
            Vouchsafe.class.getName()));
    line.addAll(List.of(words));
    Path out = Files.createTempFile("launched", ".out");
    Path err = Files.createTempFile("launched", ".err");
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("VOUCHSAFE_HOME", home.toString());
    builder.environment().put("PATH", path);
    return new Launched(builder.start(), out, err);
  }

  Process process() {
    return process;
  }

  String out() throws IOException {
    return Files.readString(out);
  }

  String err() throws IOException {
    return Files.readString(err);
  }

  /// Waits until standard output has a line.
  String firstLine(Duration limit) throws IOException, InterruptedException {
    return awaitLine(out, "", limit);
  }

  /// Waits until standard error has a line that contains `part`.
  String awaitError(String part, Duration limit) throws IOException, InterruptedException {
    return awaitLine(err, part, limit);
  }

  private String awaitLine(Path file, String part, Duration limit)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (System.nanoTime() - deadline < 0) {
      boolean alive = process.isAlive();
      try (BufferedReader lines = Files.newBufferedReader(file)) {
        String line = lines.readLine();
        while (line != null) {
          if (line.contains(part)) {
            return line;
          }
          line = lines.readLine();
        }
      }
      if (!alive) {
        break;
      }
      Thread.sleep(50);
    }
    throw new AssertionError("no line with '%s'; out: %s; err: %s".formatted(part, out(), err()));
  }

  int await(Duration limit) throws IOException, InterruptedException {
    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("does not end; out: %s; err: %s".formatted(out(), err()));
    }
    return process.exitValue();
  }

  /// Sends a signal by its name.
  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    Files.deleteIfExists(out);
    Files.deleteIfExists(err);
  }
}
