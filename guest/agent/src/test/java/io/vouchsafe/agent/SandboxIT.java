package io.vouchsafe.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vouchsafe.agentapi.GuestRefusal;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.ttrpc.AgentClient;
import io.vouchsafe.ttrpc.ContainerRequest;
import io.vouchsafe.ttrpc.StatusCode;
import io.vouchsafe.ttrpc.TtrpcClient;
import io.vouchsafe.ttrpc.TtrpcException;
import io.vouchsafe.ttrpc.TtrpcServer;
import io.vouchsafe.verdict.Code;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The life of a container through the real protocol and the real container runtime; only the image
/// comes from a folder instead of a registry.
@Timeout(240)
class SandboxIT {
  private static final Path BUSYBOX = Path.of("/usr/bin/busybox");
  private static final String IMAGE = "local/image";
  private static final Duration LONG = Duration.ofSeconds(120);

  @TempDir Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();
  private Sandbox sandbox;

  @BeforeEach
  void programs() {
    assumeTrue(Files.isExecutable(BUSYBOX), "busybox is not here (busybox-static)");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/crun")), "crun is not here");
    assumeTrue("root".equals(System.getProperty("user.name")), "not root");
  }

  @AfterEach
  void close() throws Exception {
    sandbox.destroy();
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private record Local(Workload workload, ImageDefaults image) implements Provisions {
    @Override
    public ImageDefaults unpack(Workload workload, Path rootfs) throws GuestException {
      try {
        Files.createDirectories(rootfs.resolve("bin"));
        Files.copy(BUSYBOX, rootfs.resolve("bin/busybox"));
        for (String applet : List.of("sh", "cat", "id", "sleep", "echo")) {
          Files.createSymbolicLink(rootfs.resolve("bin/" + applet), Path.of("busybox"));
        }
        return image;
      } catch (IOException e) {
        throw GuestException.writing(e);
      }
    }

    @Override
    public SecretBytes secret(Workload.Secret secret) {
      return SecretBytes.copyOf(("value of " + secret.uri()).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String diagnostics() {
      return "{}";
    }
  }

  /// The runtime needs the unified hierarchy; where the host has another one, it gets its own view.
  private Crun crun() {
    List<String> program = new ArrayList<>();
    if (!Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"))) {
      program.addAll(
          List.of(
              "unshare",
              "-m",
              "sh",
              "-c",
              "mount -t cgroup2 none /sys/fs/cgroup && exec crun \"$@\"",
              "crun"));
    } else {
      program.add("crun");
    }
    program.add("--root=" + folder.resolve("state"));
    program.add("--cgroup-manager=cgroupfs");
    return new Crun(program);
  }

  private AgentClient agent(Workload workload, ImageDefaults image) throws IOException {
    sandbox =
        new Sandbox(
            new Local(workload, image),
            folder.resolve("bundles"),
            crun(),
            new AgentLog(System.err));
    TtrpcServer server =
        new TtrpcServer(
            new AgentService(sandbox, "test").handlers(), (_, f) -> f.printStackTrace());
    Path socket = folder.resolve("s");
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(socket));
      AgentClient client = new AgentClient(TtrpcClient.connect(socket));
      SocketChannel accepted = listener.accept();
      open.add(client);
      open.add(accepted);
      Thread.ofVirtual()
          .start(() -> {
            try {
              server.serve(Channels.newInputStream(accepted), Channels.newOutputStream(accepted));
            } catch (IOException _) {
              // The test is over.
            }
          });
      return client;
    }
  }

  private static Workload workload(boolean interactive, Workload.Secret[] secrets, String... args) {
    return new Workload(
        IMAGE,
        List.of(args),
        List.of("GREETING=hello"),
        List.of(secrets),
        Optional.empty(),
        interactive);
  }

  private static Workload workload(String... args) {
    return workload(false, new Workload.Secret[0], args);
  }

  private static ImageDefaults image(String user) {
    return new ImageDefaults(List.of("PATH=/bin"), List.of(), List.of("/bin/id"), "", user);
  }

  private static ContainerRequest request(String... args) {
    return new ContainerRequest(IMAGE, List.of(args), List.of("GREETING=hello"), Optional.empty());
  }

  private static String stdout(AgentClient agent) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    agent.copyStdout("c1", out);
    return out.toString(StandardCharsets.UTF_8);
  }

  private static void create(AgentClient agent, String... args) throws Exception {
    agent.awaitServing(LONG);
    agent.createSandbox("s1", "", List.of());
    agent.createContainer("c1", request(args), LONG);
  }

  @Test
  void container_writesAndExits_streamsAndCodeArrive() throws Exception {
    String script = "echo $GREETING; echo bad >&2; exit 7";
    AgentClient agent = agent(workload("/bin/sh", "-c", script), image("4711:29"));
    create(agent, "/bin/sh", "-c", script);
    agent.startContainer("c1");
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    assertThat(stdout(agent)).isEqualTo("hello\n");
    agent.copyStderr("c1", err);
    assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("bad\n");
    assertThat(agent.waitProcess("c1")).isEqualTo(7);
    agent.removeContainer("c1");
    assertThat(folder.resolve("bundles/c1")).doesNotExist();
  }

  @Test
  void container_imageCommand_runsAsTheImagesUser() throws Exception {
    AgentClient agent = agent(workload(), image("4711:29"));
    create(agent);
    assertThat(agent.diagnostics("c1", "resources")).contains("VmRSS", "kB");
    agent.startContainer("c1");
    assertThat(stdout(agent)).startsWith("uid=4711 gid=29");
    assertThat(agent.waitProcess("c1")).isZero();
  }

  @Test
  void container_moreOutputThanBuffers_arrivesWhole() throws Exception {
    String script = "i=0; while [ $i -lt 3000 ]; do echo " + "x".repeat(100) + "; i=$((i+1)); done";
    AgentClient agent = agent(workload("/bin/sh", "-c", script), image(""));
    create(agent, "/bin/sh", "-c", script);
    agent.startContainer("c1");
    assertThat(stdout(agent)).hasSize(3000 * 101);
    assertThat(agent.waitProcess("c1")).isZero();
  }

  @Test
  void container_interactive_readsStandardInput() throws Exception {
    AgentClient agent = agent(workload(true, new Workload.Secret[0], "/bin/cat"), image(""));
    create(agent, "/bin/cat");
    agent.startContainer("c1");
    byte[] input = "in and out\n".repeat(20_000).getBytes(StandardCharsets.UTF_8);
    Thread writer =
        Thread.ofVirtual()
            .start(() -> {
              try {
                agent.copyStdin("c1", new ByteArrayInputStream(input));
              } catch (TtrpcException | InterruptedException | IOException e) {
                throw new IllegalStateException(e);
              }
            });
    assertThat(stdout(agent)).hasSize(input.length);
    assertThat(writer.join(LONG)).isTrue();
    assertThat(agent.waitProcess("c1")).isZero();
  }

  @Test
  void writeStdin_notMeasured_isRefused() throws Exception {
    AgentClient agent = agent(workload("/bin/sleep", "30"), image(""));
    create(agent, "/bin/sleep", "30");
    agent.startContainer("c1");
    assertRefused(
        () -> agent.copyStdin("c1", new ByteArrayInputStream(new byte[] {1})),
        Code.WORKLOAD_MISMATCH);
  }

  @Test
  void container_secrets_areFilesOfItsUserOnly() throws Exception {
    String script = "cat /run/secrets/pw; id -u; echo x > /run/secrets/new || echo read-only";
    Workload.Secret[] secrets = {new Workload.Secret("pw", "kbs:///a/b/c")};
    AgentClient agent = agent(workload(false, secrets, "/bin/sh", "-c", script), image("4711:29"));
    create(agent, "/bin/sh", "-c", script);
    Path file = folder.resolve("bundles/c1/secrets/pw");
    assertThat(Files.getPosixFilePermissions(file)).hasSize(1);
    agent.startContainer("c1");
    assertThat(stdout(agent)).isEqualTo("value of kbs:///a/b/c4711\nread-only\n");
  }

  @Test
  void signal_termWithoutHandler_endsAllTheSame() throws Exception {
    AgentClient agent = agent(workload("/bin/sleep", "300"), image(""));
    create(agent, "/bin/sleep", "300");
    agent.startContainer("c1");
    agent.signal("c1", 15);
    assertThat(agent.waitProcess("c1")).isEqualTo(128 + 9);
  }

  @Test
  void signal_termWithHandler_isHandled() throws Exception {
    String script = "trap 'exit 5' TERM; echo ready; while :; do sleep 0.1; done";
    AgentClient agent = agent(workload("/bin/sh", "-c", script), image(""));
    create(agent, "/bin/sh", "-c", script);
    agent.startContainer("c1");
    assertThat(sandbox.process("c1", "").stdout().read(100)).isNotEmpty();
    agent.signal("c1", 15);
    assertThat(agent.waitProcess("c1")).isEqualTo(5);
  }

  @Test
  void start_noSuchProgram_saysWhatTheRuntimeSaid() throws Exception {
    AgentClient agent = agent(workload("/bin/nothing"), image(""));
    create(agent, "/bin/nothing");
    assertThatThrownBy(() -> agent.startContainer("c1"))
        .isInstanceOfSatisfying(
            TtrpcException.class,
            e -> {
              GuestRefusal refusal = GuestRefusal.parse(e.detail()).orElseThrow();
              assertThat(refusal.code()).isEqualTo(Code.CONTAINER_FAILED);
              assertThat(refusal.found()).contains("/bin/nothing");
            });
  }

  @Test
  void createContainer_otherCommand_isRefusedAndLeavesNothing() throws Exception {
    AgentClient agent = agent(workload("/bin/id"), image(""));
    agent.createSandbox("s1", "", List.of());
    assertRefused(
        () -> agent.createContainer("c1", request("/bin/sh"), LONG), Code.WORKLOAD_MISMATCH);
    assertThat(folder.resolve("bundles/c1")).doesNotExist();
    agent.createContainer("c1", request("/bin/id"), LONG);
  }

  @Test
  void calls_inTheWrongState_areRefused() throws Exception {
    AgentClient agent = agent(workload(), image(""));
    assertStatus(
        () -> agent.createContainer("c1", request(), LONG), StatusCode.FAILED_PRECONDITION);
    agent.createSandbox("s1", "", List.of());
    assertStatus(() -> agent.createSandbox("s1", "", List.of()), StatusCode.ALREADY_EXISTS);
    assertStatus(() -> agent.startContainer("c1"), StatusCode.NOT_FOUND);
    assertStatus(() -> agent.createContainer("../x", request(), LONG), StatusCode.INVALID_ARGUMENT);
    agent.createContainer("c1", request(), LONG);
    assertStatus(() -> agent.createContainer("c2", request(), LONG), StatusCode.ALREADY_EXISTS);
    assertRefused(() -> agent.waitProcess("c1"), Code.CONTAINER_FAILED);
    assertStatus(() -> agent.signal("c1", 99), StatusCode.INVALID_ARGUMENT);
    assertStatus(() -> agent.diagnostics("c1", "passwords"), StatusCode.INVALID_ARGUMENT);
    sandbox.destroy();
    agent.removeContainer("c1");
    assertStatus(
        () -> agent.createContainer("c1", request(), LONG), StatusCode.FAILED_PRECONDITION);
  }

  private static void assertStatus(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, StatusCode code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            TtrpcException.class, e -> assertThat(e.code()).as(e.detail()).isEqualTo(code));
  }

  private static void assertRefused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, Code code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            TtrpcException.class,
            e -> assertThat(GuestRefusal.parse(e.detail()).orElseThrow().code()).isEqualTo(code));
  }
}
