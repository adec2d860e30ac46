package io.vouchsafe.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vouchsafe.agentapi.GuestRefusal;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.http.HttpClient;
import io.vouchsafe.http.HttpRequest;
import io.vouchsafe.http.HttpResponse;
import io.vouchsafe.node.images.LayoutServer;
import io.vouchsafe.oci.ImagePolicy;
import io.vouchsafe.oci.SignerKey;
import io.vouchsafe.protocol.HashAlgorithm;
import io.vouchsafe.protocol.InitData;
import io.vouchsafe.testkit.tpm.BootLog;
import io.vouchsafe.testkit.tpm.EkAuthority;
import io.vouchsafe.testkit.tpm.SwTpm;
import io.vouchsafe.tpm.EventLog;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.trust.server.AdminToken;
import io.vouchsafe.trust.server.TrustServer;
import io.vouchsafe.trust.server.TrustServerOptions;
import io.vouchsafe.verdict.Code;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The whole way but the virtual machine: the agent with a real TPM over real TLS against the real
/// trust server, with the image from the real layout server.
@Timeout(240)
class GuestAndBrokerIT {
  private static final Bytes KERNEL = HashAlg.SHA256.digest(Bytes.utf8("kernel"));
  private static final Bytes COMMAND_LINE = HashAlg.SHA256.digest(Bytes.utf8("command line"));
  private static final Bytes INITRD = HashAlg.SHA256.digest(Bytes.utf8("initrd"));
  private static final int BOOT_PCRS = 10;
  private static final int INIT_DATA_PCR = 8;
  private static final String KEK = "/kbs/v0/resource/default/image-kek/test";

  @TempDir Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final EkAuthority authority = EkAuthority.create();
  private final KeyPair signer = AttestedProvisions.newKey();
  private TrustServer server;
  private HttpClient admin;
  private SwTpm tpm;
  private LayoutServer images;
  private RehearsalImage image;
  private Path eventLog;

  @BeforeEach
  void start() throws Exception {
    assumeTrue(SwTpm.isInstalled(), "swtpm is not here");
    Path roots =
        Files.writeString(folder.resolve("ek.pem"), Pem.encode("CERTIFICATE", authority.root()));
    Path home = folder.resolve("home");
    server = keep(TrustServer.start(TrustServerOptions.at(home).withEkRoots(List.of(roots))));
    admin = keep(HttpClient.builder().onlyRoots(Bytes.utf8(caPem())).build());
    images = keep(LayoutServer.start());
    byte[] kek = new byte[32];
    kek[0] = 1;
    image =
        RehearsalImage.create(
            folder,
            "127.0.0.1:" + images.port() + "/vouchsafe/test:1",
            SecretBytes.copyOf(kek),
            signer);
    images.serve("vouchsafe/test", image.layout());
    admin("POST", KEK, Bytes.of(kek));
    Bytes log = BootLog.direct(KERNEL, COMMAND_LINE, INITRD);
    eventLog = Files.write(folder.resolve("log"), log.toByteArray());
    tpm = keep(SwTpm.start(Files.createDirectory(folder.resolve("tpm"))));
    CertifiedTpm.certify(tpm, authority);
    CertifiedTpm.boot(tpm, log);
  }

  private <T extends AutoCloseable> T keep(T resource) {
    open.addFirst(resource);
    return resource;
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private String caPem() throws Exception {
    return Pem.encode("CERTIFICATE", Bytes.of(server.caCertificate().getEncoded()));
  }

  private Json.Obj admin(String method, String path, Bytes body) throws Exception {
    String token = AdminToken.make(folder.resolve("home"), Instant.now(), Duration.ofMinutes(1));
    HttpRequest request =
        HttpRequest.of(method, URI.create(server.url() + path))
            .header("Authorization", "Bearer " + token);
    HttpResponse response =
        admin.send(body.isEmpty() ? request : request.body(new HttpRequest.Body.Whole(body)));
    assertThat(response.status()).as(response.body().utf8Lossy()).isEqualTo(200);
    return response.body().isEmpty()
        ? Json.object().build()
        : Json.parseObject(response.body(), JsonLimits.MESSAGE);
  }

  private void register(InitData initData) throws Exception {
    List<Bytes> pcrs =
        EventLog.parse(Bytes.of(Files.readAllBytes(eventLog))).replay(HashAlg.SHA256);
    Map<String, String> values = new LinkedHashMap<>();
    for (int pcr = 0; pcr < BOOT_PCRS; pcr++) {
      if (pcr != INIT_DATA_PCR) {
        values.put(String.format(Locale.ROOT, "tpm_pcr%02d", pcr), pcrs.get(pcr).hex());
      }
    }
    values.put("tpm_kernel", KERNEL.hex());
    values.put("tpm_command_line", COMMAND_LINE.hex());
    values.put("tpm_initrd", INITRD.hex());
    values.put("init_data", initData.digest().hex());
    List<Json> entries = new ArrayList<>();
    values.forEach((name, value) ->
        entries.add(
            Json.object()
                .put("name", name)
                .put("value", value)
                .put("provenance", "declared")
                .put("origin", "test")
                .build()));
    admin(
        "POST",
        "/v1/admin/reference-values",
        Json.object().put("entries", Json.array(entries)).build().utf8());
  }

  private InitData initData(KeyPair trusted) throws Exception {
    String policy =
        ImagePolicy.signedOnly(image.name(), SignerKey.of(trusted.getPublic())).compact();
    Map<String, String> data = new LinkedHashMap<>();
    data.put(
        InitData.CDH_TOML,
        "[kbc]\nname = \"cc_kbc\"\nurl = \""
            + server.url()
            + "\"\nkbs_cert = '''\n"
            + caPem()
            + "'''\n[image]\nimage_security_policy = '"
            + policy
            + "'\nregistry_configuration = '''\n[[registry]]\nlocation = \""
            + image.name().host()
            + "\"\ninsecure = true\n'''\n");
    data.put(
        Workload.MEMBER, Json.object().put("image", image.name().toString()).build().compact());
    return InitData.of(HashAlgorithm.SHA256, data);
  }

  private AttestedProvisions guest(InitData initData) throws Exception {
    Path disk = Files.write(folder.resolve("disk"), initData.toDisk().toByteArray());
    AttestedProvisions provisions =
        new AttestedProvisions(
            new GuestDevices(List.of(disk), eventLog, () -> tpm),
            new HttpNetwork(),
            new AgentLog(System.err));
    provisions.prepare();
    return provisions;
  }

  private GuestRefusal refusal(AttestedProvisions guest) throws Exception {
    Workload workload = guest.workload();
    GuestRefusal[] found = new GuestRefusal[1];
    assertThatThrownBy(() -> guest.unpack(workload, folder.resolve("rootfs")))
        .isInstanceOfSatisfying(GuestException.class, e -> found[0] = e.refusal());
    assertThat(folder.resolve("rootfs")).doesNotExist();
    return found[0];
  }

  @Test
  void guest_asRegistered_getsItsImage() throws Exception {
    InitData initData = initData(signer);
    register(initData);
    AttestedProvisions guest = guest(initData);
    ImageDefaults defaults = guest.unpack(guest.workload(), folder.resolve("rootfs"));
    assertThat(defaults.command()).containsExactly("/bin/hello");
    assertThat(folder.resolve("rootfs/bin/hello")).content().contains("echo hello");
  }

  @Test
  void guest_otherInitData_isRefusedByCode() throws Exception {
    InitData registered = initData(signer);
    register(registered);
    Map<String, String> data = new LinkedHashMap<>(registered.data());
    data.put("more", "");
    GuestRefusal refusal = refusal(guest(InitData.of(HashAlgorithm.SHA256, data)));
    assertThat(refusal.code()).isEqualTo(Code.INIT_DATA_UNEXPECTED);
    assertThat(refusal.id()).isNotEmpty();
    assertThat(why(refusal.id()).compact()).contains("INIT_DATA_UNEXPECTED");
  }

  @Test
  void guest_nothingRegistered_isRefused() throws Exception {
    assertThat(refusal(guest(initData(signer))).code()).isEqualTo(Code.NO_REFERENCE_VALUE);
  }

  @Test
  void guest_imageOfAnotherSigner_reportReachesTheLedger() throws Exception {
    InitData initData = initData(AttestedProvisions.newKey());
    register(initData);
    GuestRefusal refusal = refusal(guest(initData));
    assertThat(refusal.code()).isEqualTo(Code.SIGNER_UNTRUSTED);
    assertThat(why(refusal.id()).compact()).contains("SIGNER_UNTRUSTED");
  }

  @Test
  void guest_policyRevoked_isRefusedTheKey() throws Exception {
    InitData initData = initData(signer);
    register(initData);
    admin("DELETE", "/v1/admin/policies/release", Bytes.EMPTY);
    GuestRefusal refusal = refusal(guest(initData));
    assertThat(refusal.code()).isEqualTo(Code.POLICY_REVOKED);
    assertThat(refusal.check()).isEqualTo("broker.resource");
    assertThat(refusal.id()).isNotEmpty();
  }

  @Test
  void guest_tpmOfNobodysAuthority_isNotEnrolled() throws Exception {
    InitData initData = initData(signer);
    register(initData);
    SwTpm other = keep(SwTpm.start(Files.createDirectory(folder.resolve("other"))));
    CertifiedTpm.certify(other, EkAuthority.create());
    tpm = other;
    GuestRefusal refusal = refusal(guest(initData));
    assertThat(refusal.code()).isEqualTo(Code.CHAIN_INVALID);
    assertThat(refusal.check()).isEqualTo("broker.enroll");
  }

  private Json.Obj why(String id) throws Exception {
    return admin("GET", "/v1/admin/decisions/" + id, Bytes.EMPTY);
  }

  @Test
  void broker_certificateOfAnother_isNotTalkedTo() throws Exception {
    InitData genuine = initData(signer);
    String other = RehearsalServer.certificate(AttestedProvisions.newKey());
    Map<String, String> data = new LinkedHashMap<>(genuine.data());
    data.put(InitData.CDH_TOML, data.get(InitData.CDH_TOML).replace(caPem(), other));
    InitData forged = InitData.of(HashAlgorithm.SHA256, data);
    assertThat(refusal(guest(forged)).code()).isEqualTo(Code.BROKER_UNREACHABLE);
  }
}
