package io.vouchsafe.evidence.sev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.Anchor;
import io.vouchsafe.evidence.sev.SevPlatform.Certificates;
import io.vouchsafe.evidence.sev.fuzz.SevCertificateFuzzer;
import io.vouchsafe.testkit.Mutations;
import io.vouchsafe.testkit.amd.SimulatedSev;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Certificates of simulated platforms, broken in one place each.
class SevPlatformTest {
  private static final SimulatedSev SEV = SimulatedSev.create();
  private static final SimulatedSev OTHER = SimulatedSev.create();
  private static final Certificates GOOD = certificates(SEV);
  private static final int SIGNED = 1044;

  private static Certificates certificates(SimulatedSev sev) {
    return new Certificates(sev.ark(), sev.ask(), sev.cek(), sev.oca(), sev.pek(), sev.pdh());
  }

  private static SevRoots roots() throws FormatException {
    return SevRoots.none().named(SevCaCertificate.parse(GOOD.ark()));
  }

  private static Certificates with(int part, Bytes value) {
    return new Certificates(
        part == 0 ? value : GOOD.ark(),
        part == 1 ? value : GOOD.ask(),
        part == 2 ? value : GOOD.cek(),
        part == 3 ? value : GOOD.oca(),
        part == 4 ? value : GOOD.pek(),
        part == 5 ? value : GOOD.pdh());
  }

  private static Bytes get(int part) {
    return List.of(GOOD.ark(), GOOD.ask(), GOOD.cek(), GOOD.oca(), GOOD.pek(), GOOD.pdh())
        .get(part);
  }

  private static void assertRefused(Certificates certificates, SevCheck check, Code code)
      throws FormatException {
    SevRoots roots = roots();
    assertThatThrownBy(() -> SevPlatform.verify(certificates, roots, new Checklist()))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.refusal().check()).as(e.getMessage()).isEqualTo(check.id());
              assertThat(e.code()).isEqualTo(code);
            });
  }

  @Test
  void platform_thatLeadsToTheRoot_isAccepted() throws Exception {
    SevPlatform platform = SevPlatform.verify(GOOD, roots(), new Checklist());
    assertThat(platform.anchor()).isEqualTo(Anchor.OPERATOR_NAMED);
    assertThat(platform.exchangeKey().usage()).isEqualTo(SevUsage.PDH);
    assertThat(platform.chip().usage()).isEqualTo(SevUsage.CEK);
    assertThat(platform.owner().raw()).isEqualTo(GOOD.oca());
  }

  @Test
  void signatures_ofThePlatform_comeInAnyOrder() throws Exception {
    Certificates swapped = with(4, SEV.pekInOtherOrder());
    // The exchange key is signed by the same key, whatever stands in its own slots.
    assertThat(SevPlatform.verify(swapped, roots(), new Checklist()).owner().usage())
        .isEqualTo(SevUsage.OCA);
  }

  @Test
  void owner_thatIsNamed_mustBeTheOne() throws Exception {
    SevRoots roots = roots();
    Checklist checks = new Checklist();
    assertThat(SevPlatform.verify(GOOD, roots, Optional.of(GOOD.oca()), checks).anchor())
        .isEqualTo(Anchor.OPERATOR_NAMED);
    assertThatThrownBy(
            () -> SevPlatform.verify(GOOD, roots, Optional.of(OTHER.oca()), new Checklist()))
        .hasMessageContaining(SevCheck.OWNER.id());
  }

  @Test
  void root_thatNobodyNamed_isRefused() {
    assertThatThrownBy(() -> SevPlatform.verify(GOOD, SevRoots.amd(), new Checklist()))
        .hasMessageContaining(SevCheck.ROOT.id());
  }

  @ParameterizedTest
  @CsvSource({"0,ROOT", "1,AUTHORITY", "2,CHIP", "3,PLATFORM", "4,PLATFORM", "5,EXCHANGE_KEY"})
  void certificate_ofAnotherPlatform_isRefused(int part, SevCheck check) throws Exception {
    Certificates other = certificates(OTHER);
    Bytes foreign =
        List.of(other.ark(), other.ask(), other.cek(), other.oca(), other.pek(), other.pdh())
            .get(part);
    assertRefused(with(part, foreign), check, Code.CHAIN_INVALID);
  }

  @ParameterizedTest
  @CsvSource({
    "0,1,ROOT",
    "1,0,AUTHORITY",
    "2,3,CHIP",
    "3,2,OWNER",
    "4,3,PLATFORM",
    "5,4,EXCHANGE_KEY"
  })
  void certificate_inAnotherRole_isRefused(int part, int other, SevCheck check) throws Exception {
    assertRefused(with(part, get(other)), check, Code.CHAIN_INVALID);
  }

  @Test
  void platform_signedByOneOfTheTwo_isRefused() throws Exception {
    assertRefused(with(4, SEV.pekOfTheOwnerAlone()), SevCheck.PLATFORM, Code.CHAIN_INVALID);
    assertRefused(with(4, SEV.pekOfTheChipAlone()), SevCheck.PLATFORM, Code.CHAIN_INVALID);
  }

  @Test
  void exchangeKey_thatSignsInstead_isRefused() throws Exception {
    assertRefused(with(5, SEV.pdhThatSigns()), SevCheck.EXCHANGE_KEY, Code.CHAIN_INVALID);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void certificate_withAByteFlipped_isRefused(int part) throws Exception {
    Bytes whole = get(part);
    SevRoots roots = roots();
    int step = part < 2 ? 17 : 31;
    for (int i = 0; i < whole.size(); i += step) {
      byte[] changed = whole.toByteArray();
      changed[i] ^= (byte) (1 << i % 8);
      Certificates certificates = with(part, Bytes.of(changed));
      boolean empty = part > 1 && part != 4 && i >= SIGNED + 520 + 4;
      Throwable thrown =
          catchThrowable(() -> SevPlatform.verify(certificates, roots, new Checklist()));
      if (empty) {
        // An empty slot says nothing.
        assertThat(thrown).as("byte " + i).isNull();
      } else {
        assertThat(thrown).as("byte " + i).isInstanceOf(RefusedException.class);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void certificate_ofAnotherLength_isMalformed(int part) throws Exception {
    Bytes whole = get(part);
    for (int length = 0; length < whole.size() + 20; length += length < 64 ? 1 : 7) {
      if (length == whole.size()) {
        continue;
      }
      Certificates certificates = with(part, whole.fit(length));
      SevRoots roots = roots();
      assertThatThrownBy(() -> SevPlatform.verify(certificates, roots, new Checklist()))
          .as(length + "")
          .hasMessageContaining("MALFORMED at sev.certificate.format");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0,0,2,UNSUPPORTED_VERSION",
    "5,0,2,UNSUPPORTED_VERSION",
    "0,0x36,1,MALFORMED",
    "0,0x38,1,UNSUPPORTED_ALGORITHM",
    "0,0x3d,0x10,MALFORMED",
    "0,0x24,0x55,MALFORMED",
    "2,6,1,MALFORMED",
    "2,8,0x13,MALFORMED",
    "5,12,1,UNSUPPORTED_ALGORITHM",
    "5,12,9,UNSUPPORTED_ALGORITHM",
    "5,16,3,UNSUPPORTED_ALGORITHM",
    "5,70,1,MALFORMED",
    "5,1000,1,MALFORMED",
    "4,1048,3,MALFORMED"
  })
  void field_ofAnotherKind_isRefusedAsThat(int part, String offset, String value, Code code)
      throws Exception {
    byte[] changed = get(part).toByteArray();
    changed[Integer.decode(offset)] = Integer.decode(value).byteValue();
    assertRefused(with(part, Bytes.of(changed)), SevCheck.CERTIFICATE_FORMAT, code);
  }

  @Test
  void signature_inAFileOfItsOwn_isJoined() throws Exception {
    Bytes ark = GOOD.ark();
    int split = ark.size() - 256;
    SevCaCertificate joined =
        SevCaCertificate.parse(ark.slice(0, split), ark.slice(split, ark.size()));
    assertThat(joined).isEqualTo(SevCaCertificate.parse(ark));
    assertThatThrownBy(() -> SevCaCertificate.parse(ark.slice(0, split), Bytes.zeros(255)))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void mutatedCertificates_giveOnlyDocumentedExceptions() {
    Mutations.feed(
        SevCertificateFuzzer::fuzzerTestOneInput,
        7,
        300,
        List.of(
            GOOD.ark().toByteArray(),
            GOOD.cek().toByteArray(),
            GOOD.pek().toByteArray(),
            new byte[48]));
  }
}
