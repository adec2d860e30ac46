package io.vouchsafe.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vouchsafe.agentapi.GuestRefusal;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.oci.ImagePolicy;
import io.vouchsafe.oci.SignerKey;
import io.vouchsafe.protocol.HashAlgorithm;
import io.vouchsafe.protocol.InitData;
import io.vouchsafe.testkit.tpm.SwTpm;
import io.vouchsafe.verdict.Code;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The guest's way from its init-data to an unpacked image: with a real TPM, the real verifier at
/// the other end, and a real encrypted and signed image; without a network.
@Timeout(240)
class AttestedProvisionsIT {
  private static final Path EVENT_LOG = Path.of("/nonexistent");

  @TempDir Path folder;
  private final TestBroker broker = new TestBroker();
  private SwTpm tpm;
  private KeyPair signer;
  private KeyPair stranger;
  private RehearsalImage image;

  @BeforeEach
  void start() throws Exception {
    assumeTrue(SwTpm.isInstalled(), "swtpm is not here");
    tpm = SwTpm.start(Files.createDirectory(folder.resolve("tpm")));
    signer = keyPair();
    stranger = keyPair();
    byte[] kek = new byte[32];
    kek[3] = 7;
    image =
        RehearsalImage.create(
            folder, "10.0.2.2:5000/vouchsafe/test:1", SecretBytes.copyOf(kek), signer);
    broker.resources.put("/kbs/v0/resource/default/image-kek/test", SecretBytes.copyOf(kek));
    broker.resources.put(
        "/kbs/v0/resource/default/secret/pw", SecretBytes.copyOf(new byte[] {1, 2, 3}));
  }

  @AfterEach
  void stop() throws Exception {
    if (tpm != null) {
      tpm.close();
    }
  }

  private static KeyPair keyPair() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private Map<String, String> members(KeyPair trusted) throws Exception {
    String policy =
        ImagePolicy.signedOnly(image.name(), SignerKey.of(trusted.getPublic())).compact();
    Map<String, String> data = new LinkedHashMap<>();
    data.put("aa.toml", "[token_configs.kbs]\nurl = \"https://10.0.2.2:8080\"\n");
    data.put(
        "cdh.toml",
        "[kbc]\nname = \"cc_kbc\"\nurl = \"https://10.0.2.2:8080\"\n\n"
            + "[image]\nimage_security_policy = '"
            + policy
            + "'\n");
    data.put(
        "workload.json",
        Json.object()
            .put("image", image.name().toString())
            .put(
                "secrets",
                Json.array(
                    Json.object().put("name", "pw").put("uri", "kbs:///default/secret/pw").build()))
            .build()
            .compact());
    return data;
  }

  private AttestedProvisions provisions(Map<String, String> data) throws Exception {
    return provisions(InitData.of(HashAlgorithm.SHA256, data).toDisk());
  }

  private AttestedProvisions provisions(Bytes disk) throws Exception {
    Path file = Files.write(folder.resolve("disk"), disk.toByteArray());
    GuestNetwork network =
        new GuestNetwork() {
          @Override
          public BrokerTransport broker(GuestConfig config) {
            return broker;
          }

          @Override
          public ImagePull.Registries registries(GuestConfig config) {
            return _ -> image.layout();
          }
        };
    AttestedProvisions provisions =
        new AttestedProvisions(
            new GuestDevices(List.of(file), EVENT_LOG, () -> tpm),
            network,
            new AgentLog(System.err));
    provisions.prepare();
    return provisions;
  }

  private Path rootfs() {
    return folder.resolve("rootfs");
  }

  private GuestRefusal refusal(AttestedProvisions provisions) {
    GuestRefusal[] refusal = new GuestRefusal[1];
    assertThatThrownBy(() -> provisions.unpack(provisions.workload(), rootfs()))
        .isInstanceOfSatisfying(GuestException.class, e -> refusal[0] = e.refusal());
    assertThat(rootfs()).doesNotExist();
    return refusal[0];
  }

  @Test
  void unpack_attestedGuest_getsItsImage() throws Exception {
    AttestedProvisions provisions = provisions(members(signer));
    ImageDefaults defaults = provisions.unpack(provisions.workload(), rootfs());

    assertThat(defaults.command()).containsExactly("/bin/hello");
    assertThat(defaults.user()).isEqualTo("app");
    assertThat(rootfs().resolve("bin/hello")).content().contains("echo hello");
    assertThat((int) Files.getAttribute(rootfs().resolve("bin/hello"), "unix:mode") & 07777)
        .isEqualTo(04755);
    assertThat(broker.verified.orElseThrow().claims().string("init_data")).hasSize(64);
    assertThat(provisions.diagnostics()).contains("\"attested\":true", "image-kek/test");
  }

  @Test
  void secret_attestedGuest_getsIt() throws Exception {
    AttestedProvisions provisions = provisions(members(signer));
    Workload.Secret wanted = provisions.workload().secrets().getFirst();
    try (SecretBytes secret = provisions.secret(wanted)) {
      assertThat(secret.matches(SecretBytes.copyOf(new byte[] {1, 2, 3}))).isTrue();
    }
  }

  @Test
  void unpack_signedByAnotherKey_isRefusedReportedAndNoKeyWasAskedFor() throws Exception {
    GuestRefusal refusal = refusal(provisions(members(stranger)));
    assertThat(refusal.code()).isEqualTo(Code.SIGNER_UNTRUSTED);
    assertThat(refusal.id()).isEqualTo("d-9");
    assertThat(broker.reports).hasSize(1);
    assertThat(broker.reports.getFirst().string("code")).isEqualTo("SIGNER_UNTRUSTED");
    assertThat(broker.reports.getFirst().string("subject")).isEqualTo(image.name().toString());
    assertThat(broker.asked).noneMatch(path -> path.contains("image-kek"));
  }

  @Test
  void unpack_noImagePolicy_isRefused() throws Exception {
    Map<String, String> data = members(signer);
    data.put("cdh.toml", "[kbc]\nurl = \"https://10.0.2.2:8080\"\n");
    assertThat(refusal(provisions(data)).code()).isEqualTo(Code.IMAGE_POLICY_INVALID);
    assertThat(broker.asked).noneMatch(path -> path.contains("image-kek"));
  }

  @Test
  void unpack_keyRefused_saysWhatTheBrokerSaid() throws Exception {
    broker.resources.remove("/kbs/v0/resource/default/image-kek/test");
    GuestRefusal refusal = refusal(provisions(members(signer)));
    assertThat(refusal.code()).isEqualTo(Code.RESOURCE_NOT_FOUND);
    assertThat(refusal.check()).isEqualTo("broker.resource");
    assertThat(refusal.id()).isEqualTo("d-6");
    assertThat(broker.reports).isEmpty();
  }

  @Test
  void unpack_anotherKey_isRefusedAndReported() throws Exception {
    broker.resources.put(
        "/kbs/v0/resource/default/image-kek/test", SecretBytes.copyOf(new byte[32]));
    assertThat(refusal(provisions(members(signer))).code()).isEqualTo(Code.LAYER_KEY_UNAVAILABLE);
    assertThat(broker.reports).hasSize(1);
  }

  @Test
  void unpack_attestationRefused_saysTheCode() throws Exception {
    broker.refuseCode = Optional.of("INITRD_UNEXPECTED");
    AttestedProvisions provisions = provisions(members(signer));
    assertThat(provisions.diagnostics()).contains("\"attested\":false");
    GuestRefusal refusal = refusal(provisions);
    assertThat(refusal.code()).isEqualTo(Code.INITRD_UNEXPECTED);
    assertThat(refusal.id()).isEqualTo("d-3");
    assertThat(broker.asked).containsOnlyOnce("/kbs/v0/attest");
  }

  @Test
  void workload_noDisk_isRefused() throws Exception {
    AttestedProvisions provisions = provisions(Bytes.zeros(512));
    assertNotUsable(provisions);
  }

  @Test
  void workload_damagedDisk_isRefused() throws Exception {
    byte[] disk = InitData.of(HashAlgorithm.SHA256, members(signer)).toDisk().toByteArray();
    disk[40] ^= 1;
    assertNotUsable(provisions(Bytes.of(disk)));
  }

  @Test
  void workload_digestThatDoesNotFitTheRegister_isRefused() throws Exception {
    assertNotUsable(provisions(InitData.of(HashAlgorithm.SHA384, members(signer)).toDisk()));
  }

  @Test
  void workload_missingMember_isRefused() throws Exception {
    Map<String, String> data = members(signer);
    data.remove("workload.json");
    assertNotUsable(provisions(data));
  }

  @Test
  void workload_noBroker_isRefused() throws Exception {
    Map<String, String> data = members(signer);
    data.remove("aa.toml");
    data.remove("cdh.toml");
    assertNotUsable(provisions(data));
  }

  private void assertNotUsable(AttestedProvisions provisions) {
    assertThatThrownBy(provisions::workload)
        .isInstanceOfSatisfying(
            GuestException.class,
            e -> assertThat(e.refusal().check()).isEqualTo("guest.init-data"));
    assertThat(broker.asked).isEmpty();
  }
}
