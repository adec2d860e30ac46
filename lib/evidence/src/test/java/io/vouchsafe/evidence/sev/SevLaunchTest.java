package io.vouchsafe.evidence.sev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.testkit.amd.SimulatedSev;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A launch with the firmware of a simulated platform.
class SevLaunchTest {
  private static final SimulatedSev SEV = SimulatedSev.create();
  private static final SimulatedSev OTHER = SimulatedSev.create();
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final SevPolicy POLICY = new SevPolicy(0x3);
  private static final Bytes DIGEST = Bytes.utf8("a launch digest of 32 bytes ....");
  private static final Bytes NONCE = Bytes.utf8("firmware's nonce");
  private static final SevMeasure.Expected EXPECTED =
      new SevMeasure.Expected(1, 55, 21, POLICY, DIGEST);

  private SevPlatform platform;
  private SevLaunch launch;
  private SimulatedSev.Launch firmware;

  @BeforeEach
  void start() throws Exception {
    SevRoots roots = SevRoots.none().named(SevCaCertificate.parse(SEV.ark()));
    platform =
        SevPlatform.verify(
            new SevPlatform.Certificates(
                SEV.ark(), SEV.ask(), SEV.cek(), SEV.oca(), SEV.pek(), SEV.pdh()),
            roots,
            new Checklist());
    launch = SevLaunch.open(platform, POLICY, RANDOM);
    firmware = SEV.start(launch.session(), launch.ownerCertificate(), POLICY.bits());
  }

  private void assertRefused(
      Bytes answer, SevMeasure.Expected expected, SevCheck check, Code code) {
    assertThatThrownBy(() -> launch.measured(answer, expected, new Checklist()))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.refusal().check()).isEqualTo(check.id());
              assertThat(e.code()).isEqualTo(code);
            });
  }

  private static SevSecretTable table(String text) {
    return new SevSecretTable()
        .add(
            SevSecretTable.DISK_PASSPHRASE,
            SecretBytes.take(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void secret_forTheMeasuredLaunch_reachesTheGuest() throws Exception {
    launch.measured(firmware.measure(DIGEST, NONCE), EXPECTED, new Checklist());
    try (SevSecretTable secrets = table("passphrase")) {
      SevSecretPacket packet = launch.seal(secrets, RANDOM);
      Bytes plain = firmware.unseal(packet.header(), packet.payload());
      Bytes head = Bytes.fromHex("42f5741edd71664d963eef4287ff173b").concat(length(50));
      assertThat(plain.size()).isEqualTo(64);
      assertThat(plain.slice(0, 20)).isEqualTo(head);
      assertThat(plain.slice(40, 50)).isEqualTo(Bytes.utf8("passphrase"));
      assertThat(plain.slice(50, 64)).isEqualTo(Bytes.zeros(14));
    }
  }

  private static Bytes length(int value) {
    return ByteWriter.littleEndian().u32(value).toBytes();
  }

  @Test
  void packets_neverShareAnIv() throws Exception {
    launch.measured(firmware.measure(DIGEST, NONCE), EXPECTED, new Checklist());
    try (SevSecretTable secrets = table("passphrase")) {
      SevSecretPacket first = launch.seal(secrets, RANDOM);
      SevSecretPacket second = launch.seal(secrets, RANDOM);
      assertThat(first.header().slice(4, 20)).isNotEqualTo(second.header().slice(4, 20));
      assertThat(first.payload()).isNotEqualTo(second.payload());
    }
  }

  @Test
  void packet_ofAnotherLaunch_isNotAuthenticThere() throws Exception {
    launch.measured(firmware.measure(DIGEST, NONCE), EXPECTED, new Checklist());
    SevLaunch other = SevLaunch.open(platform, POLICY, RANDOM);
    SimulatedSev.Launch elsewhere =
        SEV.start(other.session(), other.ownerCertificate(), POLICY.bits());
    elsewhere.measure(DIGEST, NONCE);
    try (SevSecretTable secrets = table("passphrase")) {
      SevSecretPacket packet = launch.seal(secrets, RANDOM);
      assertThatThrownBy(() -> elsewhere.unseal(packet.header(), packet.payload()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void session_isBoundToPlatformAndPolicy() {
    Bytes session = launch.session();
    Bytes owner = launch.ownerCertificate();
    assertThatThrownBy(() -> SEV.start(session, owner, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> OTHER.start(session, owner, POLICY.bits()))
        .isInstanceOf(IllegalArgumentException.class);
    for (int i = 0; i < session.size(); i += 5) {
      byte[] changed = session.toByteArray();
      changed[i] ^= 1;
      assertThatThrownBy(() -> SEV.start(Bytes.of(changed), owner, POLICY.bits()))
          .as("byte " + i)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void measure_thatDiffersInAnything_isRefused() throws Exception {
    Bytes answer = firmware.measure(DIGEST, NONCE);
    for (SevMeasure.Expected other :
        new SevMeasure.Expected[] {
          new SevMeasure.Expected(2, 55, 21, POLICY, DIGEST),
          new SevMeasure.Expected(1, 54, 21, POLICY, DIGEST),
          new SevMeasure.Expected(1, 55, 22, POLICY, DIGEST),
          new SevMeasure.Expected(1, 55, 21, POLICY, Bytes.zeros(32))
        }) {
      start();
      Bytes again = firmware.measure(DIGEST, NONCE);
      assertRefused(again, other, SevCheck.MEASURE, Code.MEASUREMENT_MISMATCH);
    }
    start();
    // A measure of another session, by the same digest and nonce.
    assertRefused(answer, EXPECTED, SevCheck.MEASURE, Code.MEASUREMENT_MISMATCH);
  }

  @Test
  void measure_withAnyByteFlipped_isRefused() throws Exception {
    SevSession keys = SevSession.of(secret(1), secret(2));
    Bytes measure = keys.measure(EXPECTED, NONCE).concat(NONCE);
    assertThat(SevLaunch.verify(keys, measure, EXPECTED, new Checklist()).nonce()).isEqualTo(NONCE);
    for (int i = 0; i < measure.size(); i++) {
      byte[] changed = measure.toByteArray();
      changed[i] ^= 1;
      assertThatThrownBy(() -> SevLaunch.verify(keys, Bytes.of(changed), EXPECTED, new Checklist()))
          .as("byte " + i)
          .hasMessageContaining("MEASUREMENT_MISMATCH");
    }
  }

  private static SecretBytes secret(int fill) {
    byte[] value = new byte[16];
    Arrays.fill(value, (byte) fill);
    return SecretBytes.take(value);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 32, 47, 49})
  void measure_ofAnotherLength_isMalformed(int size) {
    assertRefused(Bytes.zeros(size), EXPECTED, SevCheck.MEASURE_FORMAT, Code.MALFORMED);
  }

  @Test
  void measure_isComparedOnce() throws Exception {
    Bytes good = firmware.measure(DIGEST, NONCE);
    launch.measured(good, EXPECTED, new Checklist());
    assertRefused(good, EXPECTED, SevCheck.MEASURE_ONCE, Code.NONCE_CONSUMED);
    start();
    assertRefused(Bytes.zeros(48), EXPECTED, SevCheck.MEASURE, Code.MEASUREMENT_MISMATCH);
    Bytes late = firmware.measure(DIGEST, NONCE);
    assertRefused(late, EXPECTED, SevCheck.MEASURE_ONCE, Code.NONCE_CONSUMED);
  }

  @Test
  void secret_beforeAGoodMeasure_isNotSealed() {
    try (SevSecretTable secrets = table("passphrase")) {
      assertThatThrownBy(() -> launch.seal(secrets, RANDOM))
          .isInstanceOf(IllegalStateException.class);
      assertRefused(Bytes.zeros(48), EXPECTED, SevCheck.MEASURE, Code.MEASUREMENT_MISMATCH);
      assertThatThrownBy(() -> launch.seal(secrets, RANDOM))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void table_takesEachIdentifierOnceAndAPageAtMost() {
    try (SevSecretTable secrets = table("passphrase")) {
      SecretBytes more = SecretBytes.take(new byte[1]);
      assertThatThrownBy(() -> secrets.add(SevSecretTable.DISK_PASSPHRASE, more))
          .isInstanceOf(IllegalArgumentException.class);
      SecretBytes tooLong = SecretBytes.take(new byte[SevSecretTable.MAX_SIZE]);
      assertThatThrownBy(() -> secrets.add(new UUID(1, 2), tooLong))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0x02,SEV,DEBUG,POLICY_DEBUG",
    "0x01,SEV,KEY_SHARING,POLICY_ATTRIBUTES",
    "0x43,SEV,POLICY_BITS,POLICY_UNKNOWN_BITS",
    "0x8003,SEV,POLICY_BITS,POLICY_UNKNOWN_BITS",
    "0x03,SEV_ES,ENCRYPTED_STATE,POLICY_ATTRIBUTES",
    "0x07,SENDING,MIGRATION,POLICY_MIGRATION",
    "0x3601000f,SENDING,FIRMWARE,TCB_BELOW_MINIMUM",
    "0x3700000f,SENDING,FIRMWARE,TCB_BELOW_MINIMUM"
  })
  void policy_thatAllowsTooMuch_isRefused(String bits, String demands, SevCheck check, Code code) {
    assertThatThrownBy(
            () -> new SevPolicy(Long.decode(bits)).verify(demands(demands), new Checklist()))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.refusal().check()).isEqualTo(check.id());
              assertThat(e.code()).isEqualTo(code);
            });
  }

  private static SevPolicy.Demands demands(String name) {
    return switch (name) {
      case "SEV" -> SevPolicy.Demands.SEV;
      case "SEV_ES" -> SevPolicy.Demands.SEV_ES;
      default -> new SevPolicy.Demands(true, true, 1, 55);
    };
  }

  @ParameterizedTest
  @CsvSource({"0x03,SEV", "0x07,SEV_ES", "0x3701000f,SENDING", "0x0002003f,SENDING"})
  void policy_thatAllowsLittle_isAccepted(String bits, String demands) throws Exception {
    Checklist checks = new Checklist();
    new SevPolicy(Long.decode(bits)).verify(demands(demands), checks);
    assertThat(checks.results()).hasSize(6);
  }
}
