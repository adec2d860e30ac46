package io.vouchsafe.agent;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.vouchsafe.agentapi.AgentDetails;
import io.vouchsafe.agentapi.CloseStdinRequest;
import io.vouchsafe.agentapi.CreateContainerRequest;
import io.vouchsafe.agentapi.CreateSandboxRequest;
import io.vouchsafe.agentapi.GetDiagnosticDataRequest;
import io.vouchsafe.agentapi.GetDiagnosticDataResponse;
import io.vouchsafe.agentapi.GuestDetailsResponse;
import io.vouchsafe.agentapi.HealthCheckResponse;
import io.vouchsafe.agentapi.ReadStreamRequest;
import io.vouchsafe.agentapi.ReadStreamResponse;
import io.vouchsafe.agentapi.RemoveContainerRequest;
import io.vouchsafe.agentapi.SignalProcessRequest;
import io.vouchsafe.agentapi.StartContainerRequest;
import io.vouchsafe.agentapi.VersionCheckResponse;
import io.vouchsafe.agentapi.WaitProcessRequest;
import io.vouchsafe.agentapi.WaitProcessResponse;
import io.vouchsafe.agentapi.WriteStreamRequest;
import io.vouchsafe.agentapi.WriteStreamResponse;
import io.vouchsafe.ttrpc.StatusCode;
import io.vouchsafe.ttrpc.TtrpcException;
import io.vouchsafe.ttrpc.TtrpcServer;
import java.util.HashMap;
import java.util.Map;

/// The agent protocol as far as the main job needs it: messages to and from [Sandbox]. Everything
/// that arrives here comes from a host that is not trusted.
final class AgentService {
  private static final String AGENT = "grpc.AgentService/";
  private static final String HEALTH = "grpc.Health/";

  /// Version of the agent protocol's health service that hosts look for.
  private static final String PROTOCOL = "0.0.1";

  /// Longest piece of a stream that is handed out at once.
  private static final int MAX_READ = 256 << 10;

  private final Sandbox sandbox;
  private final String version;

  AgentService(Sandbox sandbox, String version) {
    this.sandbox = sandbox;
    this.version = version;
  }

  /// Work that may be refused.
  @FunctionalInterface
  private interface Work {
    ByteString run(ByteString payload)
        throws GuestException, TtrpcException, InvalidProtocolBufferException, InterruptedException;
  }

  /// What answers which method.
  Map<String, TtrpcServer.Handler> handlers() {
    Map<String, TtrpcServer.Handler> handlers = new HashMap<>();
    put(handlers, HEALTH + "Check", this::check);
    put(handlers, HEALTH + "Version", this::version);
    put(handlers, AGENT + "GetGuestDetails", this::details);
    put(handlers, AGENT + "CreateSandbox", this::createSandbox);
    put(handlers, AGENT + "DestroySandbox", this::destroySandbox);
    put(handlers, AGENT + "CreateContainer", this::createContainer);
    put(handlers, AGENT + "StartContainer", this::startContainer);
    put(handlers, AGENT + "RemoveContainer", this::removeContainer);
    put(handlers, AGENT + "WaitProcess", this::waitProcess);
    put(handlers, AGENT + "SignalProcess", this::signalProcess);
    put(handlers, AGENT + "ReadStdout", this::readStdout);
    put(handlers, AGENT + "ReadStderr", this::readStderr);
    put(handlers, AGENT + "WriteStdin", this::writeStdin);
    put(handlers, AGENT + "CloseStdin", this::closeStdin);
    put(handlers, AGENT + "GetDiagnosticData", this::diagnostics);
    return handlers;
  }

  private static void put(Map<String, TtrpcServer.Handler> handlers, String method, Work work) {
    handlers.put(
        method,
        call -> {
          try {
            return work.run(call.payload());
          } catch (GuestException e) {
            throw new TtrpcException(status(e), e.refusal().encode());
          }
        });
  }

  /// The status that a refusal travels with; the host reads the refusal itself.
  private static StatusCode status(GuestException e) {
    return switch (e.refusal().code()) {
      case WORKLOAD_MISMATCH, POLICY_DENIED, POLICY_MISSING, POLICY_REVOKED ->
          StatusCode.PERMISSION_DENIED;
      case DISK_FULL -> StatusCode.RESOURCE_EXHAUSTED;
      case TPM_ERROR, BROKER_UNREACHABLE, REGISTRY_UNREACHABLE, REGISTRY_TIMEOUT ->
          StatusCode.UNAVAILABLE;
      // Whatever else there is, and will be: a guest that is not in the state to do it.
      default -> StatusCode.FAILED_PRECONDITION;
    };
  }

  private ByteString check(ByteString payload) {
    return HealthCheckResponse.newBuilder()
        .setStatus(HealthCheckResponse.ServingStatus.SERVING)
        .build()
        .toByteString();
  }

  private ByteString version(ByteString payload) {
    return VersionCheckResponse.newBuilder()
        .setGrpcVersion(PROTOCOL)
        .setAgentVersion(version)
        .build()
        .toByteString();
  }

  private ByteString details(ByteString payload) {
    return GuestDetailsResponse.newBuilder()
        .setAgentDetails(
            AgentDetails.newBuilder()
                .setVersion(version)
                .addStorageHandlers("image_guest_pull")
                .build())
        .build()
        .toByteString();
  }

  private ByteString createSandbox(ByteString payload)
      throws GuestException, TtrpcException, InvalidProtocolBufferException {
    CreateSandboxRequest request = CreateSandboxRequest.parseFrom(payload);
    sandbox.create(request.getHostname(), request.getDnsList());
    return ByteString.EMPTY;
  }

  private ByteString destroySandbox(ByteString payload)
      throws GuestException, InterruptedException {
    sandbox.destroy();
    return ByteString.EMPTY;
  }

  private ByteString createContainer(ByteString payload)
      throws GuestException, TtrpcException, InvalidProtocolBufferException, InterruptedException {
    sandbox.createContainer(CreateContainerRequest.parseFrom(payload));
    return ByteString.EMPTY;
  }

  private ByteString startContainer(ByteString payload)
      throws GuestException, TtrpcException, InvalidProtocolBufferException, InterruptedException {
    sandbox.startContainer(StartContainerRequest.parseFrom(payload).getContainerId());
    return ByteString.EMPTY;
  }

  private ByteString removeContainer(ByteString payload)
      throws GuestException, TtrpcException, InvalidProtocolBufferException, InterruptedException {
    sandbox.removeContainer(RemoveContainerRequest.parseFrom(payload).getContainerId());
    return ByteString.EMPTY;
  }

  private ByteString waitProcess(ByteString payload)
      throws GuestException, TtrpcException, InvalidProtocolBufferException, InterruptedException {
    WaitProcessRequest request = WaitProcessRequest.parseFrom(payload);
    int status = sandbox.process(request.getContainerId(), request.getExecId()).await();
    return WaitProcessResponse.newBuilder().setStatus(status).build().toByteString();
  }

  private ByteString signalProcess(ByteString payload)
      throws GuestException, TtrpcException, InvalidProtocolBufferException, InterruptedException {
    SignalProcessRequest request = SignalProcessRequest.parseFrom(payload);
    if (request.getSignal() < 1 || request.getSignal() > 64) {
      throw new TtrpcException(StatusCode.INVALID_ARGUMENT, "no signal " + request.getSignal());
    }
    sandbox.process(request.getContainerId(), request.getExecId()).signal(request.getSignal());
    return ByteString.EMPTY;
  }

  private ByteString readStdout(ByteString payload)
      throws TtrpcException, InvalidProtocolBufferException, InterruptedException {
    ReadStreamRequest request = ReadStreamRequest.parseFrom(payload);
    return read(sandbox.process(request.getContainerId(), request.getExecId()).stdout(), request);
  }

  private ByteString readStderr(ByteString payload)
      throws TtrpcException, InvalidProtocolBufferException, InterruptedException {
    ReadStreamRequest request = ReadStreamRequest.parseFrom(payload);
    return read(sandbox.process(request.getContainerId(), request.getExecId()).stderr(), request);
  }

  private static ByteString read(ByteQueue queue, ReadStreamRequest request)
      throws InterruptedException {
    int asked = request.getLen();
    int max = asked <= 0 ? MAX_READ : Math.min(asked, MAX_READ);
    return ReadStreamResponse.newBuilder()
        .setData(UnsafeByteOperations.unsafeWrap(queue.read(max)))
        .build()
        .toByteString();
  }

  private ByteString writeStdin(ByteString payload)
      throws GuestException, TtrpcException, InvalidProtocolBufferException, InterruptedException {
    WriteStreamRequest request = WriteStreamRequest.parseFrom(payload);
    ByteQueue stdin = sandbox.stdin(request.getContainerId(), request.getExecId());
    byte[] data = request.getData().toByteArray();
    if (data.length == 0) {
      stdin.end();
      return WriteStreamResponse.getDefaultInstance().toByteString();
    }
    int written = stdin.write(data, 0, data.length);
    // A container that no longer reads is no error for whoever types: all of it is gone.
    return WriteStreamResponse.newBuilder()
        .setLen(written < 0 ? data.length : written)
        .build()
        .toByteString();
  }

  private ByteString closeStdin(ByteString payload)
      throws TtrpcException, InvalidProtocolBufferException {
    CloseStdinRequest request = CloseStdinRequest.parseFrom(payload);
    sandbox.process(request.getContainerId(), request.getExecId()).stdin().end();
    return ByteString.EMPTY;
  }

  private ByteString diagnostics(ByteString payload)
      throws TtrpcException, InvalidProtocolBufferException {
    GetDiagnosticDataRequest request = GetDiagnosticDataRequest.parseFrom(payload);
    return GetDiagnosticDataResponse.newBuilder()
        .setData(sandbox.diagnostics(request.getLogType()))
        .build()
        .toByteString();
  }
}
