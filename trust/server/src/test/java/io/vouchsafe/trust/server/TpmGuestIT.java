package io.vouchsafe.trust.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.protocol.AttestRequest;
import io.vouchsafe.protocol.AuthRequest;
import io.vouchsafe.protocol.HashAlgorithm;
import io.vouchsafe.protocol.InitData;
import io.vouchsafe.protocol.Jwe;
import io.vouchsafe.protocol.Jwk;
import io.vouchsafe.protocol.ProtocolVersion;
import io.vouchsafe.protocol.RuntimeData;
import io.vouchsafe.protocol.Tee;
import io.vouchsafe.protocol.TeeKey;
import io.vouchsafe.testkit.tpm.BootLog;
import io.vouchsafe.testkit.tpm.EkAuthority;
import io.vouchsafe.testkit.tpm.SoftTpm;
import io.vouchsafe.tpm.Credential;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The main job of the server, over HTTPS: a guest with a virtual TPM enrols, attests and gets its
/// key; and each way of cheating is refused with its own code.
class TpmGuestIT {
  private static final Bytes KERNEL = Bytes.zeros(31).concat(Bytes.of((byte) 1));
  private static final Bytes COMMAND_LINE = Bytes.zeros(31).concat(Bytes.of((byte) 2));
  private static final Bytes INITRD = Bytes.zeros(31).concat(Bytes.of((byte) 3));
  private static final InitData INIT_DATA =
      InitData.of(HashAlgorithm.SHA256, Map.of("workload.json", "{}"));

  @TempDir Path folder;
  private final EkAuthority authority = EkAuthority.create();
  private TrustServer server;
  private Client client;
  private String[] admin;
  private SoftTpm tpm;
  private KeyPair key;

  @BeforeEach
  void start() throws Exception {
    Path root = folder.resolve("ek-root.pem");
    Files.writeString(root, Pem.encode("CERTIFICATE", authority.root()));
    Path home = folder.resolve("home");
    server = TrustServer.start(TrustServerOptions.at(home).withEkRoots(List.of(root)));
    client = new Client(server);
    admin =
        new String[] {
          "Authorization", "Bearer " + AdminToken.make(home, Instant.now(), Duration.ofMinutes(5))
        };
    tpm = SoftTpm.create(authority);
    tpm.boot(BootLog.direct(KERNEL, COMMAND_LINE, INITRD));
    key = KeyFile.generate(new SecureRandom());
    assertThat(client.post("/kbs/v0/resource/default/image-kek/1", "the key", admin).status())
        .isEqualTo(200);
    register();
    tpm.measureInitData(INIT_DATA.digest());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /// Registers what the boot of the guest looks like.
  private void register() throws Exception {
    List<Json> entries = new ArrayList<>();
    for (int pcr = 0; pcr < 10; pcr++) {
      if (pcr != 8) {
        entries.add(entry("tpm_pcr0" + pcr, tpm.pcrs().get(pcr)));
      }
    }
    entries.add(entry("tpm_kernel", KERNEL));
    entries.add(entry("tpm_command_line", COMMAND_LINE));
    entries.add(entry("tpm_initrd", INITRD));
    entries.add(entry("init_data", INIT_DATA.digest()));
    Json body = Json.object().put("entries", Json.array(entries)).build();
    assertThat(client.post("/v1/admin/reference-values", body.compact(), admin).status())
        .isEqualTo(200);
  }

  private static Json entry(String name, Bytes value) {
    return Json.object()
        .put("name", name)
        .put("value", value.hex())
        .put("provenance", "recorded")
        .build();
  }

  private Client.Answer enroll(SoftTpm guest, Bytes certificate) throws Exception {
    return client.post(
        "/v1/tpm/enroll",
        Json.object()
            .put("ek_chain", Json.array(Json.of(certificate.base64())))
            .put("ak_tpmt", guest.akArea().raw().base64())
            .build()
            .compact());
  }

  private void enroll(SoftTpm guest) throws Exception {
    Client.Answer offer = enroll(guest, guest.ekCertificate());
    assertThat(offer.status()).as(offer.text()).isEqualTo(200);
    Credential credential =
        new Credential(
            Bytes.fromBase64(offer.json().string("credential_blob")),
            Bytes.fromBase64(offer.json().string("encrypted_secret")));
    try (SecretBytes secret = guest.activate(credential)) {
      Client.Answer bound = activate(offer, secret.lend(Bytes::of));
      assertThat(bound.json().string("ak_name")).isEqualTo(guest.akArea().name().hex());
    }
  }

  private Client.Answer activate(Client.Answer offer, Bytes secret) throws Exception {
    return client.post(
        "/v1/tpm/activate",
        Json.object()
            .put("id", offer.json().string("id"))
            .put("secret", secret.base64())
            .build()
            .compact());
  }

  private record Session(String cookie, String nonce) {}

  private Session auth() throws Exception {
    Client.Answer answer = client.post("/kbs/v0/auth", AuthRequest.of(Tee.TPM).toJson().compact());
    return new Session(answer.cookie(), answer.json().string("nonce"));
  }

  private Json evidence(String nonce, KeyPair bound) throws Exception {
    Bytes digest =
        new RuntimeData(nonce, TeeKey.of(Jwk.of(bound.getPublic())))
            .primaryDigest(ProtocolVersion.V0_4_0, HashAlgorithm.SHA384, "");
    return tpm.evidence().reportData(digest).build();
  }

  private Client.Answer attest(Session session, KeyPair sent, Json evidence) throws Exception {
    return attest(session, sent, evidence, INIT_DATA);
  }

  private Client.Answer attest(Session session, KeyPair sent, Json evidence, InitData initData)
      throws Exception {
    AttestRequest request =
        new AttestRequest(
            Optional.of(initData.text()),
            Optional.of(session.nonce()),
            TeeKey.of(Jwk.of(sent.getPublic())),
            evidence,
            "");
    return client.post("/kbs/v0/attest", request.toJson().compact(), "Cookie", session.cookie());
  }

  private Client.Answer resource(Session session) throws Exception {
    return client.get("/kbs/v0/resource/default/image-kek/1", "Cookie", session.cookie());
  }

  private Client.Answer attestAndAsk() throws Exception {
    Session session = auth();
    Client.Answer attested = attest(session, key, evidence(session.nonce(), key));
    assertThat(attested.status()).as(attested.code()).isEqualTo(200);
    return resource(session);
  }

  @Test
  void guest_enrolledAndAsRegistered_getsItsKey() throws Exception {
    enroll(tpm);

    Client.Answer answer = attestAndAsk();

    assertThat(answer.status()).as(answer.code()).isEqualTo(200);
    String opened =
        Jwe.parse(answer.body())
            .open(key.getPrivate())
            .lend(secret -> new String(secret, StandardCharsets.UTF_8));
    assertThat(opened).isEqualTo("the key");
  }

  @Test
  void guest_notEnrolled_isRefused() throws Exception {
    Session session = auth();

    assertThat(attest(session, key, evidence(session.nonce(), key)).code())
        .isEqualTo("AK_NOT_TRUSTED");
  }

  @Test
  void guest_bareEvidenceOfAListedKey_isVerified() throws Exception {
    String body =
        Json.object().put("spki", tpm.akPublic().base64()).put("label", "test").build().compact();
    assertThat(client.post("/v1/admin/trusted-aks", body, admin).status()).isEqualTo(200);
    Session session = auth();
    Bytes digest =
        new RuntimeData(session.nonce(), TeeKey.of(Jwk.of(key.getPublic())))
            .primaryDigest(ProtocolVersion.V0_4_0, HashAlgorithm.SHA384, "");

    assertThat(attest(session, key, tpm.evidence().bare().reportData(digest).build()).status())
        .isEqualTo(200);
  }

  @Test
  void guest_bootedWithAnotherCommandLine_getsNothing() throws Exception {
    tpm.boot(BootLog.direct(KERNEL, Bytes.zeros(32), INITRD));
    tpm.measureInitData(INIT_DATA.digest());
    enroll(tpm);

    assertThat(attestAndAsk().code()).isEqualTo("COMMAND_LINE_UNEXPECTED");
  }

  @Test
  void guest_bootedWithAnotherInitrd_getsNothing() throws Exception {
    tpm.boot(BootLog.direct(KERNEL, COMMAND_LINE, Bytes.zeros(32)));
    tpm.measureInitData(INIT_DATA.digest());
    enroll(tpm);

    assertThat(attestAndAsk().code()).isEqualTo("INITRD_UNEXPECTED");
  }

  @Test
  void guest_startedWithInitDataThatNobodyRegistered_getsNothing() throws Exception {
    InitData other = InitData.of(HashAlgorithm.SHA256, Map.of("workload.json", "{\"x\":1}"));
    tpm.boot(BootLog.direct(KERNEL, COMMAND_LINE, INITRD));
    tpm.measureInitData(other.digest());
    enroll(tpm);
    Session session = auth();
    assertThat(attest(session, key, evidence(session.nonce(), key), other).status()).isEqualTo(200);

    assertThat(resource(session).code()).isEqualTo("INIT_DATA_UNEXPECTED");
  }

  @Test
  void guest_sendsOtherInitDataThanWasMeasured_isRefused() throws Exception {
    enroll(tpm);
    Session session = auth();
    InitData other = InitData.of(HashAlgorithm.SHA256, Map.of());

    assertThat(attest(session, key, evidence(session.nonce(), key), other).code())
        .isEqualTo("INIT_DATA_MISMATCH");
  }

  @Test
  void quote_ofOneSession_offeredInAnother_isRefused() throws Exception {
    enroll(tpm);
    Session first = auth();
    Session second = auth();
    Json quoted = evidence(first.nonce(), key);

    assertThat(attest(second, key, quoted).status()).isEqualTo(401);
    assertThat(attest(second, key, quoted).code()).isIn("NONCE_MISMATCH", "REPORT_DATA_MISMATCH");
    assertThat(attest(first, key, quoted).status()).isEqualTo(200);
  }

  @Test
  void quote_withOnlyTheKeySwapped_isRefused() throws Exception {
    enroll(tpm);
    Session session = auth();
    KeyPair other = KeyFile.generate(new SecureRandom());

    assertThat(attest(session, other, evidence(session.nonce(), key)).code())
        .isIn("NONCE_MISMATCH", "REPORT_DATA_MISMATCH");
  }

  @Test
  void policy_revokedBetweenTwoStarts_releasesNothing() throws Exception {
    enroll(tpm);
    assertThat(attestAndAsk().status()).isEqualTo(200);
    client.send("DELETE", "/v1/admin/policies/release", Bytes.EMPTY, admin);

    Client.Answer answer = attestAndAsk();

    assertThat(answer.code()).isEqualTo("POLICY_REVOKED");
    String id = answer.header("Vouchsafe-Id").orElseThrow();
    assertThat(client.get("/v1/admin/decisions/" + id, admin).text()).contains("POLICY_REVOKED");
  }

  @Test
  void referenceValue_deletedAfterTheAttestation_counts() throws Exception {
    enroll(tpm);
    Session session = auth();
    assertThat(attest(session, key, evidence(session.nonce(), key)).status()).isEqualTo(200);
    assertThat(resource(session).status()).isEqualTo(200);
    client.send("DELETE", "/v1/admin/reference-values?name=tpm_kernel", Bytes.EMPTY, admin);

    assertThat(resource(session).code()).isEqualTo("NO_REFERENCE_VALUE");
  }

  @Test
  void enroll_certificateOfAnotherAuthority_isRefused() throws Exception {
    SoftTpm foreign = SoftTpm.create(EkAuthority.create());

    assertThat(enroll(foreign, foreign.ekCertificate()).code()).isEqualTo("CHAIN_INVALID");
  }

  @Test
  void enroll_wrongSecretOrUsedUpOffer_isRefused() throws Exception {
    Client.Answer offer = enroll(tpm, tpm.ekCertificate());

    for (int i = 0; i < 3; i++) {
      assertThat(activate(offer, Bytes.zeros(32)).code()).isEqualTo("CREDENTIAL_INVALID");
    }
    Client.Answer again = activate(offer, Bytes.zeros(32));
    assertThat(again.status()).isNotEqualTo(200);
    assertThat(again.code()).isNotEmpty();
  }

  @Test
  void enroll_theKeyOfAnotherTpm_cannotBeActivated() throws Exception {
    SoftTpm other = SoftTpm.create(authority);
    Client.Answer offer = enroll(other, tpm.ekCertificate());
    assertThat(offer.status()).isEqualTo(200);
    Credential credential =
        new Credential(
            Bytes.fromBase64(offer.json().string("credential_blob")),
            Bytes.fromBase64(offer.json().string("encrypted_secret")));

    org.assertj.core.api.Assertions.assertThatThrownBy(() -> tpm.activate(credential))
        .isInstanceOf(io.vouchsafe.encoding.FormatException.class);
  }
}
