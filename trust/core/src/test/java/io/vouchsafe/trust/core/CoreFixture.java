package io.vouchsafe.trust.core;

import io.vouchsafe.appraisal.AttestationResult;
import io.vouchsafe.appraisal.EarIdentity;
import io.vouchsafe.appraisal.EarSigner;
import io.vouchsafe.appraisal.EvidenceClaims;
import io.vouchsafe.appraisal.Provenance;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.evidence.InsecureSampleVerifier;
import io.vouchsafe.evidence.tpm.EkCertificates;
import io.vouchsafe.evidence.tpm.TpmVerifier;
import io.vouchsafe.testkit.tpm.BootLog;
import io.vouchsafe.testkit.tpm.EkAuthority;
import io.vouchsafe.testkit.tpm.SoftTpm;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.trust.store.LedgerEntry;
import io.vouchsafe.trust.store.MasterKey;
import io.vouchsafe.trust.store.SqliteStore;
import io.vouchsafe.trust.store.Store;
import io.vouchsafe.trust.store.StoreException;
import io.vouchsafe.trust.store.Tenant;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/// A trust core on a store in a folder, an authority for endorsement keys, one machine that was
/// enrolled and whose boot is registered, and one resource.
final class CoreFixture implements AutoCloseable {
  static final Tenant TENANT = Tenant.DEFAULT;
  static final Instant START = Instant.parse("2026-11-25T12:00:00Z");
  static final String PATH = "default/image-kek/one";
  static final String VALUE = "the key of the image";
  static final Bytes KERNEL = HashAlg.SHA256.digest(Bytes.utf8("kernel"));
  static final Bytes COMMAND_LINE = HashAlg.SHA256.digest(Bytes.utf8("command line"));
  static final Bytes INITRD = HashAlg.SHA256.digest(Bytes.utf8("initrd"));
  static final Bytes INIT_DATA = HashAlg.SHA256.digest(Bytes.utf8("init-data"));
  static final Json.Obj GUEST_KEY = key("guest");

  private static final EkAuthority AUTHORITY = EkAuthority.create();

  /// Machines are the same in all tests, because making their keys takes long; each boots anew.
  private static final SoftTpm MACHINE = SoftTpm.create(AUTHORITY);

  private static final SoftTpm SECOND = SoftTpm.create(AUTHORITY);
  private static final SoftTpm STRANGER = SoftTpm.create(EkAuthority.create());

  private static final Provider PROVIDER =
      Security.getProviders("Signature.SHA256withECDSAinP1363Format")[0];

  private final Path folder;
  private final SecureRandom random = new SecureRandom();
  private final EarSigner signer = signer();
  private final SoftTpm tpm = MACHINE;
  private Instant now = START;
  private final AtomicLong watch = new AtomicLong();
  private volatile long nanosPerLook;
  private TrustCore core;
  private Store store;

  CoreFixture(Path folder) throws Exception {
    this.folder = folder;
    open(UnaryOperator.identity(), TrustCoreOptions.DEFAULT_LIFE);
    tpm.boot(BootLog.direct(KERNEL, COMMAND_LINE, INITRD));
    enrol(tpm);
    core.references().add(TENANT, Administrator.of("test"), boot(tpm));
    tpm.measureInitData(INIT_DATA);
    core.references().add(TENANT, Administrator.of("test"), List.of(initData(INIT_DATA)));
    putResource(VALUE);
  }

  private static EarSigner signer() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      return EarSigner.of(pair, List.of(), PROVIDER);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private void open(UnaryOperator<Store> wrapped, Duration tokenLife) throws Exception {
    MasterKey key = MasterKey.openOrCreate(folder.resolve("master.key"), random);
    store = wrapped.apply(SqliteStore.open(folder.resolve("trust.db"), key, () -> now, random));
    core =
        TrustCore.open(
            new TrustCoreOptions(
                store,
                aks ->
                    List.of(
                        new TpmVerifier(aks),
                        InsecureSampleVerifier.sample(),
                        InsecureSampleVerifier.device()),
                EkCertificates.of(List.of(AUTHORITY.root())),
                signer,
                EarIdentity.VOUCHSAFE,
                random,
                () -> watch.addAndGet(nanosPerLook),
                TrustCoreOptions.DEFAULT_LIFE,
                tokenLife));
  }

  /// Ends the process and starts another one, on a store that `wrapped` stands in front of.
  void restart(UnaryOperator<Store> wrapped) throws Exception {
    restart(wrapped, TrustCoreOptions.DEFAULT_LIFE);
  }

  /// As above, with another life of tokens.
  void restart(UnaryOperator<Store> wrapped, Duration tokenLife) throws Exception {
    core.close();
    open(wrapped, tokenLife);
  }

  TrustCore core() {
    return core;
  }

  Store store() {
    return store;
  }

  Administration admin() {
    return core.administration();
  }

  SoftTpm tpm() {
    return tpm;
  }

  static EkAuthority authority() {
    return AUTHORITY;
  }

  /// A second machine of the authority.
  static SoftTpm second() {
    return SECOND;
  }

  /// A machine that no known authority vouches for.
  static SoftTpm stranger() {
    return STRANGER;
  }

  void move(Duration by) {
    now = now.plus(by);
  }

  Instant now() {
    return now;
  }

  /// From now on that much time goes by between two looks at the watch.
  void slow(Duration perLook) {
    nanosPerLook = perLook.toNanos();
  }

  void enrol(SoftTpm machine) throws TransactionRefusedException, FormatException {
    TpmEnrolment.Offer offer =
        core.enrolment()
            .enroll(
                TENANT, List.of(machine.ekCertificate()), Optional.empty(), machine.akArea().raw());
    try (SecretBytes secret = machine.activate(offer.credential())) {
      core.enrolment().activate(TENANT, offer.id(), secret);
    }
  }

  long putResource(String value) throws TransactionRefusedException {
    return admin()
        .putResource(
            TENANT, "test", PATH, SecretBytes.take(value.getBytes(StandardCharsets.UTF_8)));
  }

  /// A machine of the same authority, enrolled, that booted something else.
  SoftTpm otherBoot(Bytes kernel, Bytes commandLine, Bytes initrd) throws Exception {
    SECOND.boot(BootLog.direct(kernel, commandLine, initrd));
    SECOND.measureInitData(INIT_DATA);
    enrol(SECOND);
    return SECOND;
  }

  /// The reference values of a machine's boot, as `run` registers them.
  static List<ReferenceValue> boot(SoftTpm machine) {
    List<ReferenceValue> values = new ArrayList<>();
    for (int pcr : new int[] {0, 1, 2, 3, 4, 5, 6, 7, 9}) {
      boolean predicted = pcr == 4 || pcr == 9;
      values.add(
          value(
              String.format(Locale.ROOT, "tpm_pcr%02d", pcr),
              machine.pcrs().get(pcr),
              predicted ? Provenance.PREDICTED : Provenance.RECORDED));
    }
    values.add(value("tpm_kernel", KERNEL, Provenance.PREDICTED));
    values.add(value("tpm_command_line", COMMAND_LINE, Provenance.PREDICTED));
    values.add(value("tpm_initrd", INITRD, Provenance.PREDICTED));
    return values;
  }

  static ReferenceValue initData(Bytes digest) {
    return value("init_data", digest, Provenance.PREDICTED);
  }

  static ReferenceValue value(String name, Bytes value, Provenance provenance) {
    return new ReferenceValue(
        name, Json.of(value.hex()), START.plus(Duration.ofDays(30)), provenance, "a test");
  }

  static Json.Obj key(String name) {
    return Json.object().put("kty", "EC").put("crv", "P-256").put("x", name).put("y", "y").build();
  }

  static Json.Obj runtimeData(String nonce, Json.Obj key) {
    return Json.object()
        .put("additional-evidence", "")
        .put("nonce", nonce)
        .put("tee-pubkey", key)
        .build();
  }

  static Bytes digest(Json.Obj runtimeData) {
    try {
      byte[] text = runtimeData.canonical().getBytes(StandardCharsets.UTF_8);
      return Bytes.of(MessageDigest.getInstance("SHA-384").digest(text));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static Optional<EvidenceClaims.InitData> sent(Bytes digest) {
    return Optional.of(
        new EvidenceClaims.InitData(digest.hex(), Json.object().put("a", "b").build()));
  }

  Challenge challenge(String tee) throws TransactionRefusedException {
    return core.challenge(
        TENANT, new ChallengeRequest(tee, Json.object().put("version", "0.4.0").build()));
  }

  /// What `evidence` answers to `nonce`, with init-data.
  static EvidenceSet answer(String nonce, Json evidence) {
    return answer(nonce, GUEST_KEY, evidence, INIT_DATA);
  }

  static EvidenceSet answer(String nonce, Json.Obj key, Json evidence, Bytes initData) {
    Json.Obj runtimeData = runtimeData(nonce, key);
    ExpectedBinding binding = new ExpectedBinding(digest(runtimeData), Optional.of(initData));
    return new EvidenceSet(
        nonce,
        List.of(new EvidenceSet.Submission("tpm", evidence, binding, runtimeData)),
        sent(initData));
  }

  static Json quote(SoftTpm machine, String nonce) {
    return machine.evidence().reportData(digest(runtimeData(nonce, GUEST_KEY))).build();
  }

  AttestOutcome attest(SoftTpm machine) throws TransactionRefusedException {
    Challenge challenge = challenge("tpm");
    return core.attest(
        TENANT,
        challenge.sessionId(),
        answer(challenge.nonce(), quote(machine, challenge.nonce())));
  }

  AttestationResult attested(SoftTpm machine) throws TransactionRefusedException {
    return switch (attest(machine)) {
      case AttestOutcome.Attested attested -> attested.result();
      case Refused refused -> throw new IllegalStateException(refused.toString());
    };
  }

  /// The reference values beside those of the fixture's own guest, each as `name=value`, with
  /// `@version` if it is of a set.
  List<String> addedValues() throws TransactionRefusedException {
    return admin().referenceValues(TENANT).stream()
        .filter(entry -> !entry.value().name().matches("tpm_.*|init_data"))
        .map(entry ->
            entry.value().name()
                + "="
                + entry.value().value().compact().replace("\"", "")
                + entry.value().source().map(it -> "@" + it.version()).orElse(""))
        .toList();
  }

  Decision release(AttestationResult result) {
    return core.release(TENANT, result, new ReleaseRequest(new Release.Resource(PATH), "test"));
  }

  List<LedgerEntry> ledger() throws TransactionRefusedException {
    return admin().ledger(TENANT, 0, 1000);
  }

  LedgerEntry last() throws TransactionRefusedException {
    return ledger().getLast();
  }

  /// Waits until what was to be written soon is written.
  void settle() throws StoreException, InterruptedException {
    CountDownLatch last = new CountDownLatch(1);
    store.writeSoon(
        TENANT,
        _ -> {
          last.countDown();
          return last;
        });
    last.await();
    // What ran in the same batch is committed when the next one is.
    store.write(TENANT, tx -> tx.now());
  }

  @Override
  public void close() {
    core.close();
  }
}
