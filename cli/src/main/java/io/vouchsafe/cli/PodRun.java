package io.vouchsafe.cli;

import io.vouchsafe.agentapi.GuestRefusal;
import io.vouchsafe.appraisal.why.Explanation;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.guest.image.PodVm;
import io.vouchsafe.hypervisor.VmExit;
import io.vouchsafe.hypervisor.VmFolder;
import io.vouchsafe.hypervisor.VmSpec;
import io.vouchsafe.node.images.LayoutServer;
import io.vouchsafe.oci.Image;
import io.vouchsafe.oci.ImageName;
import io.vouchsafe.oci.ImagePolicy;
import io.vouchsafe.oci.ImageReference;
import io.vouchsafe.oci.Platform;
import io.vouchsafe.protocol.HashAlgorithm;
import io.vouchsafe.protocol.InitData;
import io.vouchsafe.registry.ImagePlaces;
import io.vouchsafe.registry.RegistryClient;
import io.vouchsafe.registry.RegistryOptions;
import io.vouchsafe.ttrpc.AgentClient;
import io.vouchsafe.ttrpc.ContainerRequest;
import io.vouchsafe.ttrpc.StatusCode;
import io.vouchsafe.ttrpc.TtrpcException;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

/// One container in one measured machine: sealed, started, vouched for, run, gone.
final class PodRun {
  /// Emulated and contended, firmware and kernel take most of a minute.
  private static final Duration START_LIMIT = Duration.ofMinutes(5);

  /// Attesting, pulling, decrypting and unpacking, emulated.
  private static final Duration CREATE_LIMIT = Duration.ofMinutes(20);

  /// Between the end of the agent's channel and that of the machine.
  private static final Duration END_LIMIT = Duration.ofSeconds(10);

  /// How long the expected init-data of a run stays valid: a start that takes longer has failed.
  private static final Duration INIT_DATA_LIFE = Duration.ofHours(1);

  /// The host's loopback as a guest sees it over user-mode networking.
  private static final String HOST_IN_GUEST = "10.0.2.2";

  private static final int KEK_LENGTH = 32;
  private static final String CONTAINER = "workload";

  private final Home home;
  private final Host host;
  private final TrustClient trust;
  private final Progress progress;
  private final SecureRandom random = new SecureRandom();

  PodRun(Home home, Host host, TrustClient trust, Progress progress) {
    this.home = home;
    this.host = host;
    this.trust = trust;
    this.progress = progress;
  }

  /// Where the container's streams go.
  ///
  /// @param in read only if the workload is interactive
  record Streams(InputStream in, OutputStream out, OutputStream err) {}

  /// What the operator of the host does to a start. The demo shows what comes of it; a plain run
  /// changes nothing.
  ///
  /// @param boot changes what the machine is started from
  /// @param signer signs the image; empty means the home's own key
  record Interference(UnaryOperator<VmSpec.Boot> boot, Optional<ImageKeys> signer) {
    static final Interference NONE = new Interference(UnaryOperator.identity(), Optional.empty());
  }

  /// What came of a run.
  ///
  /// @param exitCode the container's
  /// @param vouched what was measured, compared and released
  /// @param document for `--json`
  record Result(int exitCode, Vouched vouched, Json.Obj document) {}

  /// Runs the container and returns when it has ended.
  ///
  /// @throws PodRefusedException if the guest was refused something, or refused something itself
  Result run(RunSpec spec, PodVm image, Interference interference, Streams streams)
      throws IOException,
          RefusedException,
          FormatException,
          Failure,
          PodRefusedException,
          InterruptedException {
    String id = newId();
    long before = trust.ledgerSize();
    try (VmFolder images = VmFolder.create(Home.make(home.images()), id);
        SecretBytes kek = newKek();
        LayoutServer server = LayoutServer.start()) {
      Path folder = images.path();
      String repository = "vouchsafe/" + id;
      ImageName name = ImageName.parse(HOST_IN_GUEST + ":" + server.port() + "/" + repository);
      ImageKeys own = ImageKeys.openOrCreate(home.keys(), "image");
      progress.step("encrypting and signing " + spec.image());
      SealedImage sealed = seal(spec, folder, name, id, kek, interference.signer().orElse(own));
      server.serve(repository, sealed.layout());
      Map<String, String> secrets = putSecrets(spec, id);
      String reference = name.withDigest(sealed.manifest()).toString();
      InitData initData = initData(spec.workload(reference, secrets), name, own);
      trust.expectInitData(initData.digest(), INIT_DATA_LIFE, "vouchsafe run " + id);
      Machine.Plan plan = plan(id, spec, image, interference, initData, folder);
      return start(spec, image, plan, reference, sealed, streams, before);
    }
  }

  private SealedImage seal(
      RunSpec spec, Path folder, ImageName name, String id, SecretBytes kek, ImageKeys signer)
      throws IOException, RefusedException, FormatException, Failure {
    String kekPath = "default/image-kek/" + id;
    SealedImage.Seal seal = new SealedImage.Seal(name, "kbs:///" + kekPath, kek, signer);
    try (RegistryClient registries = RegistryClient.create(RegistryOptions.DEFAULT);
        ImagePlaces.Source source =
            new ImagePlaces(registries, folder).read(ImageReference.parse(spec.image()))) {
      Image image = Image.load(source.images(), source.selector(), Platform.LINUX_AMD64);
      SealedImage sealed =
          SealedImage.of(image, source.images(), folder.resolve("layout"), seal, random);
      if (!image.isEncrypted()) {
        trust.putResource(kekPath, kek);
      }
      return sealed;
    }
  }

  private String newId() {
    byte[] raw = new byte[6];
    random.nextBytes(raw);
    return "run-" + Bytes.of(raw).hex();
  }

  private SecretBytes newKek() {
    byte[] raw = new byte[KEK_LENGTH];
    random.nextBytes(raw);
    return SecretBytes.take(raw);
  }

  private Map<String, String> putSecrets(RunSpec spec, String id) throws IOException, Failure {
    Map<String, String> uris = new LinkedHashMap<>();
    for (Map.Entry<String, Path> secret : spec.secrets().entrySet()) {
      String path = "default/secret/" + id + "-" + secret.getKey();
      try (SecretBytes value = SecretBytes.take(Files.readAllBytes(secret.getValue()))) {
        trust.putResource(path, value);
      }
      uris.put(secret.getKey(), "kbs:///" + path);
    }
    return uris;
  }

  /// What the guest is told, and measured by: where the broker is and whom to believe that it is
  /// the one, which images to take, what to run.
  private InitData initData(Json.Obj workload, ImageName name, ImageKeys signer) {
    String url = trust.guestUrl(HOST_IN_GUEST);
    String certificate = trust.caPem();
    String policy = ImagePolicy.signedOnly(name, signer.signer()).compact();
    String registries = "[[registry]]\nprefix = %s\ninsecure = true\n".formatted(toml(name.host()));
    Map<String, String> data = new LinkedHashMap<>();
    data.put(
        InitData.AA_TOML,
        "[token_configs.kbs]\nurl = %s\ncert = %s\n".formatted(toml(url), toml(certificate)));
    data.put(
        InitData.CDH_TOML,
        """
        [kbc]
        name = "cc_kbc"
        url = %s
        kbs_cert = %s

        [image]
        image_security_policy = %s
        registry_configuration = %s
        """
            .formatted(toml(url), toml(certificate), toml(policy), toml(registries)));
    data.put("workload.json", workload.compact());
    return InitData.of(HashAlgorithm.SHA256, data);
  }

  /// A JSON text is a TOML basic string, too.
  private static String toml(String text) {
    return Json.of(text).compact();
  }

  private static Machine.Plan plan(
      String id,
      RunSpec spec,
      PodVm image,
      Interference interference,
      InitData initData,
      Path folder)
      throws IOException {
    Path disk = folder.resolve("initdata.img");
    Files.write(disk, initData.toDisk().toByteArray());
    VmSpec.Boot boot = new VmSpec.Boot(image.kernel(), image.initrd(), image.commandLine());
    return new Machine.Plan(
        id,
        interference.boot().apply(boot),
        spec.size(),
        List.of(VmSpec.Disk.readOnly(image.root()), VmSpec.Disk.readOnly(disk)),
        spec.ports());
  }

  private Result start(
      RunSpec spec,
      PodVm image,
      Machine.Plan plan,
      String reference,
      SealedImage sealed,
      Streams streams,
      long ledgerBefore)
      throws IOException,
          RefusedException,
          FormatException,
          Failure,
          PodRefusedException,
          InterruptedException {
    progress.step("starting the machine (" + host.accelerator() + ")");
    try (Machine machine =
        SilentGuest.startedAgain(progress::step, () -> startServing(image, plan))) {
      AgentClient agent = machine.agent();
      progress.step("the agent answers; it attests, checks, pulls and decrypts the image");
      orEnd(machine, () -> agent.createSandbox(plan.name(), "vouchsafe", List.of()));
      ContainerRequest request =
          new ContainerRequest(reference, spec.args(), spec.env(), Optional.empty());
      orEnd(machine, () -> agent.createContainer(CONTAINER, request, CREATE_LIMIT));
      Json.Obj attestation = diagnostics(agent, "attestation");
      progress.done("vouched for; the container starts");
      orEnd(machine, () -> agent.startContainer(CONTAINER));
      Json.Obj memory = diagnostics(agent, "resources");
      int exitCode = attend(machine, agent, spec, streams);
      agent.destroySandbox();
      Vouched vouched = vouched(plan.name(), ledgerBefore);
      return new Result(
          exitCode, vouched, document(spec, plan, sealed, attestation, memory, exitCode, vouched));
    } catch (TtrpcException e) {
      throw refused(e);
    }
  }

  /// A machine whose agent answers.
  private Machine startServing(PodVm image, Machine.Plan plan)
      throws TtrpcException, RefusedException, IOException, InterruptedException {
    Machine machine = Machine.start(host, image, plan, _ -> {});
    try {
      orEnd(machine, () -> machine.agent().awaitServing(START_LIMIT));
      return machine;
    } catch (TtrpcException e) {
      try (machine) {
        if (e.code() == StatusCode.DEADLINE_EXCEEDED) {
          throw machine.unanswered("an agent that serves within " + START_LIMIT.toSeconds() + " s");
        }
        throw e;
      }
    } catch (RefusedException | IOException | InterruptedException e) {
      try (machine) {
        throw e;
      }
    }
  }

  /// A step that the guest takes part in.
  private interface GuestStep {
    void run() throws TtrpcException, InterruptedException, IOException;
  }

  /// Takes a step, and stops waiting for it when the machine ends.
  private void orEnd(Machine machine, GuestStep step)
      throws TtrpcException, RefusedException, IOException, InterruptedException {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread thread =
        Thread.ofVirtual()
            .start(() -> {
              try {
                step.run();
                done.complete(null);
              } catch (TtrpcException | IOException | InterruptedException e) {
                done.completeExceptionally(e);
              }
            });
    CompletableFuture<VmExit> exit = machine.exit();
    try {
      CompletableFuture.anyOf(done.exceptionally(_ -> null), exit).join();
    } finally {
      if (!done.isDone()) {
        thread.interrupt();
      }
    }
    if (!done.isDone()) {
      throw exit.join().unexpected();
    }
    try {
      done.join();
    } catch (CompletionException e) {
      switch (Objects.requireNonNull(e.getCause())) {
        case TtrpcException refused -> {
          requireRunning(machine, refused);
          throw refused;
        }
        case IOException failed -> throw failed;
        case InterruptedException interrupted -> throw interrupted;
        default -> throw e;
      }
    }
  }

  /// A channel that closes instead of answering tells that the machine is ending; that says more.
  private static void requireRunning(Machine machine, TtrpcException thrown)
      throws RefusedException, InterruptedException {
    if (GuestRefusal.parse(thrown.detail()).isPresent()) {
      return;
    }
    try {
      throw machine.exit().get(END_LIMIT.toSeconds(), TimeUnit.SECONDS).unexpected();
    } catch (TimeoutException | ExecutionException _) {
      // It runs on: the agent's own trouble is the reason.
    }
  }

  private int attend(Machine machine, AgentClient agent, RunSpec spec, Streams streams)
      throws TtrpcException, RefusedException, IOException, InterruptedException {
    List<Thread> copies = new ArrayList<>();
    copies.add(copy(() -> agent.copyStdout(CONTAINER, streams.out())));
    copies.add(copy(() -> agent.copyStderr(CONTAINER, streams.err())));
    if (spec.interactive()) {
      // Not joined: it may wait for a person for ever.
      copy(() -> agent.copyStdin(CONTAINER, streams.in()));
    }
    int[] exitCode = new int[1];
    orEnd(machine, () -> exitCode[0] = agent.waitProcess(CONTAINER));
    for (Thread thread : copies) {
      thread.join(Duration.ofSeconds(30));
    }
    return exitCode[0];
  }

  private Thread copy(GuestStep stream) {
    return Thread.ofVirtual()
        .start(() -> {
          try {
            stream.run();
          } catch (TtrpcException | IOException e) {
            progress.done("a stream of the container ended early: " + e.getMessage());
          } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private static Json.Obj diagnostics(AgentClient agent, String kind)
      throws TtrpcException, InterruptedException, IOException {
    String text = agent.diagnostics(CONTAINER, kind);
    try {
      return Json.parseObject(Bytes.utf8(text), JsonLimits.MESSAGE);
    } catch (FormatException e) {
      throw new IOException("what the agent says about its " + kind + ": " + e.getMessage(), e);
    }
  }

  private Json.Obj document(
      RunSpec spec,
      Machine.Plan plan,
      SealedImage sealed,
      Json.Obj attestation,
      Json.Obj memory,
      int exitCode,
      Vouched vouched) {
    return Json.object()
        .put("exitCode", exitCode)
        .put(
            "image",
            Json.object()
                .put("asked", spec.image())
                .put("manifest", sealed.source().toString())
                .put("encryptedManifest", sealed.manifest().toString())
                .build())
        .put(
            "machine",
            Json.object()
                .put("id", plan.name())
                .put("vcpus", spec.size().vcpus())
                .put("memoryMib", spec.size().memoryMib())
                .put("accelerator", host.accelerator().name())
                .build())
        .put("attestation", attestation)
        .put("agent", memory)
        .put("measured", Json.array(vouched.checks()))
        .put("released", Json.array(vouched.releases()))
        .put("caveat", Caveat.VIRTUAL_TPM)
        .build();
  }

  /// The releases to this run's guest, out of the ledger.
  private Vouched vouched(String id, long ledgerBefore)
      throws IOException, FormatException, Failure {
    List<Json.Obj> mine = new ArrayList<>();
    for (Json.Obj entry : trust.ledger(ledgerBefore)) {
      if (Vouched.isRelease(entry) && Vouched.resource(entry).contains(id)) {
        mine.add(entry);
      }
    }
    return new Vouched(mine);
  }

  /// What the guest said, completed by what the trust server knows: guests are told a code and an
  /// id, the operator may know everything but secrets.
  private PodRefusedException refused(TtrpcException thrown)
      throws IOException, FormatException, Failure {
    Optional<GuestRefusal> refusal = GuestRefusal.parse(thrown.detail());
    if (refusal.isEmpty()) {
      throw new IOException("the agent: " + thrown.getMessage(), thrown);
    }
    String id = refusal.get().id();
    Optional<Explanation> why = id.isEmpty() ? Optional.empty() : trust.why(id);
    return new PodRefusedException(
        why.flatMap(Explanation::refusal).orElse(refusal.get().refusal()), id);
  }
}
