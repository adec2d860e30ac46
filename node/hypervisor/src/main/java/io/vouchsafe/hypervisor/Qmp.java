package io.vouchsafe.hypervisor;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/// QEMU's control protocol: one JSON object per line, over a unix socket. Thread-safe.
public final class Qmp implements AutoCloseable {

  /// Bounds of one message from QEMU.
  static final JsonLimits LIMITS = new JsonLimits(1 << 20, 32, 50_000, 64);

  private final SocketChannel channel;
  private final Duration limit;

  /// Guards writing: a command is one line.
  private final ReentrantLock writing = new ReentrantLock();

  private final Map<Long, CompletableFuture<Json>> pending = new ConcurrentHashMap<>();
  private final AtomicLong ids = new AtomicLong();
  private final CompletableFuture<Json> greeting = new CompletableFuture<>();
  private volatile Optional<String> shutdownReason = Optional.empty();
  private final Thread reader;

  private Qmp(SocketChannel channel, Duration limit) {
    this.channel = channel;
    this.limit = limit;
    this.reader = Thread.ofVirtual().name("qmp").start(this::read);
  }

  /// Connects and leaves the negotiation mode.
  ///
  /// @param limit for this and for each command
  /// @throws IOException if nobody listens, or what answers is no QMP
  public static Qmp connect(Path socket, Duration limit) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    Qmp qmp = new Qmp(channel, limit);
    try {
      qmp.await(qmp.greeting, "greeting");
      qmp.execute("qmp_capabilities");
      return qmp;
    } catch (IOException e) {
      qmp.close();
      throw e;
    }
  }

  /// Runs a command without arguments.
  ///
  /// @return what it returned
  /// @throws IOException if QEMU refuses it, is gone or does not answer in time
  public Json execute(String command) throws IOException {
    return execute(command, Json.object().build());
  }

  /// Runs a command.
  ///
  /// @return what it returned
  /// @throws IOException if QEMU refuses it, is gone or does not answer in time
  public Json execute(String command, Json.Obj arguments) throws IOException {
    long id = ids.incrementAndGet();
    CompletableFuture<Json> answer = new CompletableFuture<>();
    pending.put(id, answer);
    Json message =
        Json.object().put("execute", command).put("arguments", arguments).put("id", id).build();
    try {
      write(message.compact() + "\n");
      if (!reader.isAlive()) {
        throw new IOException("QEMU closed its control socket");
      }
      return await(answer, command);
    } finally {
      pending.remove(id);
    }
  }

  /// Why QEMU said that it stops: `guest-shutdown`, `guest-reset`, `host-qmp-quit`, …; empty while
  /// it runs.
  Optional<String> shutdownReason() {
    return shutdownReason;
  }

  /// Waits until QEMU has closed the connection and everything it said was read.
  void awaitEnd(Duration wait) throws InterruptedException {
    reader.join(wait);
  }

  private void write(String line) throws IOException {
    ByteBuffer bytes = Bytes.utf8(line).asBuffer();
    writing.lock();
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } finally {
      writing.unlock();
    }
  }

  private Json await(CompletableFuture<Json> answer, String what) throws IOException {
    try {
      return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
      throw new IOException("QMP " + what + ": " + cause.getMessage(), cause);
    } catch (TimeoutException e) {
      throw new IOException("QMP " + what + ": no answer in " + limit.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted in QMP " + what, e);
    }
  }

  private void read() {
    IOException end = new IOException("QEMU closed its control socket");
    try (InputStream in = new BufferedInputStream(Channels.newInputStream(channel))) {
      for (Optional<Bytes> line = line(in); line.isPresent(); line = line(in)) {
        take(line.get());
      }
    } catch (IOException e) {
      end = e;
    } catch (FormatException e) {
      end = new IOException("QEMU sent what is no QMP: " + e.getMessage(), e);
    }
    greeting.completeExceptionally(end);
    for (CompletableFuture<Json> answer : pending.values()) {
      answer.completeExceptionally(end);
    }
  }

  private static Optional<Bytes> line(InputStream in) throws IOException, FormatException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0; b = in.read()) {
      if (b == '\n') {
        return Optional.of(Bytes.of(line.toByteArray()));
      }
      if (line.size() == LIMITS.maxBytes()) {
        throw FormatException.oversized(line.size(), "at most 1 MiB in a line", "more");
      }
      line.write(b);
    }
    return Optional.empty();
  }

  private void take(Bytes line) throws FormatException {
    switch (Message.parse(line)) {
      case Message.Greeting _ -> greeting.complete(Json.NULL);
      case Message.Return(long id, Json value) -> {
        CompletableFuture<Json> answer = pending.get(id);
        if (answer != null) {
          answer.complete(value);
        }
      }
      case Message.Failure(long id, String description) -> {
        CompletableFuture<Json> answer = pending.get(id);
        if (answer != null) {
          answer.completeExceptionally(new IOException(description));
        }
      }
      case Message.Event(String name, Json.Obj data) -> {
        if (name.equals("SHUTDOWN")) {
          shutdownReason = Optional.of(data.optionalString("reason").orElse("unknown"));
        }
      }
    }
  }

  /// Ends the connection; the machine goes on.
  @Override
  public void close() throws IOException {
    channel.close();
  }

  /// What QEMU says.
  sealed interface Message {
    /// The first line of a connection.
    record Greeting() implements Message {}

    /// The answer to a command.
    record Return(long id, Json value) implements Message {}

    /// The refusal of a command.
    record Failure(long id, String description) implements Message {}

    /// Something happened.
    record Event(String name, Json.Obj data) implements Message {}

    /// Reads one line.
    ///
    /// @throws FormatException if it is none of the four
    static Message parse(Bytes line) throws FormatException {
      Json.Obj message = Json.parseObject(line, LIMITS);
      if (message.get("QMP").isPresent()) {
        return new Greeting();
      }
      if (message.get("event").isPresent()) {
        Optional<Json> data = message.present("data");
        return new Event(
            message.string("event"),
            data.isPresent() ? data.get().asObject("data") : Json.object().build());
      }
      if (message.get("error").isPresent()) {
        // An error about a line that could not be read has no id.
        long id = message.get("id").isPresent() ? message.integer("id") : -1;
        return new Failure(id, message.object("error").string("desc"));
      }
      return new Return(message.integer("id"), message.require("return"));
    }
  }
}
