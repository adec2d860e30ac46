package io.vouchsafe.ttrpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.vouchsafe.agentapi.WaitProcessRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class TtrpcTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  /// Connect("abc") in namespace k8s.io on stream 1 (runtime.md 1.8).
  private static final String CONNECT =
      """
      0000004f 00000001 01 00
      0a17636f6e7461696e6572642e7461736b2e76322e5461736b
      1207436f6e6e656374
      1a050a03616263
      2a240a1a636f6e7461696e6572642d6e616d6573706163652d747472706312066b38732e696f
      """;

  /// Answer of a task service: shim 100, task 101, version v2.
  private static final String CONNECTED = "0000000a 00000001 02 00 1208 0864 1065 1a027632";

  /// Error 12, message "unimplemented".
  private static final String UNIMPLEMENTED =
      "00000013 00000001 02 00 0a11 080c 120d 756e696d706c656d656e746564";

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
  }

  private static TtrpcServer server(Map<String, TtrpcServer.Handler> handlers) {
    return new TtrpcServer(handlers, (_, _) -> {});
  }

  /// What a server writes when it reads `input`, after all calls are through.
  private static byte[] answerTo(TtrpcServer server, byte[] input, int answers) throws Exception {
    try (Pair pair = Pair.open()) {
      pair.serve(server);
      pair.client().write(ByteBuffer.wrap(input));
      var in = Channels.newInputStream(pair.client());
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      for (int i = 0; i < answers; i++) {
        byte[] header = in.readNBytes(Frame.HEADER);
        all.writeBytes(header);
        all.writeBytes(in.readNBytes(ByteBuffer.wrap(header).getInt(0)));
      }
      return all.toByteArray();
    }
  }

  @Test
  void server_connectVector_seesRequestAndAnswersTheVector() throws Exception {
    AtomicReference<TtrpcServer.Call> seen = new AtomicReference<>();
    TtrpcServer server =
        server(
            Map.of(
                "containerd.task.v2.Task/Connect",
                call -> {
                  seen.set(call);
                  return ByteString.copyFrom(hex("086410651a027632"));
                }));

    assertThat(answerTo(server, hex(CONNECT), 1)).isEqualTo(hex(CONNECTED));
    assertThat(seen.get().payload()).isEqualTo(ByteString.copyFrom(hex("0a03616263")));
    assertThat(seen.get().metadata()).isEqualTo(Map.of("containerd-namespace-ttrpc", "k8s.io"));
    assertThat(seen.get().timeout()).isEmpty();
  }

  @Test
  void server_handlerRefuses_answersTheErrorVector() throws Exception {
    TtrpcServer server =
        server(
            Map.of(
                "containerd.task.v2.Task/Connect",
                _ -> {
                  throw new TtrpcException(StatusCode.UNIMPLEMENTED, "unimplemented");
                }));
    assertThat(answerTo(server, hex(CONNECT), 1)).isEqualTo(hex(UNIMPLEMENTED));
  }

  @Test
  void client_connectCall_writesTheVector() throws Exception {
    try (Pair pair = Pair.open();
        TtrpcClient client = pair.ttrpc()) {
      Thread.ofVirtual()
          .start(() -> {
            try {
              client.call(
                  "containerd.task.v2.Task",
                  "Connect",
                  ByteString.copyFrom(hex("0a03616263")),
                  LONG,
                  Map.of("containerd-namespace-ttrpc", "k8s.io"));
            } catch (TtrpcException | InterruptedException _) {
              // Nobody answers; only what was written matters.
            }
          });
      byte[] written = Channels.newInputStream(pair.server()).readNBytes(89 + 6);
      // The vector has no timeout; ours stands as field 4 between payload and metadata.
      byte[] vector = hex(CONNECT);
      int at = 10 + 25 + 9 + 7;
      assertThat(Arrays.copyOfRange(written, 4, at)).isEqualTo(Arrays.copyOfRange(vector, 4, at));
      assertThat(written[at]).isEqualTo((byte) 0x20);
    }
  }

  @Test
  void client_errorVector_throwsItsStatus() throws Exception {
    try (Pair pair = Pair.open();
        TtrpcClient client = pair.ttrpc()) {
      Thread.ofVirtual()
          .start(() -> {
            try {
              Channels.newInputStream(pair.server()).read();
              pair.server().write(ByteBuffer.wrap(hex(UNIMPLEMENTED)));
            } catch (IOException e) {
              throw new IllegalStateException(e);
            }
          });
      assertThatThrownBy(() -> client.call("a", "b", ByteString.EMPTY, LONG))
          .isInstanceOfSatisfying(
              TtrpcException.class,
              e -> {
                assertThat(e.code()).isEqualTo(StatusCode.UNIMPLEMENTED);
                assertThat(e.detail()).isEqualTo("unimplemented");
              });
    }
  }

  @Test
  void calls_concurrent_areAnsweredOutOfOrder() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    TtrpcServer server =
        server(
            Map.of(
                "s/slow",
                call -> {
                  release.await();
                  return call.payload();
                },
                "s/fast",
                TtrpcServer.Call::payload));
    try (Pair pair = Pair.open();
        TtrpcClient client = pair.ttrpc()) {
      pair.serve(server);
      AtomicReference<ByteString> slow = new AtomicReference<>();
      Thread waiting =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  slow.set(client.call("s", "slow", ByteString.copyFromUtf8("1"), LONG));
                } catch (TtrpcException | InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      assertThat(client.call("s", "fast", ByteString.copyFromUtf8("2"), LONG))
          .isEqualTo(ByteString.copyFromUtf8("2"));
      assertThat(slow.get()).isNull();
      release.countDown();
      assertThat(waiting.join(LONG)).isTrue();
      assertThat(slow.get()).isEqualTo(ByteString.copyFromUtf8("1"));
    }
  }

  @Test
  void call_noAnswer_endsAtItsDeadline() throws Exception {
    try (Pair pair = Pair.open();
        TtrpcClient client = pair.ttrpc()) {
      assertStatus(
          () -> client.call("s", "m", ByteString.EMPTY, Duration.ofMillis(30)),
          StatusCode.DEADLINE_EXCEEDED);
    }
  }

  @Test
  void call_connectionEnds_isUnavailable() throws Exception {
    try (Pair pair = Pair.open();
        TtrpcClient client = pair.ttrpc()) {
      pair.server().close();
      assertStatus(() -> client.call("s", "m", ByteString.EMPTY, LONG), StatusCode.UNAVAILABLE);
    }
  }

  @Test
  void serve_connectionEnds_interruptsRunningCalls() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    TtrpcServer server =
        server(
            Map.of(
                "s/m",
                _ -> {
                  started.countDown();
                  try {
                    new CountDownLatch(1).await();
                  } catch (InterruptedException e) {
                    interrupted.countDown();
                    throw e;
                  }
                  return ByteString.EMPTY;
                }));
    try (Pair pair = Pair.open()) {
      pair.serve(server);
      TtrpcClient client = pair.ttrpc();
      Thread.ofVirtual()
          .start(() ->
              assertStatus(
                  () -> client.call("s", "m", ByteString.EMPTY, LONG), StatusCode.UNAVAILABLE));
      assertThat(started.await(60, TimeUnit.SECONDS)).isTrue();
      client.close();
      assertThat(interrupted.await(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void server_unknownMethod_isUnimplemented() throws Exception {
    assertServerRefuses(Map.of(), ByteString.EMPTY, StatusCode.UNIMPLEMENTED);
  }

  @Test
  void server_payloadThatDoesNotParse_isInvalidArgument() throws Exception {
    assertServerRefuses(
        Map.of("s/m", call -> WaitProcessRequest.parseFrom(call.payload()).toByteString()),
        ByteString.copyFrom(hex("0aff")),
        StatusCode.INVALID_ARGUMENT);
  }

  @Test
  void server_handlerBreaks_isInternalWithoutDetails() throws Exception {
    assertServerRefuses(
        Map.of(
            "s/m",
            _ -> {
              throw new IllegalStateException("secret");
            }),
        ByteString.EMPTY,
        StatusCode.INTERNAL);
  }

  @Test
  void server_memoryRunsOut_isInternal() throws Exception {
    assertServerRefuses(
        Map.of(
            "s/m",
            _ -> {
              throw new OutOfMemoryError("secret");
            }),
        ByteString.EMPTY,
        StatusCode.INTERNAL);
  }

  @Test
  void server_answerTooLong_isResourceExhausted() throws Exception {
    assertServerRefuses(
        Map.of("s/m", _ -> ByteString.copyFrom(new byte[Frame.MAX_PAYLOAD])),
        ByteString.EMPTY,
        StatusCode.RESOURCE_EXHAUSTED);
  }

  @Test
  void client_requestTooLong_isRefusedBeforeItIsSent() throws Exception {
    assertServerRefuses(
        Map.of("s/m", TtrpcServer.Call::payload),
        ByteString.copyFrom(new byte[Frame.MAX_PAYLOAD]),
        StatusCode.RESOURCE_EXHAUSTED);
  }

  private static void assertServerRefuses(
      Map<String, TtrpcServer.Handler> handlers, ByteString payload, StatusCode code)
      throws Exception {
    try (Pair pair = Pair.open();
        TtrpcClient client = pair.ttrpc()) {
      pair.serve(server(handlers));
      assertStatus(() -> client.call("s", "m", payload, LONG), code);
    }
  }

  private static void assertStatus(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, StatusCode code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            TtrpcException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.detail()).doesNotContain("secret");
            });
  }

  @Test
  void server_oversizedFrame_isDrainedAndRefused_nextCallWorks() throws Exception {
    TtrpcServer server = server(Map.of("containerd.task.v2.Task/Connect", _ -> ByteString.EMPTY));
    byte[] next = hex(CONNECT);
    next[7] = 3;
    ByteBuffer input = ByteBuffer.allocate(10 + Frame.MAX_PAYLOAD + 1 + next.length);
    input.putInt(Frame.MAX_PAYLOAD + 1).putInt(1).put((byte) 1).put((byte) 0);
    input.position(10 + Frame.MAX_PAYLOAD + 1);
    input.put(next);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    // The client side of the pair would block on the socket's buffer; plain streams do not.
    CountDownLatch done = new CountDownLatch(2);
    server.serve(
        new ByteArrayInputStream(input.array()),
        new java.io.OutputStream() {
          @Override
          public void write(int b) {
            throw new IllegalStateException("frames are written whole");
          }

          @Override
          public synchronized void write(byte[] b, int off, int len) {
            out.write(b, off, len);
            done.countDown();
          }
        });
    assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
    List<Integer> codes = new ArrayList<>();
    FrameChannel read =
        new FrameChannel(new ByteArrayInputStream(out.toByteArray()), new ByteArrayOutputStream());
    for (var frame = read.read(); frame.isPresent(); frame = read.read()) {
      Frame.Whole whole = (Frame.Whole) frame.get();
      codes.add(io.vouchsafe.ttrpc.wire.Response.parseFrom(whole.payload()).getStatus().getCode());
    }
    assertThat(codes).containsExactly(StatusCode.RESOURCE_EXHAUSTED.number(), 0);
  }

  @Test
  void server_streamIds_evenZeroOrFalling_areRefused() throws Exception {
    TtrpcServer server = server(Map.of("containerd.task.v2.Task/Connect", _ -> ByteString.EMPTY));
    for (int bad : new int[] {0, 2}) {
      byte[] input = hex(CONNECT);
      input[7] = (byte) bad;
      assertThat(code(answerTo(server, input, 1))).isEqualTo(StatusCode.INVALID_ARGUMENT.number());
    }
    ByteArrayOutputStream twice = new ByteArrayOutputStream();
    twice.writeBytes(hex(CONNECT));
    twice.writeBytes(hex(CONNECT));
    byte[] both = answerTo(server, twice.toByteArray(), 2);
    assertThat(new String(both, StandardCharsets.ISO_8859_1)).contains("odd and rising");
  }

  @Test
  void server_streamingCall_isUnimplemented() throws Exception {
    byte[] input = hex(CONNECT);
    input[9] = Frame.FLAG_REMOTE_OPEN;
    TtrpcServer server = server(Map.of("containerd.task.v2.Task/Connect", _ -> ByteString.EMPTY));
    assertThat(code(answerTo(server, input, 1))).isEqualTo(StatusCode.UNIMPLEMENTED.number());
  }

  @Test
  void server_dataFrame_isRefused() throws Exception {
    byte[] input = hex(CONNECT);
    input[8] = Frame.TYPE_DATA;
    assertThat(code(answerTo(server(Map.of()), input, 1)))
        .isEqualTo(StatusCode.INVALID_ARGUMENT.number());
  }

  @Test
  void server_requestThatDoesNotParse_isInvalidArgument() throws Exception {
    byte[] input = hex("00000002 00000001 01 00 0aff");
    assertThat(code(answerTo(server(Map.of()), input, 1)))
        .isEqualTo(StatusCode.INVALID_ARGUMENT.number());
  }

  private static int code(byte[] frame) throws Exception {
    return io.vouchsafe.ttrpc.wire.Response.parseFrom(
            Arrays.copyOfRange(frame, Frame.HEADER, frame.length))
        .getStatus()
        .getCode();
  }

  @Test
  void read_inputCutAtEveryLength_endsOrThrowsEof() throws Exception {
    byte[] whole = hex(CONNECT);
    for (int length = 1; length < whole.length; length++) {
      FrameChannel cut =
          new FrameChannel(new ByteArrayInputStream(whole, 0, length), new ByteArrayOutputStream());
      assertThatThrownBy(cut::read).isInstanceOf(EOFException.class);
    }
    assertThat(
            new FrameChannel(new ByteArrayInputStream(new byte[0]), new ByteArrayOutputStream())
                .read())
        .isEmpty();
  }
}
