package io.vouchsafe.agent;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.verdict.Code;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// One container: its bundle, its process, its three streams. The lock guards start and removal:
/// neither runs beside the other, and there is one of each. A host that could start what is being
/// removed would choose which files of the image are there.
///
/// The streams are moved by platform threads of their own: a virtual thread that waits in a pipe
/// would hold one of the few carriers.
final class Container {
  /// Between the host and the container, per stream.
  private static final int BUFFER = 64 << 10;

  private static final int CHUNK = 16 << 10;
  private static final long STACK = 128 << 10;
  private static final int SIGTERM = 15;
  private static final int SIGKILL = 9;
  private static final long START_SECONDS = 120;
  private static final long POLL_MILLIS = 10;
  private static final long END_SECONDS = 20;

  /// Longest complaint of the runtime that is passed on.
  private static final int MAX_COMPLAINT = 1000;

  private final String id;
  private final Path bundle;
  private final Crun crun;
  private final ByteQueue stdin = new ByteQueue(BUFFER);
  private final ByteQueue stdout = new ByteQueue(BUFFER);
  private final ByteQueue stderr = new ByteQueue(BUFFER);
  private final ReentrantLock lock = new ReentrantLock();
  private Optional<Process> process = Optional.empty();
  private boolean ended;
  private boolean removed;

  Container(String id, Path bundle, Crun crun) {
    this.id = id;
    this.bundle = bundle;
    this.crun = crun;
  }

  ByteQueue stdin() {
    return stdin;
  }

  ByteQueue stdout() {
    return stdout;
  }

  ByteQueue stderr() {
    return stderr;
  }

  /// Starts the container; returns when its first process exists.
  ///
  /// @param interactive whether standard input stays open
  /// @throws GuestException if the runtime does not get that far
  void start(boolean interactive) throws GuestException, InterruptedException {
    lock.lock();
    try {
      if (process.isPresent() || ended) {
        throw failed("a container that was not started", "it was, or it was removed");
      }
      Process started = crun.run(id, bundle, pidFile(), log());
      process = Optional.of(started);
      pump("stdout", started.getInputStream(), stdout);
      pump("stderr", started.getErrorStream(), stderr);
      if (interactive) {
        feed(started.getOutputStream());
      } else {
        stdin.end();
        started.getOutputStream().close();
      }
      awaitPid(started);
    } catch (IOException e) {
      throw failed("a process", String.valueOf(e.getMessage()));
    } finally {
      lock.unlock();
    }
  }

  private void awaitPid(Process started) throws GuestException, InterruptedException, IOException {
    for (long waited = 0; !hasPid(); waited += POLL_MILLIS) {
      boolean ended = started.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
      // It may have come and gone between the two looks.
      if (ended && !hasPid()) {
        throw failed("a container that starts", complaint());
      }
      if (waited > TimeUnit.SECONDS.toMillis(START_SECONDS)) {
        started.destroyForcibly();
        throw failed("a start within " + START_SECONDS + " s", complaint());
      }
    }
  }

  private boolean hasPid() throws IOException {
    return Files.exists(pidFile()) && Files.size(pidFile()) > 0;
  }

  private String complaint() throws IOException {
    if (!Files.exists(log())) {
      return "nothing said";
    }
    String text = Bytes.of(Files.readAllBytes(log())).utf8Lossy().strip();
    return text.length() <= MAX_COMPLAINT ? text : text.substring(0, MAX_COMPLAINT);
  }

  private static GuestException failed(String expected, String found) {
    return new GuestException(GuestCheck.CONTAINER, Code.CONTAINER_FAILED, expected, found);
  }

  private Path pidFile() {
    return bundle.resolve("pid");
  }

  private Path log() {
    return bundle.resolve("crun.log");
  }

  private void pump(String name, InputStream from, ByteQueue into) {
    thread(
        name,
        () -> {
          byte[] chunk = new byte[CHUNK];
          try (from) {
            for (int got = from.read(chunk); got >= 0; got = from.read(chunk)) {
              int done = 0;
              while (done < got) {
                int wrote = into.write(chunk, done, got - done);
                if (wrote < 0) {
                  return;
                }
                done += wrote;
              }
            }
          } catch (IOException | InterruptedException _) {
            // The stream is closed under us when the container is removed: its end either way.
          } finally {
            into.end();
          }
        });
  }

  private void feed(OutputStream out) {
    thread(
        "stdin",
        () -> {
          try (out) {
            for (byte[] data = stdin.read(CHUNK); data.length > 0; data = stdin.read(CHUNK)) {
              out.write(data);
              out.flush();
            }
          } catch (IOException | InterruptedException _) {
            // The container closed its input or ended: what the host still writes goes nowhere.
          } finally {
            stdin.discard();
          }
        });
  }

  private void thread(String name, Runnable work) {
    Thread.ofPlatform().daemon().name(id + "-" + name).stackSize(STACK).start(work);
  }

  /// Waits for the end.
  ///
  /// @return the exit code; 128 and the number if a signal ended it
  int await() throws GuestException, InterruptedException {
    return running().waitFor();
  }

  private Process running() throws GuestException {
    lock.lock();
    try {
      return process.orElseThrow(
          () -> failed("a container that was started", "it was not started yet"));
    } finally {
      lock.unlock();
    }
  }

  /// Sends a signal to the first process. SIGTERM becomes SIGKILL if that process does not handle
  /// it: the kernel keeps such signals from the first process of a namespace.
  void signal(int signal) throws GuestException, InterruptedException {
    Process started = running();
    if (!started.isAlive()) {
      return;
    }
    try {
      crun.kill(id, signal == SIGTERM && !handlesTerm() ? SIGKILL : signal);
    } catch (IOException e) {
      throw failed("a signal that arrives", String.valueOf(e.getMessage()));
    }
  }

  private boolean handlesTerm() throws IOException {
    String pid = Files.readString(pidFile()).strip();
    Path status = Path.of("/proc", pid, "status");
    if (!Files.exists(status)) {
      return true;
    }
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith("SigCgt:")) {
        long caught = Long.parseUnsignedLong(line.substring("SigCgt:".length()).strip(), 16);
        return (caught >>> (SIGTERM - 1) & 1) == 1;
      }
    }
    return true;
  }

  /// Ends the container and frees what it holds. Once that is done, it does nothing: another
  /// container may have the folder.
  void remove() throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      if (removed) {
        return;
      }
      ended = true;
      if (process.isPresent() && process.get().isAlive()) {
        crun.delete(id);
        if (!process.get().waitFor(END_SECONDS, TimeUnit.SECONDS)) {
          process.get().destroyForcibly();
        }
      }
      stdin.discard();
      stdout.discard();
      stderr.discard();
      deleteTree(bundle);
      removed = true;
    } finally {
      lock.unlock();
    }
  }

  /// Deletes a folder without following links. What somebody else mounted below stays and is an
  /// error.
  static void deleteTree(Path folder) throws IOException {
    if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
        for (Path entry : entries) {
          deleteTree(entry);
        }
      }
    }
    Files.deleteIfExists(folder);
  }
}
