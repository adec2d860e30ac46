package io.vouchsafe.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A body as a stream with time limits: the JDK's own stream waits for ever. A few batches of
/// buffers wait to be read; one more is asked for when one is used up.
final class BodyStream extends InputStream implements BodySubscriber<InputStream> {

  private static final int AHEAD = 4;

  private sealed interface Event {
    record Data(List<ByteBuffer> buffers) implements Event {}

    record End() implements Event {}

    record Failed(Throwable cause) implements Event {}
  }

  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final Deque<ByteBuffer> buffers = new ArrayDeque<>();
  private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
  private final URI uri;
  private final Duration stalled;
  private final long deadline;
  private boolean ended;

  /// @param deadline by [System#nanoTime()]
  BodyStream(URI uri, Duration stalled, long deadline) {
    this.uri = uri;
    this.stalled = stalled;
    this.deadline = deadline;
  }

  @Override
  public CompletionStage<InputStream> getBody() {
    return CompletableFuture.completedStage(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    if (subscription.complete(given)) {
      given.request(AHEAD);
    } else {
      given.cancel();
    }
  }

  @Override
  public void onNext(List<ByteBuffer> item) {
    events.add(new Event.Data(item));
  }

  @Override
  public void onError(Throwable cause) {
    events.add(new Event.Failed(cause));
  }

  @Override
  public void onComplete() {
    events.add(new Event.End());
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    Optional<ByteBuffer> next = nextBuffer();
    if (next.isEmpty()) {
      return -1;
    }
    int part = Math.min(length, next.get().remaining());
    next.get().get(to, offset, part);
    return part;
  }

  private Optional<ByteBuffer> nextBuffer() throws IOException {
    while (true) {
      while (!buffers.isEmpty() && !buffers.getFirst().hasRemaining()) {
        buffers.removeFirst();
        if (buffers.isEmpty()) {
          subscription.thenAccept(given -> given.request(1));
        }
      }
      if (!buffers.isEmpty()) {
        return Optional.of(buffers.getFirst());
      }
      if (ended) {
        return Optional.empty();
      }
      take();
    }
  }

  private void take() throws IOException {
    switch (await()) {
      case Event.Data(List<ByteBuffer> given) -> {
        buffers.addAll(given);
        if (given.isEmpty()) {
          subscription.thenAccept(to -> to.request(1));
        }
      }
      case Event.End _ -> ended = true;
      case Event.Failed(Throwable cause) -> {
        ended = true;
        throw new HttpException(HttpException.Kind.BROKEN, uri, cause);
      }
    }
  }

  private Event await() throws IOException {
    long left = deadline - System.nanoTime();
    long wait = Math.min(stalled.toNanos(), left);
    try {
      Event event = events.poll(wait, TimeUnit.NANOSECONDS);
      if (event != null) {
        return event;
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      close();
      throw new HttpException(HttpException.Kind.BROKEN, uri, "interrupted");
    }
    close();
    throw new HttpException(
        HttpException.Kind.TIMEOUT,
        uri,
        left <= stalled.toNanos() ? "the whole took too long" : "no byte for " + stalled);
  }

  /// Gives the connection up unless the body came to its end.
  @Override
  public void close() {
    if (!ended) {
      ended = true;
      buffers.clear();
      subscription.thenAccept(Flow.Subscription::cancel);
    }
  }
}
