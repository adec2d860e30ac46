package io.vouchsafe.ttrpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.vouchsafe.agentapi.CheckRequest;
import io.vouchsafe.agentapi.CloseStdinRequest;
import io.vouchsafe.agentapi.CreateContainerRequest;
import io.vouchsafe.agentapi.CreateSandboxRequest;
import io.vouchsafe.agentapi.DestroySandboxRequest;
import io.vouchsafe.agentapi.GetDiagnosticDataRequest;
import io.vouchsafe.agentapi.GetDiagnosticDataResponse;
import io.vouchsafe.agentapi.HealthCheckResponse;
import io.vouchsafe.agentapi.Process;
import io.vouchsafe.agentapi.ReadStreamRequest;
import io.vouchsafe.agentapi.ReadStreamResponse;
import io.vouchsafe.agentapi.RemoveContainerRequest;
import io.vouchsafe.agentapi.SignalProcessRequest;
import io.vouchsafe.agentapi.Spec;
import io.vouchsafe.agentapi.StartContainerRequest;
import io.vouchsafe.agentapi.Storage;
import io.vouchsafe.agentapi.VersionCheckResponse;
import io.vouchsafe.agentapi.WaitProcessRequest;
import io.vouchsafe.agentapi.WaitProcessResponse;
import io.vouchsafe.agentapi.WriteStreamRequest;
import io.vouchsafe.agentapi.WriteStreamResponse;
import io.vouchsafe.encoding.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// The host's side of the agent protocol: one guest, one sandbox. Every call blocks; calls from
/// several threads run at once.
///
/// A call that the guest refuses throws a [TtrpcException] whose [TtrpcException#detail()] is a
/// [io.vouchsafe.agentapi.GuestRefusal].
public final class AgentClient implements AutoCloseable {

  /// Annotation that names the image of a container (runtime.md §3).
  public static final String IMAGE_NAME = "io.kubernetes.cri.image-name";

  /// Annotation that says whether this is the sandbox or a container (runtime.md §3).
  public static final String CONTAINER_TYPE = "io.kubernetes.cri.container-type";

  /// Driver of the storage that stands for an image which the guest pulls (runtime.md §5.3).
  public static final String GUEST_PULL = "image_guest_pull";

  /// Folder of the bundles inside of the guest.
  public static final String BUNDLES = "/run/kata-containers/";

  /// Limit of calls that do not wait for anything.
  private static final Duration CALL = Duration.ofSeconds(60);

  /// For calls that last as long as a container.
  private static final Duration FOREVER = Duration.ofDays(3650);

  /// Bytes that are asked for, or sent, at once.
  private static final int CHUNK = 32 << 10;

  private static final String AGENT = "grpc.AgentService";
  private static final String HEALTH = "grpc.Health";

  private final TtrpcClient ttrpc;

  /// Speaks over `ttrpc` and owns it from now on.
  public AgentClient(TtrpcClient ttrpc) {
    this.ttrpc = ttrpc;
  }

  /// Connects to the unix socket that stands for the guest's channel. Works before the guest is up:
  /// calls wait in the socket until the agent opens its end.
  ///
  /// @throws IOException if nobody listens there
  public static AgentClient connect(Path socket) throws IOException {
    return new AgentClient(TtrpcClient.connect(socket));
  }

  /// Waits until the agent says that it serves.
  ///
  /// @throws TtrpcException [StatusCode#DEADLINE_EXCEEDED] after `limit`
  public void awaitServing(Duration limit) throws TtrpcException, InterruptedException {
    HealthCheckResponse health =
        call(
            HEALTH,
            "Check",
            CheckRequest.getDefaultInstance(),
            HealthCheckResponse.parser(),
            limit);
    if (health.getStatus() != HealthCheckResponse.ServingStatus.SERVING) {
      throw new TtrpcException(StatusCode.UNAVAILABLE, "the agent is " + health.getStatus());
    }
  }

  /// The agent's own version.
  public String version() throws TtrpcException, InterruptedException {
    return call(
            HEALTH,
            "Version",
            CheckRequest.getDefaultInstance(),
            VersionCheckResponse.parser(),
            CALL)
        .getAgentVersion();
  }

  /// Prepares the guest for containers.
  ///
  /// @param dns addresses of name servers, may be empty
  public void createSandbox(String id, String hostname, List<String> dns)
      throws TtrpcException, InterruptedException {
    command(
        "CreateSandbox",
        CreateSandboxRequest.newBuilder()
            .setSandboxId(id)
            .setHostname(hostname)
            .addAllDns(dns)
            .build(),
        CALL);
  }

  /// Lets the guest attest, pull, decrypt and unpack.
  ///
  /// @param limit how long that may take
  public void createContainer(String id, ContainerRequest request, Duration limit)
      throws TtrpcException, InterruptedException {
    String root = BUNDLES + id + "/rootfs";
    String pull = Json.object().put("metadata", Json.object().build()).build().compact();
    command(
        "CreateContainer",
        CreateContainerRequest.newBuilder()
            .setContainerId(id)
            .setExecId(id)
            .addStorages(
                Storage.newBuilder()
                    .setDriver(GUEST_PULL)
                    .addDriverOptions(GUEST_PULL + "=" + pull)
                    .setSource(request.image())
                    .setFstype("overlay")
                    .setMountPoint(root))
            .setOCI(
                Spec.newBuilder()
                    .setProcess(
                        Process.newBuilder()
                            .addAllArgs(request.args())
                            .addAllEnv(request.env())
                            .setCwd(request.cwd().orElse("")))
                    .putAnnotations(IMAGE_NAME, request.image())
                    .putAnnotations(CONTAINER_TYPE, "container"))
            .build(),
        limit);
  }

  public void startContainer(String id) throws TtrpcException, InterruptedException {
    command("StartContainer", StartContainerRequest.newBuilder().setContainerId(id).build(), CALL);
  }

  /// Waits for the end of the container's first process.
  ///
  /// @return its exit code; 128 and the number if a signal ended it
  public int waitProcess(String id) throws TtrpcException, InterruptedException {
    return call(
            AGENT,
            "WaitProcess",
            WaitProcessRequest.newBuilder().setContainerId(id).setExecId(id).build(),
            WaitProcessResponse.parser(),
            FOREVER)
        .getStatus();
  }

  /// Sends a signal to the container's first process; signal 9 ends all of the container.
  public void signal(String id, int signal) throws TtrpcException, InterruptedException {
    command(
        "SignalProcess",
        SignalProcessRequest.newBuilder().setContainerId(id).setSignal(signal).build(),
        CALL);
  }

  /// Copies standard output until its end. Returns when the container closed it.
  ///
  /// @throws IOException if `out` cannot be written
  public void copyStdout(String id, OutputStream out)
      throws TtrpcException, InterruptedException, IOException {
    copy("ReadStdout", id, out);
  }

  /// Copies standard error until its end.
  ///
  /// @throws IOException if `out` cannot be written
  public void copyStderr(String id, OutputStream out)
      throws TtrpcException, InterruptedException, IOException {
    copy("ReadStderr", id, out);
  }

  private void copy(String method, String id, OutputStream out)
      throws TtrpcException, InterruptedException, IOException {
    ReadStreamRequest request =
        ReadStreamRequest.newBuilder().setContainerId(id).setExecId(id).setLen(CHUNK).build();
    while (true) {
      ByteString data =
          call(AGENT, method, request, ReadStreamResponse.parser(), FOREVER).getData();
      if (data.isEmpty()) {
        return;
      }
      data.writeTo(out);
      out.flush();
    }
  }

  /// Copies `in` to standard input until the end of `in`, then closes it.
  ///
  /// @throws IOException if `in` cannot be read
  public void copyStdin(String id, InputStream in)
      throws TtrpcException, InterruptedException, IOException {
    byte[] chunk = new byte[CHUNK];
    for (int got = in.read(chunk); got >= 0; got = in.read(chunk)) {
      if (got > 0) {
        writeStdin(id, ByteString.copyFrom(chunk, 0, got));
      }
    }
    closeStdin(id);
  }

  private void writeStdin(String id, ByteString data) throws TtrpcException, InterruptedException {
    ByteString left = data;
    while (!left.isEmpty()) {
      int written =
          call(
                  AGENT,
                  "WriteStdin",
                  WriteStreamRequest.newBuilder()
                      .setContainerId(id)
                      .setExecId(id)
                      .setData(left)
                      .build(),
                  WriteStreamResponse.parser(),
                  FOREVER)
              .getLen();
      if (written <= 0 || written > left.size()) {
        throw new TtrpcException(StatusCode.INTERNAL, "the guest says it wrote " + written);
      }
      left = left.substring(written);
    }
  }

  public void closeStdin(String id) throws TtrpcException, InterruptedException {
    command(
        "CloseStdin",
        CloseStdinRequest.newBuilder().setContainerId(id).setExecId(id).build(),
        CALL);
  }

  /// Ends what is left of the container and frees what it holds.
  public void removeContainer(String id) throws TtrpcException, InterruptedException {
    command(
        "RemoveContainer", RemoveContainerRequest.newBuilder().setContainerId(id).build(), CALL);
  }

  /// Ends the sandbox; the guest powers itself off.
  public void destroySandbox() throws TtrpcException, InterruptedException {
    command("DestroySandbox", DestroySandboxRequest.getDefaultInstance(), CALL);
  }

  /// What the agent tells about itself: `attestation` is a JSON document of what it attested with
  /// what result, `resources` one of what it takes of the guest's memory.
  public String diagnostics(String id, String kind) throws TtrpcException, InterruptedException {
    return call(
            AGENT,
            "GetDiagnosticData",
            GetDiagnosticDataRequest.newBuilder().setContainerId(id).setLogType(kind).build(),
            GetDiagnosticDataResponse.parser(),
            CALL)
        .getData();
  }

  private void command(String method, MessageLite request, Duration limit)
      throws TtrpcException, InterruptedException {
    ttrpc.call(AGENT, method, request.toByteString(), limit);
  }

  private <T extends MessageLite> T call(
      String service, String method, MessageLite request, Parser<T> answer, Duration limit)
      throws TtrpcException, InterruptedException {
    ByteString payload = ttrpc.call(service, method, request.toByteString(), limit);
    try {
      return answer.parseFrom(payload);
    } catch (InvalidProtocolBufferException _) {
      throw new TtrpcException(StatusCode.INTERNAL, "the answer to " + method + " does not parse");
    }
  }

  @Override
  public void close() throws IOException {
    ttrpc.close();
  }
}
