package io.vouchsafe.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/// Tells a person what a long command is doing, on standard error: one rewritten line on a
/// terminal, one line per step elsewhere. Thread-safe.
final class Progress {
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final PrintStream out;
  private final boolean terminal;
  private final long start = System.nanoTime();
  private boolean open;
  private boolean silent;
  private String last = "";

  Progress(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /// Progress for a person who looks at standard error.
  static Progress onStandardError() {
    return new Progress(System.err, System.console() != null && System.console().isTerminal());
  }

  /// What is being done now.
  synchronized void step(String text) {
    if (silent) {
      return;
    }
    if (terminal) {
      out.print(CLEAR_LINE + "  " + text + " …");
      open = true;
    } else if (!text.equals(last)) {
      out.println(elapsed() + "  " + text);
    }
    last = text;
    out.flush();
  }

  /// A result that stays on the screen.
  synchronized void done(String text) {
    if (silent) {
      return;
    }
    if (open) {
      out.print(CLEAR_LINE);
      open = false;
    }
    out.println(elapsed() + "  " + text);
    out.flush();
  }

  /// Says nothing more but [#last]: the process is ending, and what fails fails because of that.
  synchronized void silence() {
    clear();
    silent = true;
  }

  /// Says something in spite of [#silence].
  synchronized void last(String text) {
    out.println(text);
    out.flush();
  }

  /// Ends a rewritten line so that other output starts on a new one.
  synchronized void clear() {
    if (open) {
      out.print(CLEAR_LINE);
      out.flush();
      open = false;
    }
  }

  private String elapsed() {
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    return "%4d.%d s"
        .formatted(time.toSeconds(), time.toMillisPart() / 100)
        .toLowerCase(Locale.ROOT);
  }
}
