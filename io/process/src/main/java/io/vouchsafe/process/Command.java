package io.vouchsafe.process;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A program that is run to its end, without input, with a limit of time and of output.
///
/// @param words program and arguments
/// @param directory working directory, or empty for ours
/// @param environment added to ours
/// @param limit after which it is ended
public record Command(
    List<String> words, Optional<Path> directory, Map<String, String> environment, Duration limit) {

  /// What of the output is kept: 1 MiB, the rest is read and dropped.
  public static final int MAX_OUTPUT = 1 << 20;

  /// How long an ordinary tool may take.
  public static final Duration DEFAULT_LIMIT = Duration.ofMinutes(2);

  public Command {
    words = List.copyOf(words);
    environment = Map.copyOf(environment);
    if (words.isEmpty()) {
      throw new IllegalArgumentException("no program");
    }
  }

  /// A command in our directory and environment with the ordinary limit.
  public static Command of(String... words) {
    return of(List.of(words));
  }

  /// As [#of(String...)].
  public static Command of(List<String> words) {
    return new Command(words, Optional.empty(), Map.of(), DEFAULT_LIMIT);
  }

  /// This command, run in `directory`.
  public Command in(Path directory) {
    return new Command(words, Optional.of(directory), environment, limit);
  }

  /// This command with one more variable.
  public Command with(String variable, String value) {
    Map<String, String> more = new HashMap<>(environment);
    more.put(variable, value);
    return new Command(words, directory, more, limit);
  }

  /// This command with another limit of time.
  public Command within(Duration limit) {
    return new Command(words, directory, environment, limit);
  }

  /// Runs it.
  ///
  /// @return what it printed, standard output and error mixed, and its status
  /// @throws IOException if it cannot be started, or did not end in time
  public Output run() throws IOException {
    ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(words)).redirectErrorStream(true);
    directory.ifPresent(path -> builder.directory(path.toFile()));
    builder.environment().putAll(environment);
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    Process process = builder.start();
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    // A read of a pipe holds its carrier: no virtual thread.
    Thread reader =
        Thread.ofPlatform().daemon().start(() -> drain(process.getInputStream(), output));
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException(
            "%s did not end within %d s".formatted(words.getFirst(), limit.toSeconds()));
      }
      // A grandchild may hold the pipe open: what was read by then is the output.
      reader.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + words.getFirst() + " ran", e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    synchronized (output) {
      return new Output(process.exitValue(), output.toString(StandardCharsets.UTF_8));
    }
  }

  /// Runs it and demands success.
  ///
  /// @return what it printed
  /// @throws IOException as [#run()], or if its status is not zero; the message has the last lines
  public String orFail() throws IOException {
    Output output = run();
    if (output.status() != 0) {
      throw new IOException(
          "%s ended with status %d: %s"
              .formatted(words.getFirst(), output.status(), output.tail()));
    }
    return output.text();
  }

  private static void drain(InputStream from, ByteArrayOutputStream to) {
    byte[] buffer = new byte[8192];
    try (from) {
      for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
        synchronized (to) {
          to.write(buffer, 0, Math.min(n, MAX_OUTPUT - to.size()));
        }
      }
    } catch (IOException _) {
      // The program was ended and its pipe with it: the output is what came before.
      return;
    }
  }

  /// How a command ended.
  ///
  /// @param status exit status, 128 + signal if it was killed
  /// @param text what it printed, at most [#MAX_OUTPUT] bytes
  public record Output(int status, String text) {
    private static final int TAIL_LINES = 8;

    /// The last lines, for messages.
    public String tail() {
      List<String> lines = text.strip().lines().toList();
      return String.join(
          " | ", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    }
  }
}
