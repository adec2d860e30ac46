package io.vouchsafe.process;

import io.vouchsafe.encoding.FormatException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A program that runs beside us and leaves a record of itself in a file, so that whoever comes
/// after us can end it if we were killed. There is no moment at which it runs without its record:
/// the process writes it before it becomes the program.
public final class Daemon implements AutoCloseable {
  /// Writes who it is to the file named by `$0`, then becomes the program. The number and the start
  /// time of a process outlive `exec`.
  private static final String RECORD_THEN_EXEC =
      "IFS= read -r s < /proc/$$/stat && IFS= read -r b < /proc/sys/kernel/random/boot_id"
          + " && printf '%s\\n%s\\n' \"$s\" \"$b\" > \"$0\" && exec \"$@\"";

  private static final Duration GRACE = Duration.ofSeconds(3);

  private final Process process;

  private Daemon(Process process) {
    this.process = process;
  }

  /// Starts a program, without input. Its output must be read by the caller.
  ///
  /// @param words program and arguments; the program is a path
  /// @param directory working directory
  /// @param record file that is written with its identity
  /// @throws IOException if it cannot be started
  public static Daemon start(List<String> words, Path directory, Path record) throws IOException {
    List<String> all = new ArrayList<>(List.of("/bin/sh", "-c", RECORD_THEN_EXEC));
    all.add(record.toString());
    all.addAll(words);
    ProcessBuilder builder = new ProcessBuilder(all).directory(directory.toFile());
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    return new Daemon(builder.start());
  }

  /// Reads the record of a program that this or another process started.
  ///
  /// @return empty if the record is missing or incomplete: then the program never ran
  /// @throws IOException if the file is there and cannot be read
  public static Optional<ProcessIdentity> recorded(Path record) throws IOException {
    if (!Files.exists(record)) {
      return Optional.empty();
    }
    try {
      return Optional.of(ProcessIdentity.parse(Files.readString(record)));
    } catch (FormatException _) {
      return Optional.empty();
    }
  }

  /// The running program, for its streams and its end.
  public Process process() {
    return process;
  }

  /// Waits for its end.
  ///
  /// @return whether it ended in time
  public boolean awaitEnd(Duration limit) throws InterruptedException {
    return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// Ends it: politely, after three seconds by force. Idempotent.
  @Override
  public void close() {
    process.destroy();
    try {
      if (!awaitEnd(GRACE)) {
        process.destroyForcibly();
        awaitEnd(GRACE);
      }
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
