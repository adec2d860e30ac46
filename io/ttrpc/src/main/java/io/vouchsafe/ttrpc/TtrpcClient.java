package io.vouchsafe.ttrpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.vouchsafe.ttrpc.wire.KeyValue;
import io.vouchsafe.ttrpc.wire.Request;
import io.vouchsafe.ttrpc.wire.Response;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/// Makes unary calls over one connection, any number of them at once. Blocking: use a virtual
/// thread per call.
public final class TtrpcClient implements AutoCloseable {

  /// What a caller is told when the connection ended under its call.
  public static final String CLOSED = "ttrpc: closed";

  private final FrameChannel channel;
  private final Closeable connection;
  private final ReentrantLock lock = new ReentrantLock();

  // The lock guards these three, and that requests leave in the order of their ids.
  private final Map<Long, CompletableFuture<ByteString>> pending = new HashMap<>();
  private long nextStream = 1;
  private boolean closed;

  /// Calls over `in` and `out`; closing the client closes `connection`.
  public TtrpcClient(InputStream in, OutputStream out, Closeable connection) {
    this.channel = new FrameChannel(in, out);
    this.connection = connection;
    Thread.ofVirtual().name("ttrpc-reader").start(this::readAll);
  }

  /// Connects to a unix socket.
  ///
  /// @throws IOException if nobody listens there
  public static TtrpcClient connect(Path socket) throws IOException {
    SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    return new TtrpcClient(
        Channels.newInputStream(channel), Channels.newOutputStream(channel), channel);
  }

  /// Calls `service/method` without metadata.
  public ByteString call(String service, String method, ByteString payload, Duration timeout)
      throws TtrpcException, InterruptedException {
    return call(service, method, payload, timeout, Map.of());
  }

  /// Calls `service/method` and waits for the answer.
  ///
  /// @param timeout how long to wait; the server is told
  /// @return the encoded answer
  /// @throws TtrpcException with the status of the answer; [StatusCode#DEADLINE_EXCEEDED] if none
  ///   came in time, [StatusCode#UNAVAILABLE] if the connection ended
  public ByteString call(
      String service,
      String method,
      ByteString payload,
      Duration timeout,
      Map<String, String> metadata)
      throws TtrpcException, InterruptedException {
    Request.Builder request =
        Request.newBuilder()
            .setService(service)
            .setMethod(method)
            .setPayload(payload)
            .setTimeoutNano(timeout.toNanos());
    metadata.forEach((key, value) ->
        request.addMetadata(KeyValue.newBuilder().setKey(key).setValue(value).build()));
    ByteString encoded = request.build().toByteString();
    if (encoded.size() > Frame.MAX_PAYLOAD) {
      throw new TtrpcException(
          StatusCode.RESOURCE_EXHAUSTED, "the request is too long for a frame");
    }
    CompletableFuture<ByteString> answer = new CompletableFuture<>();
    long stream = send(encoded, answer);
    try {
      return payload(answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException _) {
      throw new TtrpcException(
          StatusCode.DEADLINE_EXCEEDED, service + "/" + method + " did not answer in " + timeout);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new TtrpcException(StatusCode.UNAVAILABLE, String.valueOf(cause.getMessage()));
    } finally {
      forget(stream);
    }
  }

  private long send(ByteString encoded, CompletableFuture<ByteString> answer)
      throws TtrpcException {
    lock.lock();
    try {
      if (closed) {
        throw new TtrpcException(StatusCode.UNAVAILABLE, CLOSED);
      }
      long stream = nextStream;
      nextStream += 2;
      pending.put(stream, answer);
      channel.write(stream, Frame.TYPE_REQUEST, 0, encoded);
      return stream;
    } catch (IOException e) {
      throw new TtrpcException(StatusCode.UNAVAILABLE, CLOSED + ": " + e.getMessage());
    } finally {
      lock.unlock();
    }
  }

  private void forget(long stream) {
    lock.lock();
    try {
      pending.remove(stream);
    } finally {
      lock.unlock();
    }
  }

  private static ByteString payload(ByteString encoded) throws TtrpcException {
    Response response;
    try {
      response = Response.parseFrom(encoded);
    } catch (InvalidProtocolBufferException _) {
      throw new TtrpcException(StatusCode.INTERNAL, "the answer does not parse");
    }
    if (response.hasStatus() && response.getStatus().getCode() != 0) {
      throw new TtrpcException(
          StatusCode.of(response.getStatus().getCode()), response.getStatus().getMessage());
    }
    return response.getPayload();
  }

  private void readAll() {
    String why = CLOSED;
    try {
      for (Optional<Frame> next = channel.read(); next.isPresent(); next = channel.read()) {
        accept(next.get());
      }
    } catch (IOException e) {
      why = CLOSED + ": " + e.getMessage();
    }
    failAll(why);
  }

  private void accept(Frame frame) {
    CompletableFuture<ByteString> answer;
    lock.lock();
    try {
      // An answer that nobody waits for any more: its call ran out of time.
      answer = pending.getOrDefault(frame.stream(), new CompletableFuture<>());
    } finally {
      lock.unlock();
    }
    switch (frame) {
      case Frame.Whole whole when whole.type() == Frame.TYPE_RESPONSE ->
          answer.complete(whole.payload());
      case Frame.Whole whole ->
          answer.completeExceptionally(
              new IOException("a frame of type " + whole.type() + " is no answer"));
      case Frame.Oversized oversized ->
          answer.completeExceptionally(
              new IOException("the answer has " + oversized.length() + " bytes"));
    }
  }

  private void failAll(String why) {
    lock.lock();
    try {
      closed = true;
      pending.values().forEach(answer -> answer.completeExceptionally(new IOException(why)));
      pending.clear();
    } finally {
      lock.unlock();
    }
  }

  /// Ends the connection; calls that wait fail with [StatusCode#UNAVAILABLE].
  @Override
  public void close() throws IOException {
    try {
      connection.close();
    } finally {
      failAll(CLOSED);
    }
  }
}
