package io.vouchsafe.process;

import io.vouchsafe.encoding.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/// One process, for good: its number, when it started, and the boot of the machine that it belongs
/// to. A number alone comes back; the three together do not.
///
/// @param pid process number
/// @param startTicks start in clock ticks since the machine's boot, field 22 of `/proc/PID/stat`
/// @param bootId `/proc/sys/kernel/random/boot_id`
public record ProcessIdentity(long pid, long startTicks, String bootId) {
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
  private static final Pattern BOOT_ID_FORM = Pattern.compile("[0-9a-f-]{36}");

  /// Fields of `/proc/PID/stat` after the name in parentheses, counted from the state (field 3).
  private static final int START_AFTER_NAME = 22 - 3;

  private static final int MAX_RECORD = 4096;
  private static final Duration POLL = Duration.ofMillis(20);

  /// This process.
  ///
  /// @throws IOException if `/proc` cannot be read
  public static ProcessIdentity current() throws IOException {
    try {
      return parse(Files.readString(Path.of("/proc/self/stat")) + Files.readString(BOOT_ID));
    } catch (FormatException e) {
      throw new IOException("/proc is not as Linux writes it", e);
    }
  }

  /// Parses a record: the line of `/proc/PID/stat`, then the line of the boot id.
  ///
  /// @throws FormatException if it is none
  public static ProcessIdentity parse(String text) throws FormatException {
    if (text.length() > MAX_RECORD) {
      throw FormatException.oversized(0, "at most 4096 characters", text.length() + " characters");
    }
    // The name may hold anything, line feeds and parentheses too; nothing after it does.
    int name = text.indexOf('(');
    int afterName = text.lastIndexOf(')');
    if (name < 2 || afterName < name) {
      throw FormatException.malformed(0, "a line of /proc/PID/stat", "no name in parentheses");
    }
    String[] lines = text.substring(afterName + 1).strip().split("\n", -1);
    String[] fields = lines[0].strip().split(" ", -1);
    if (lines.length != 2
        || fields.length <= START_AFTER_NAME
        || !BOOT_ID_FORM.matcher(lines[1].strip()).matches()) {
      throw FormatException.malformed(
          afterName, "a start time, then a line with the boot id", lines.length + " lines");
    }
    return new ProcessIdentity(
        number(text.substring(0, name - 1)), number(fields[START_AFTER_NAME]), lines[1].strip());
  }

  private static long number(String text) throws FormatException {
    try {
      long value = Long.parseLong(text);
      if (value < 0) {
        throw FormatException.malformed(0, "a number", text);
      }
      return value;
    } catch (NumberFormatException _) {
      throw FormatException.malformed(0, "a number", text);
    }
  }

  /// The text that [#parse(String)] reads, reduced to what counts.
  public String encode() {
    return pid
        + " (-) -"
        + " 0".repeat(START_AFTER_NAME - 1)
        + " "
        + startTicks
        + "\n"
        + bootId
        + "\n";
  }

  /// Whether that very process runs. A zombie does not.
  ///
  /// @throws IOException if `/proc` cannot be read
  public boolean isRunning() throws IOException {
    String stat;
    try {
      stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    } catch (NoSuchFileException _) {
      return false;
    } catch (IOException e) {
      // Reading the file of a process that ends meanwhile gives ESRCH.
      if (!Files.exists(Path.of("/proc/" + pid))) {
        return false;
      }
      throw e;
    }
    String state = stat.substring(stat.lastIndexOf(')') + 1).strip();
    try {
      return !state.startsWith("Z") && parse(stat + Files.readString(BOOT_ID)).equals(this);
    } catch (FormatException e) {
      throw new IOException("/proc is not as Linux writes it", e);
    }
  }

  /// Ends that very process: politely, after `grace` by force. Does nothing if it no longer runs.
  ///
  /// @return whether it ran
  /// @throws IOException if it does not end even by force
  public boolean end(Duration grace) throws IOException {
    // The handle is taken before the comparison and remembers its process's start itself: a number
    // that is given to another process in between is not hit.
    Optional<ProcessHandle> handle = ProcessHandle.of(pid);
    if (handle.isEmpty() || !isRunning()) {
      return false;
    }
    handle.get().destroy();
    if (!awaitEnd(grace)) {
      handle.get().destroyForcibly();
      if (!awaitEnd(Duration.ofSeconds(5))) {
        throw new IOException("process " + pid + " does not end");
      }
    }
    return true;
  }

  private boolean awaitEnd(Duration limit) throws IOException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (isRunning()) {
      if (System.nanoTime() - deadline >= 0) {
        return false;
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
    return true;
  }
}
