package io.vouchsafe.ttrpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.vouchsafe.ttrpc.wire.KeyValue;
import io.vouchsafe.ttrpc.wire.Request;
import io.vouchsafe.ttrpc.wire.Response;
import io.vouchsafe.ttrpc.wire.Status;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/// Answers unary calls. Every call runs on its own virtual thread, so that calls which block for
/// the life of a container do not hold up others; answers leave in the order in which they are
/// ready.
///
/// Thread-safe: one server may serve several connections.
public final class TtrpcServer {

  /// Calls of one connection that may run at once; the next one is refused with
  /// [StatusCode#RESOURCE_EXHAUSTED].
  public static final int MAX_CONCURRENT = 256;

  /// Metadata entries of a call that are kept.
  private static final int MAX_METADATA = 64;

  /// What answers a method.
  @FunctionalInterface
  public interface Handler {
    /// @param call what was asked
    /// @return the encoded answer
    /// @throws TtrpcException to answer with a status
    /// @throws InvalidProtocolBufferException if the payload does not parse
    /// @throws InterruptedException if the server is going down
    ByteString answer(Call call)
        throws TtrpcException, InvalidProtocolBufferException, InterruptedException;
  }

  /// One call.
  ///
  /// @param payload the encoded request message
  /// @param timeout how long the caller waits, if it said so
  /// @param metadata what else the caller said; of several values of a key the last
  public record Call(ByteString payload, Optional<Duration> timeout, Map<String, String> metadata) {
    public Call {
      Objects.requireNonNull(payload, "payload");
      metadata = Map.copyOf(metadata);
    }
  }

  /// What to do with a failure of a handler that is not its caller's business in detail.
  @FunctionalInterface
  public interface FailureLog {
    /// @param method `service/method`
    void failed(String method, RuntimeException failure);
  }

  private final Map<String, Handler> handlers;
  private final FailureLog log;

  /// @param handlers by `service/method`, for example `grpc.Health/Check`
  /// @param log hears of unexpected failures; the caller only gets their class
  public TtrpcServer(Map<String, Handler> handlers, FailureLog log) {
    this.handlers = Map.copyOf(handlers);
    this.log = Objects.requireNonNull(log, "log");
  }

  /// Serves one connection until its input ends, then interrupts the calls that still run.
  ///
  /// @throws IOException if the connection breaks
  public void serve(InputStream in, OutputStream out) throws IOException {
    new Connection(new FrameChannel(in, out)).run();
  }

  private final class Connection {
    private final FrameChannel channel;
    private final Semaphore slots = new Semaphore(MAX_CONCURRENT);
    private final List<Thread> running = new ArrayList<>();
    private long lastStream;

    Connection(FrameChannel channel) {
      this.channel = channel;
    }

    void run() throws IOException {
      try {
        for (Optional<Frame> next = channel.read(); next.isPresent(); next = channel.read()) {
          accept(next.get());
        }
      } finally {
        interruptAll();
      }
    }

    private void interruptAll() {
      synchronized (running) {
        running.forEach(Thread::interrupt);
      }
    }

    private void accept(Frame frame) throws IOException {
      switch (frame) {
        case Frame.Oversized(long stream, _, long length) ->
            refuse(
                stream,
                StatusCode.RESOURCE_EXHAUSTED,
                "message length " + length + " exceeds " + Frame.MAX_PAYLOAD);
        case Frame.Whole whole when whole.type() == Frame.TYPE_REQUEST -> request(whole);
        case Frame.Whole(long stream, int type, _, _) ->
            refuse(stream, StatusCode.INVALID_ARGUMENT, "frame of type " + type + " not expected");
      }
    }

    private void request(Frame.Whole frame) throws IOException {
      long stream = frame.stream();
      if (stream % 2 == 0 || stream <= lastStream) {
        refuse(stream, StatusCode.INVALID_ARGUMENT, "stream id must be odd and rising");
        return;
      }
      lastStream = stream;
      if ((frame.flags() & Frame.FLAG_REMOTE_OPEN) != 0) {
        refuse(stream, StatusCode.UNIMPLEMENTED, "streaming calls are not offered");
        return;
      }
      Request request;
      try {
        request = Request.parseFrom(frame.payload());
      } catch (InvalidProtocolBufferException _) {
        refuse(stream, StatusCode.INVALID_ARGUMENT, "the request does not parse");
        return;
      }
      String method = request.getService() + "/" + request.getMethod();
      Handler handler = handlers.get(method);
      if (handler == null) {
        refuse(stream, StatusCode.UNIMPLEMENTED, "no method " + method);
        return;
      }
      if (!slots.tryAcquire()) {
        refuse(stream, StatusCode.RESOURCE_EXHAUSTED, "too many calls at once");
        return;
      }
      start(stream, method, handler, call(request));
    }

    private void start(long stream, String method, Handler handler, Call call) {
      Thread thread =
          Thread.ofVirtual()
              .name(method)
              .unstarted(() -> {
                try {
                  answer(stream, method, handler, call);
                } finally {
                  synchronized (running) {
                    running.remove(Thread.currentThread());
                  }
                  slots.release();
                }
              });
      synchronized (running) {
        running.add(thread);
      }
      thread.start();
    }

    private void answer(long stream, String method, Handler handler, Call call) {
      try {
        ByteString payload = handler.answer(call);
        // The envelope adds a few bytes; a payload that fills the frame does not fit.
        ByteString response = Response.newBuilder().setPayload(payload).build().toByteString();
        if (response.size() > Frame.MAX_PAYLOAD) {
          refuse(stream, StatusCode.RESOURCE_EXHAUSTED, "the answer is too long for a frame");
        } else {
          channel.write(stream, Frame.TYPE_RESPONSE, 0, response);
        }
      } catch (IOException | RuntimeException | TtrpcException | InterruptedException e) {
        failed(stream, method, e);
      } catch (VirtualMachineError | LinkageError e) {
        // Memory or stack ran out, or a class is not there: the caller must not wait for ever.
        failed(stream, method, new IllegalStateException(e.toString(), e));
      }
    }

    private void failed(long stream, String method, Exception e) {
      try {
        switch (e) {
          case TtrpcException t -> refuse(stream, t.code(), t.detail());
          case InvalidProtocolBufferException _ ->
              refuse(stream, StatusCode.INVALID_ARGUMENT, "the message does not parse");
          case InterruptedException _ -> refuse(stream, StatusCode.CANCELLED, "going down");
          case RuntimeException r -> {
            log.failed(method, r);
            refuse(stream, StatusCode.INTERNAL, r.getClass().getSimpleName());
          }
          // The connection is broken: there is nobody to tell, and the reader notices by itself.
          default -> {}
        }
      } catch (IOException _) {
        interruptAll();
      }
    }

    private void refuse(long stream, StatusCode code, String message) throws IOException {
      Status status = Status.newBuilder().setCode(code.number()).setMessage(message).build();
      Response response = Response.newBuilder().setStatus(status).build();
      channel.write(stream, Frame.TYPE_RESPONSE, 0, response.toByteString());
    }
  }

  private static Call call(Request request) {
    Map<String, String> metadata = new HashMap<>();
    for (KeyValue entry : request.getMetadataList()) {
      if (metadata.size() < MAX_METADATA) {
        metadata.put(entry.getKey(), entry.getValue());
      }
    }
    long nanos = request.getTimeoutNano();
    return new Call(
        request.getPayload(),
        nanos > 0 ? Optional.of(Duration.ofNanos(nanos)) : Optional.empty(),
        metadata);
  }
}
