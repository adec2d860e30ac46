package io.vouchsafe.agent;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.protocol.HashAlgorithm;
import io.vouchsafe.protocol.InitData;
import io.vouchsafe.verdict.Code;
import java.io.IOException;
import java.nio.file.Path;
import java.security.InvalidAlgorithmParameterException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.spec.ECGenParameterSpec;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/// What this guest gets, in the order in which it may get it: init-data and keys first, then a
/// token for evidence of both, then image and secrets for the token.
final class AttestedProvisions implements Provisions {

  /// What the guest is, before anybody vouches for it.
  ///
  /// @param initData what it was started with
  /// @param workload what it may run
  /// @param key what resources are sealed to; never leaves this process
  /// @param tpm its TPM
  record Self(InitData initData, Workload workload, KeyPair key, TpmIdentity tpm) {}

  private final GuestDevices devices;
  private final AgentLog log;
  private final CompletableFuture<Self> self = new CompletableFuture<>();

  AttestedProvisions(GuestDevices devices, AgentLog log) {
    this.devices = devices;
    this.log = log;
  }

  /// Finds out what this guest is. Called once, on a thread that may wait for devices.
  void prepare() {
    try {
      KeyPair key = newKey();
      log.line("key made");
      InitData initData = initData();
      Workload workload = workload(initData);
      TpmIdentity tpm =
          TpmIdentity.make(devices.tpm().open(), initData.digest(), devices.readEventLog());
      log.line("measured init-data " + initData.digest() + ", attestation key " + tpm.akName());
      self.complete(new Self(initData, workload, key, tpm));
    } catch (GuestException e) {
      log.line(String.valueOf(e.getMessage()));
      self.completeExceptionally(e);
    } catch (IOException e) {
      log.line("cannot attest: " + e.getMessage());
      self.completeExceptionally(
          new GuestException(
              GuestCheck.TPM, Code.TPM_ERROR, "its devices", String.valueOf(e.getMessage())));
    }
  }

  private static KeyPair newKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (NoSuchAlgorithmException | InvalidAlgorithmParameterException e) {
      throw new IllegalStateException("every Java runtime has P-256", e);
    }
  }

  private InitData initData() throws GuestException, IOException {
    try {
      Optional<Bytes> document = devices.initData();
      if (document.isEmpty()) {
        throw noInitData("a disk with init-data", "none");
      }
      InitData initData = InitData.parse(document.get());
      // A register takes a digest of the bank's length: another one could not be measured.
      if (initData.algorithm() != HashAlgorithm.SHA256) {
        throw noInitData("algorithm sha256", initData.algorithm().wireName());
      }
      return initData;
    } catch (FormatException e) {
      throw noInitData(e.expected(), e.found());
    }
  }

  private static Workload workload(InitData initData) throws GuestException {
    String text = initData.data().get(Workload.MEMBER);
    if (text == null) {
      throw noInitData("a member " + Workload.MEMBER, "none");
    }
    try {
      return Workload.parse(text);
    } catch (FormatException e) {
      throw noInitData(e.expected(), e.found());
    }
  }

  private static GuestException noInitData(String expected, String found) {
    return new GuestException(GuestCheck.INIT_DATA, Code.MALFORMED, expected, found);
  }

  private Self self() throws GuestException, InterruptedException {
    try {
      return self.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GuestException refused) {
        throw new GuestException(refused.refusal());
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  @Override
  public Workload workload() throws GuestException, InterruptedException {
    return self().workload();
  }

  @Override
  public ImageDefaults unpack(Workload workload, Path rootfs)
      throws GuestException, InterruptedException {
    throw new GuestException(
        GuestCheck.BROKER, Code.BROKER_UNREACHABLE, "a broker client", "none in this build");
  }

  @Override
  public SecretBytes secret(Workload.Secret secret) throws GuestException, InterruptedException {
    throw new GuestException(
        GuestCheck.BROKER, Code.BROKER_UNREACHABLE, "a broker client", "none in this build");
  }

  @Override
  public String diagnostics() {
    return "{}";
  }
}
