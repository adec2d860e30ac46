package io.vouchsafe.bench;

import io.vouchsafe.bench.BrokerConnection.Answer;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
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
import io.vouchsafe.testkit.tpm.EkAuthority;
import io.vouchsafe.testkit.tpm.SoftTpm;
import io.vouchsafe.tpm.Credential;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One machine with a TPM in Java, which attests and asks for a resource over and over. The key
/// that replies are sealed to is a new one each time, as if it was restarted.
final class Guest {
  static final String AUTH = "/kbs/v0/auth";
  static final String ATTEST = "/kbs/v0/attest";

  /// Where what it asks for lies.
  static final String RESOURCE = "/kbs/v0/resource/default/image-kek/bench";

  /// What lies there.
  static final Bytes VALUE = Bytes.zeros(32);

  private static final int BOOT_PCRS = 10;
  private static final int INIT_DATA_PCR = 8;

  private final URI url;
  private final Authority authority;
  private final SoftTpm tpm;
  private final InitData initData;
  private final Optional<KeyPair> recipient;

  /// How connections are used.
  enum Connections {
    /// One for everything.
    KEPT,
    /// A new one for each exchange.
    PER_EXCHANGE,
    /// A new one for each request.
    PER_REQUEST
  }

  /// How far an exchange goes.
  enum Steps {
    AUTH,
    ATTEST,
    RESOURCE
  }

  Guest(URI url, Authority authority, EkAuthority endorser, InitData initData) {
    this(url, authority, SoftTpm.create(endorser), initData, Optional.empty());
    tpm.boot(PodVmLog.direct());
    tpm.measureInitData(initData.digest());
  }

  private Guest(
      URI url, Authority authority, SoftTpm tpm, InitData initData, Optional<KeyPair> recipient) {
    this.url = url;
    this.authority = authority;
    this.tpm = tpm;
    this.initData = initData;
    this.recipient = recipient;
  }

  /// The same machine as the guest of another server, which has the same authority and seals to
  /// that one key, whichever is bound.
  Guest at(URI other, KeyPair sealedTo) {
    return new Guest(other, authority, tpm, initData, Optional.of(sealedTo));
  }

  /// Init-data as `run` makes it, as long as that.
  static InitData initData(String certificate) {
    String policy = Json.object().put("default", Json.array()).build().compact();
    return InitData.of(
        HashAlgorithm.SHA256,
        java.util.Map.of(
            InitData.AA_TOML,
            "[token_configs.kbs]\nurl = \"https://10.0.2.2:8443\"\ncert = '''\n%s'''\n"
                .formatted(certificate),
            InitData.CDH_TOML,
            """
            [kbc]
            name = "cc_kbc"
            url = "https://10.0.2.2:8443"
            kbs_cert = '''
            %s'''
            [image]
            image_security_policy = '''%s'''
            """
                .formatted(certificate, policy),
            "workload.json",
            "{\"image\":\"10.0.2.2:5000/vouchsafe/bench@sha256:%064d\",\"args\":null}"
                .formatted(0)));
  }

  /// The reference values under which this guest is affirming.
  List<Json> referenceValues() {
    List<Json> entries = new ArrayList<>();
    for (int pcr = 0; pcr < BOOT_PCRS; pcr++) {
      if (pcr != INIT_DATA_PCR) {
        entries.add(entry("tpm_pcr0" + pcr, tpm.pcrs().get(pcr)));
      }
    }
    entries.add(entry("tpm_kernel", PodVmLog.KERNEL));
    entries.add(entry("tpm_command_line", PodVmLog.COMMAND_LINE));
    entries.add(entry("tpm_initrd", PodVmLog.INITRD));
    entries.add(entry("init_data", initData.digest()));
    return entries;
  }

  private static Json entry(String name, Bytes value) {
    return Json.object()
        .put("name", name)
        .put("value", value.hex())
        .put("provenance", "recorded")
        .build();
  }

  /// Has its attestation key bound to its endorsement key. Once.
  void enrol() throws IOException, FormatException {
    try (BrokerConnection connection = BrokerConnection.open(url, authority)) {
      Json.Obj offer =
          post(
                  connection,
                  "/v1/tpm/enroll",
                  Json.object()
                      .put("ek_chain", Json.array(Json.of(tpm.ekCertificate().base64())))
                      .put("ak_tpmt", tpm.akArea().raw().base64())
                      .build())
              .json();
      Credential credential =
          new Credential(
              Bytes.fromBase64(offer.string("credential_blob")),
              Bytes.fromBase64(offer.string("encrypted_secret")));
      try (SecretBytes secret = tpm.activate(credential)) {
        post(
            connection,
            "/v1/tpm/activate",
            Json.object()
                .put("id", offer.string("id"))
                .put("secret", secret.<String, RuntimeException>lend(it -> Bytes.of(it).base64()))
                .build());
      }
    }
  }

  private static Answer post(BrokerConnection connection, String path, Json.Obj body)
      throws IOException {
    return connection.post(path, List.of(), body.utf8()).orFail();
  }

  /// Runs `count` exchanges.
  void exchanges(Connections connections, Steps steps, int count)
      throws IOException, FormatException, RefusedException {
    try (Line line = new Line(connections)) {
      for (int i = 0; i < count; i++) {
        exchange(line, steps);
        line.exchanged();
      }
    }
  }

  private void exchange(Line line, Steps steps)
      throws IOException, FormatException, RefusedException {
    Answer challenge = challenge(line);
    if (steps == Steps.AUTH) {
      return;
    }
    KeyPair key = newKey();
    attest(line, challenge, request(challenge, key));
    if (steps == Steps.ATTEST) {
      return;
    }
    open(resource(line, challenge), recipient.orElse(key));
  }

  /// One exchange, to look at.
  SampleExchange sample() throws IOException, FormatException, RefusedException {
    try (Line line = new Line(Connections.KEPT)) {
      Answer challenge = challenge(line);
      KeyPair key = newKey();
      AttestRequest request = request(challenge, key);
      Answer token = attest(line, challenge, request);
      Answer sealed = resource(line, challenge);
      open(sealed, key);
      String quote =
          request.primaryEvidence().asObject("evidence").object("tpm_quote").string("message");
      return new SampleExchange(key, Bytes.fromBase64(quote), challenge, token, sealed);
    }
  }

  private static Answer challenge(Line line) throws IOException {
    return line.next().post(AUTH, List.of(), AuthRequest.of(Tee.TPM).toJson().utf8()).orFail();
  }

  private AttestRequest request(Answer challenge, KeyPair key) throws IOException, FormatException {
    String nonce = challenge.json().string("nonce");
    TeeKey bound = TeeKey.of(Jwk.of(key.getPublic()));
    Bytes digest =
        new RuntimeData(nonce, bound)
            .primaryDigest(ProtocolVersion.CURRENT, HashAlgorithm.SHA384, "");
    return new AttestRequest(
        Optional.of(initData.text()),
        Optional.of(nonce),
        bound,
        tpm.evidence().reportData(digest).build(),
        "");
  }

  private static Answer attest(Line line, Answer challenge, AttestRequest request)
      throws IOException {
    return line.next().post(ATTEST, cookie(challenge), request.toJson().utf8()).orFail();
  }

  private static Answer resource(Line line, Answer challenge) throws IOException {
    return line.next().get(RESOURCE, cookie(challenge)).orFail();
  }

  private static List<String> cookie(Answer challenge) {
    return List.of(
        "Cookie: " + challenge.headers().getOrDefault("set-cookie", "").split(";", 2)[0]);
  }

  private static void open(Answer sealed, KeyPair key)
      throws IOException, FormatException, RefusedException {
    try (SecretBytes value = Jwe.parse(sealed.body()).open(key.getPrivate())) {
      if (!value.<Boolean, RuntimeException>lend(it -> VALUE.matches(Bytes.of(it)))) {
        throw new IOException("the resource is another one");
      }
    }
  }

  private static KeyPair newKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has P-256", e);
    }
  }

  /// The connections of one run.
  private final class Line implements AutoCloseable {
    private final Connections connections;
    private Optional<BrokerConnection> open = Optional.empty();

    Line(Connections connections) {
      this.connections = connections;
    }

    /// The connection for the next request.
    BrokerConnection next() throws IOException {
      if (connections == Connections.PER_REQUEST) {
        close();
      }
      if (open.isEmpty()) {
        open = Optional.of(BrokerConnection.open(url, authority));
      }
      return open.get();
    }

    /// An exchange is over.
    void exchanged() throws IOException {
      if (connections != Connections.KEPT) {
        close();
      }
    }

    @Override
    public void close() throws IOException {
      if (open.isPresent()) {
        open.get().close();
      }
      open = Optional.empty();
    }
  }
}
