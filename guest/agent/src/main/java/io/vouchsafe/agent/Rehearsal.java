package io.vouchsafe.agent;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.oci.Digest;
import io.vouchsafe.oci.Image;
import io.vouchsafe.oci.ImagePolicy;
import io.vouchsafe.oci.ImageSource;
import io.vouchsafe.oci.KeyPacket;
import io.vouchsafe.oci.LayerUnpacker;
import io.vouchsafe.oci.MediaTypes;
import io.vouchsafe.oci.OciLayout;
import io.vouchsafe.oci.Platform;
import io.vouchsafe.oci.SignerKey;
import io.vouchsafe.oci.UnpackLimits;
import io.vouchsafe.protocol.HashAlgorithm;
import io.vouchsafe.protocol.InitData;
import io.vouchsafe.protocol.Jwe;
import io.vouchsafe.protocol.Jwk;
import io.vouchsafe.protocol.ResourceUri;
import io.vouchsafe.ttrpc.AgentClient;
import io.vouchsafe.ttrpc.ContainerRequest;
import io.vouchsafe.ttrpc.TtrpcClient;
import io.vouchsafe.ttrpc.TtrpcException;
import io.vouchsafe.ttrpc.TtrpcServer;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.RefusedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The run that the class cache of the pod VM is trained with: what a guest does from its init-data
/// to the end of a container, against stand-ins on loopback, without a TPM and without a container
/// runtime. A class that was used here starts several times faster in an emulated guest.
///
/// Nothing here is used in a guest.
final class Rehearsal {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String KEK_PATH = "/kbs/v0/resource/default/image-kek/test";

  /// In place of the container runtime: says that the container runs, and what it says.
  private static final String RUNTIME =
      "for a; do case $a in --pid-file=*) echo 1 > \"${a#*=}\";; esac; done; echo rehearsed";

  private final Path folder;
  private final AgentLog log;
  private final SecureRandom random = new SecureRandom();
  private final KeyPair key = AttestedProvisions.newKey();

  private Rehearsal(Path folder, AgentLog log) {
    this.folder = folder;
    this.log = log;
  }

  /// Rehearses in a new folder below the one for temporary files.
  static void run(AgentLog log) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("rehearsal");
    try {
      new Rehearsal(folder, log).run();
      log.line("rehearsed");
    } catch (GeneralSecurityException
        | RefusedException
        | FormatException
        | TtrpcException
        | GuestException e) {
      throw new IOException("rehearsing", e);
    } finally {
      Container.deleteTree(folder);
    }
  }

  private void run()
      throws IOException,
          GeneralSecurityException,
          RefusedException,
          FormatException,
          TtrpcException,
          GuestException,
          InterruptedException {
    byte[] kekBytes = new byte[KeyPacket.KEK_LENGTH];
    random.nextBytes(kekBytes);
    String certificate = RehearsalServer.certificate(key);
    try (SecretBytes kek = SecretBytes.copyOf(kekBytes);
        RehearsalServer broker = RehearsalServer.tls(key, certificate, path -> broker(path, kek));
        RehearsalServer registry = RehearsalServer.plain(this::registry)) {
      RehearsalImage image =
          RehearsalImage.create(folder, registry.address() + "/rehearsal:1", kek, key);
      InitData initData = initData(image, broker.address(), certificate, registry.address());
      Stage stage = new Stage(initData, image);
      play(stage, image);
    }
  }

  private InitData initData(
      RehearsalImage image, String broker, String certificate, String registry)
      throws IOException, FormatException, RefusedException {
    Json workload =
        Json.object()
            .put("image", image.name().toString())
            .put("args", Json.NULL)
            .put("env", Json.strings(List.of("A=1")))
            .build();
    String policy = ImagePolicy.signedOnly(image.name(), SignerKey.of(key.getPublic())).compact();
    InitData made =
        InitData.of(
            HashAlgorithm.SHA256,
            Map.of(
                Workload.MEMBER,
                workload.compact(),
                InitData.CDH_TOML,
                "[kbc]\nurl = \"https://"
                    + broker
                    + "\"\nkbs_cert = '''"
                    + certificate
                    + "'''\n[image]\nimage_security_policy = '"
                    + policy
                    + "'\nregistry_configuration = '''\n[[registry]]\nlocation = \""
                    + registry
                    + "\"\ninsecure = true\n'''\n"));
    Path disk = Files.write(folder.resolve("disk"), made.toDisk().toByteArray());
    GuestDevices devices =
        new GuestDevices(
            List.of(disk),
            folder.resolve("none"),
            () -> {
              throw new IOException("no TPM in a rehearsal");
            });
    return InitData.parse(devices.initData().orElseThrow());
  }

  private Optional<RehearsalServer.Page> broker(String path, SecretBytes kek) throws IOException {
    if (!path.equals(KEK_PATH)) {
      return Optional.empty();
    }
    try {
      Jwe sealed = Jwe.seal(Jwk.of(key.getPublic()), kek, random);
      return Optional.of(new RehearsalServer.Page("application/json", sealed.toJson().utf8()));
    } catch (FormatException e) {
      throw new IOException("a key that was just made", e);
    }
  }

  /// The layout of the image as a registry: manifests and blobs.
  private Optional<RehearsalServer.Page> registry(String path) throws IOException {
    String selector = path.substring(path.lastIndexOf('/') + 1);
    try {
      OciLayout layout = OciLayout.open(folder.resolve("sealed"));
      if (path.contains("/manifests/")) {
        return layout
            .find(selector)
            .map(found -> new RehearsalServer.Page(MediaTypes.MANIFEST, found.raw()));
      }
      if (path.contains("/blobs/")) {
        Bytes blob = Bytes.of(Files.readAllBytes(layout.blob(Digest.parse(selector))));
        return Optional.of(new RehearsalServer.Page("application/octet-stream", blob));
      }
      return Optional.empty();
    } catch (RefusedException | FormatException e) {
      throw new IOException("an image that was just made", e);
    }
  }

  /// What the guest gets, without having attested: there is no TPM.
  private final class Stage implements Provisions {
    private final Workload workload;
    private final GuestConfig config;
    private final RehearsalImage image;

    Stage(InitData initData, RehearsalImage image) throws FormatException {
      this.workload = Workload.parse(initData.data().getOrDefault(Workload.MEMBER, ""));
      this.config = GuestConfig.of(initData);
      this.image = image;
    }

    @Override
    public Workload workload() {
      return workload;
    }

    @Override
    public ImageDefaults unpack(Workload measured, Path rootfs) throws GuestException {
      try {
        HttpNetwork network = new HttpNetwork();
        BrokerClient broker = new BrokerClient(network.broker(config), random);
        ImageSource source = network.registries(config).repository(image.name());
        Image found = Image.load(source, image.name().selector(), new Platform("linux", "amd64"));
        ImagePolicy.parse(Bytes.utf8(config.imagePolicy().orElse("")))
            .verify(image.name(), found, source, _ -> Bytes.EMPTY, new Checklist());
        new LayerUnpacker(UnpackLimits.DEFAULT, new GuestFiles())
            .unpack(found, source, KeyPacket.opener(kid -> kek(broker, kid)), rootfs);
        return ImagePull.defaults(found.config());
      } catch (RefusedException e) {
        throw new GuestException(e);
      } catch (FormatException e) {
        throw GuestException.writing(new IOException(e.getMessage()));
      } catch (IOException e) {
        throw GuestException.writing(e);
      }
    }

    private Optional<SecretBytes> kek(BrokerClient broker, String kid) throws IOException {
      try {
        return Optional.of(broker.resource(ResourceUri.parse(kid), "token", key));
      } catch (FormatException | GuestException | InterruptedException e) {
        throw new IOException("asking the stand-in", e);
      }
    }

    @Override
    public SecretBytes secret(Workload.Secret secret) {
      return SecretBytes.copyOf(new byte[1]);
    }

    @Override
    public String diagnostics() {
      return "{}";
    }
  }

  /// Plays the host over the real protocol.
  private void play(Stage stage, RehearsalImage image)
      throws IOException, TtrpcException, InterruptedException {
    Pipe toGuest = Pipe.open();
    Pipe toHost = Pipe.open();
    Crun runtime = new Crun(List.of("/bin/sh", "-c", RUNTIME, "crun"));
    Sandbox sandbox = new Sandbox(stage, folder.resolve("bundles"), runtime, log);
    TtrpcServer server =
        new TtrpcServer(
            new AgentService(sandbox, "rehearsal").handlers(),
            (method, failure) -> log.line(method + " failed: " + failure));
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            server.serve(
                Channels.newInputStream(toGuest.source()), Channels.newOutputStream(toHost.sink()));
          } catch (IOException e) {
            log.line("the pipe broke: " + e.getMessage());
          }
        });
    try (AgentClient host =
        new AgentClient(
            new TtrpcClient(
                Channels.newInputStream(toHost.source()),
                Channels.newOutputStream(toGuest.sink()),
                toGuest.sink()))) {
      host.awaitServing(LIMIT);
      host.createSandbox("s1", "", List.of("10.0.2.3"));
      host.createContainer(
          "c1",
          new ContainerRequest(
              image.name().toString(), List.of(), List.of("A=1"), Optional.empty()),
          LIMIT);
      host.startContainer("c1");
      host.copyStdout("c1", new ByteArrayOutputStream());
      host.copyStderr("c1", new ByteArrayOutputStream());
      host.waitProcess("c1");
      host.destroySandbox();
    }
  }
}
