package io.vouchsafe.agent;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
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
import java.security.SecureRandom;
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
  /// @param key what resources are sealed to; never leaves this process
  /// @param tpm its TPM
  record Identity(InitData initData, KeyPair key, TpmIdentity tpm) {}

  /// What it may do with that.
  ///
  /// @param identity who asks
  /// @param workload what it may run
  /// @param config whom it asks
  /// @param access its standing there
  private record Self(Identity identity, Workload workload, GuestConfig config, Access access) {}

  private final GuestDevices devices;
  private final GuestNetwork network;
  private final AgentLog log;
  private final CompletableFuture<Self> self = new CompletableFuture<>();

  AttestedProvisions(GuestDevices devices, GuestNetwork network, AgentLog log) {
    this.devices = devices;
    this.network = network;
    this.log = log;
  }

  /// Finds out what this guest is, and lets the broker vouch for it: by the time the host asks for
  /// a container, the token may be there. Called once, on a thread that may wait for devices.
  void prepare() throws InterruptedException {
    try {
      KeyPair key = newKey();
      log.line("key made");
      Self me = find(key);
      self.complete(me);
      me.access().attestEarly();
    } catch (GuestException e) {
      log.line(String.valueOf(e.getMessage()));
      self.completeExceptionally(e);
    }
  }

  private Self find(KeyPair key) throws GuestException {
    try {
      InitData initData = initData();
      Workload workload = workload(initData);
      GuestConfig config = GuestConfig.of(initData);
      SecureRandom random = new SecureRandom();
      TpmIdentity tpm =
          TpmIdentity.make(devices.tpm().open(), initData.digest(), devices.readEventLog());
      log.line("measured init-data " + initData.digest() + ", attestation key " + tpm.akName());
      Identity identity = new Identity(initData, key, tpm);
      Access access = new Access(identity, network.broker(config), random, log);
      return new Self(identity, workload, config, access);
    } catch (FormatException e) {
      throw noInitData(e);
    } catch (IOException e) {
      throw new GuestException(
          GuestCheck.TPM, Code.TPM_ERROR, "devices that answer", String.valueOf(e.getMessage()));
    }
  }

  /// A new key pair on P-256.
  static KeyPair newKey() {
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
      throw noInitData(e);
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
      throw noInitData(e);
    }
  }

  private static GuestException noInitData(FormatException e) {
    return new GuestException(GuestCheck.INIT_DATA, e.code(), e.expected(), e.found());
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
    Self me = self();
    ImagePull.Registries registries;
    try {
      registries = network.registries(me.config());
    } catch (FormatException e) {
      throw noInitData(e);
    }
    return new ImagePull(me.access(), registries, me.config().imagePolicy(), log)
        .unpack(workload.image(), rootfs);
  }

  @Override
  public SecretBytes secret(Workload.Secret secret) throws GuestException, InterruptedException {
    return self().access().resource(secret.uri());
  }

  @Override
  public String diagnostics() {
    if (!self.isDone() || self.isCompletedExceptionally()) {
      return Json.object().put("attested", false).build().compact();
    }
    Self me = self.join();
    return Json.object()
        .put("attested", me.access().attested())
        .put("ak_name", me.identity().tpm().akName().hex())
        .put("init_data", me.identity().initData().digest().hex())
        .put("released", Json.strings(me.access().released()))
        .build()
        .compact();
  }
}
