package io.vouchsafe.hypervisor;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// What a machine prints: copied to a file up to a bound, the last lines kept for messages, each
/// line handed on. The guest decides what stands there, so escape sequences are taken out of lines,
/// and neither the file nor a line grows without end.
final class Console {
  /// The file takes this much, the rest is dropped.
  static final int MAX_FILE = 16 << 20;

  /// A longer line is cut into several.
  static final int MAX_LINE = 8192;

  private static final int TAIL = 40;
  private static final Pattern ESCAPES =
      Pattern.compile("\u001b\\[[0-9;?=]*[ -/]*[@-~]|\u001b[@-_]|[\\p{Cntrl}&&[^\t]]");

  private final Consumer<String> listener;
  private final StringBuilder line = new StringBuilder();

  /// Guarded by this.
  private final Deque<String> tail = new ArrayDeque<>();

  private final Thread thread;

  private Console(InputStream from, Path file, Consumer<String> listener) {
    this.listener = listener;
    // A read of a pipe holds its carrier: virtual threads would starve each other on two
    // processors.
    this.thread = Thread.ofPlatform().daemon().name("console").start(() -> copy(from, file));
  }

  /// Starts copying.
  static Console follow(InputStream from, Path file, Consumer<String> listener) {
    return new Console(from, file, listener);
  }

  /// Waits until everything was copied.
  void awaitEnd(Duration limit) throws InterruptedException {
    thread.join(limit);
  }

  /// The last lines, oldest first.
  synchronized List<String> tail() {
    return List.copyOf(tail);
  }

  private void copy(InputStream from, Path file) {
    byte[] buffer = new byte[8192];
    long room = MAX_FILE;
    try (from;
        OutputStream out = Files.newOutputStream(file)) {
      for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
        int kept = (int) Math.min(n, room);
        out.write(buffer, 0, kept);
        room -= kept;
        // Bytes as characters: a line is cut at any byte, and the console is ASCII by intent.
        split(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
      }
    } catch (IOException e) {
      emit("(console lost: " + e.getMessage() + ")");
    }
    if (!line.isEmpty()) {
      endLine();
    }
  }

  private void split(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n' || line.length() == MAX_LINE) {
        endLine();
      }
      if (c != '\n') {
        line.append(c);
      }
    }
  }

  private void endLine() {
    String clean = ESCAPES.matcher(line).replaceAll("");
    line.setLength(0);
    if (!clean.isBlank()) {
      emit(clean);
    }
  }

  private void emit(String clean) {
    synchronized (this) {
      if (tail.size() == TAIL) {
        tail.removeFirst();
      }
      tail.addLast(clean);
    }
    listener.accept(clean);
  }
}
