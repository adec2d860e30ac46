package io.vouchsafe.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.hypervisor.fuzz.QmpMessageFuzzer;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QmpTest {
  private static final String GREETING = "{\"QMP\": {\"version\": {}, \"capabilities\": []}}\n";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path folder;

  /// A server of one connection that greets and answers each line by `answer`; an empty answer
  /// closes the connection.
  private Path serve(String greeting, UnaryOperator<String> answer) throws IOException {
    Path socket = folder.resolve("qmp.sock");
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    Thread.ofVirtual().start(() -> answerAll(server, greeting, answer));
    return socket;
  }

  private static void answerAll(
      ServerSocketChannel server, String greeting, UnaryOperator<String> answer) {
    try (server;
        SocketChannel channel = server.accept()) {
      BufferedReader in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
      send(channel, greeting);
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String text = answer.apply(line);
        if (text.isEmpty()) {
          return;
        }
        send(channel, text);
      }
    } catch (IOException _) {
      return;
    }
  }

  private static void send(SocketChannel channel, String text) throws IOException {
    ByteBuffer bytes = Bytes.utf8(text).asBuffer();
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static String ok(String request) {
    try {
      Json.Obj message = Json.parseObject(Bytes.utf8(request), Qmp.LIMITS);
      return "{\"return\": {\"ran\": \"%s\"}, \"id\": %d}\n"
          .formatted(message.string("execute"), message.integer("id"));
    } catch (FormatException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void execute_command_returnsTheAnswerWithItsId() throws Exception {
    String event = "{\"event\": \"RESUME\", \"timestamp\": {\"seconds\": 1}}\n";
    String foreign = "{\"return\": {}, \"id\": 99}\n";
    try (Qmp qmp = Qmp.connect(serve(GREETING, line -> event + foreign + ok(line)), LIMIT)) {
      assertThat(qmp.execute("query-status").asObject("answer").string("ran"))
          .isEqualTo("query-status");
      assertThat(qmp.shutdownReason()).isEmpty();
    }
  }

  @Test
  void event_shutdown_keepsItsReason() throws Exception {
    String event = "{\"event\": \"SHUTDOWN\", \"data\": {\"reason\": \"guest-reset\"}}\n";
    try (Qmp qmp = Qmp.connect(serve(GREETING, line -> event + ok(line)), LIMIT)) {
      assertThat(qmp.shutdownReason()).contains("guest-reset");
    }
  }

  @Test
  void execute_refusedCommand_saysWhy() throws Exception {
    UnaryOperator<String> answer =
        line ->
            line.contains("qmp_capabilities")
                ? ok(line)
                : "{\"error\": {\"class\": \"CommandNotFound\", \"desc\": \"unknown\"}, \"id\": 2}\n";
    try (Qmp qmp = Qmp.connect(serve(GREETING, answer), LIMIT)) {
      assertThatThrownBy(() -> qmp.execute("x")).hasMessageContaining("QMP x: unknown");
    }
  }

  @Test
  void execute_connectionThatCloses_failsAtOnce() throws Exception {
    UnaryOperator<String> answer = line -> line.contains("qmp_capabilities") ? ok(line) : "";
    try (Qmp qmp = Qmp.connect(serve(GREETING, answer), Duration.ofMinutes(1))) {
      assertThatThrownBy(() -> qmp.execute("quit")).isInstanceOf(IOException.class);
    }
  }

  @Test
  void execute_noAnswer_endsAtTheLimit() throws Exception {
    UnaryOperator<String> answer = line -> line.contains("qmp_capabilities") ? ok(line) : "\n";
    Path socket =
        serve(GREETING, line -> answer.apply(line).isBlank() ? GREETING : answer.apply(line));
    try (Qmp qmp = Qmp.connect(socket, Duration.ofSeconds(2))) {
      assertThatThrownBy(() -> qmp.execute("stop")).hasMessageContaining("no answer");
    }
  }

  @Test
  void connect_serverThatSpeaksSomethingElse_isRefused() throws Exception {
    Path socket = serve("220 mail.example ESMTP\n", line -> line);
    assertThatThrownBy(() -> Qmp.connect(socket, LIMIT)).hasMessageContaining("no QMP");
  }

  @Test
  void connect_lineWithoutEnd_isRefused() throws Exception {
    Path socket = serve("x".repeat((1 << 20) + 1), line -> line);
    assertThatThrownBy(() -> Qmp.connect(socket, LIMIT)).hasMessageContaining("at most 1 MiB");
  }

  @Test
  void connect_nobodyListens_isAnIoException() {
    assertThatThrownBy(() -> Qmp.connect(folder.resolve("none.sock"), LIMIT))
        .isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{}",
        "{\"return\": {}}",
        "{\"return\": {}, \"id\": \"1\"}",
        "{\"error\": {}, \"id\": 1}",
        "{\"error\": \"x\", \"id\": 1}",
        "{\"event\": 1}",
        "{\"event\": \"STOP\", \"data\": 1}",
        "{\"return\": {}, \"return\": {}, \"id\": 1}",
      })
  void message_thatIsNone_isRefused(String line) {
    assertThatThrownBy(() -> Qmp.Message.parse(Bytes.utf8(line)))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void message_mutated_throwsOnlyWhatIsDocumented() {
    Random random = new Random(5);
    byte[] seed =
        "{\"event\": \"SHUTDOWN\", \"data\": {\"guest\": true, \"reason\": \"guest-reset\"}}"
            .getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 500; i++) {
      byte[] mutated = seed.clone();
      mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
      QmpMessageFuzzer.fuzzerTestOneInput(mutated);
    }
  }
}
