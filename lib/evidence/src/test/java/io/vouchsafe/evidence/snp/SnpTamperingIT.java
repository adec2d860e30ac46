package io.vouchsafe.evidence.snp;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.testkit.amd.SimulatedAmd;
import io.vouchsafe.testkit.amd.SimulatedAmd.SimulatedKey;
import io.vouchsafe.testkit.amd.SimulatedReport;
import io.vouchsafe.testkit.amd.SimulatedTcb;
import io.vouchsafe.testkit.amd.VekExtensions;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Every bit of a report flipped and every length of it, each refused for the reason of its field.
class SnpTamperingIT {
  private static final Instant AT = Instant.parse("2026-11-25T00:00:00Z");
  private static final SimulatedTcb TCB = new SimulatedTcb(4, 0, 24, 219);
  private static final Bytes CHIP_ID = Bytes.utf8("a chip of Milan").fit(64);
  private static final SimulatedAmd AMD = SimulatedAmd.of("Milan");
  private static final SimulatedKey VCEK = AMD.chip(VekExtensions.chip("Milan-B0", TCB, CHIP_ID));
  private static final Bytes REPORT = VCEK.sign(SimulatedReport.milan(TCB, CHIP_ID));
  private static final SnpEndorsements ENDORSEMENTS =
      new SnpEndorsements(List.of(VCEK.certificate()), AMD.authorities(), List.of());

  /// What a change from `from` until `to` may be refused for.
  private record Rule(int from, int to, Code... codes) {}

  /// Fields that are looked at before the signature; all others belong to it.
  private static final List<Rule> RULES =
      List.of(
          new Rule(0x000, 0x004, Code.UNSUPPORTED_VERSION, Code.MALFORMED),
          new Rule(0x00a, 0x00b, Code.MALFORMED, Code.SIGNATURE_INVALID),
          new Rule(0x030, 0x034, Code.MALFORMED, Code.SIGNATURE_INVALID),
          new Rule(0x034, 0x038, Code.UNSUPPORTED_ALGORITHM),
          new Rule(0x048, 0x049, Code.SIGNER_MISMATCH, Code.MALFORMED, Code.SIGNATURE_INVALID),
          new Rule(0x049, 0x050, Code.MALFORMED),
          new Rule(0x110, 0x140, Code.MALFORMED),
          new Rule(0x188, 0x18a, Code.PRODUCT_MISMATCH, Code.SIGNATURE_INVALID),
          new Rule(0x18b, 0x1a0, Code.MALFORMED),
          new Rule(0x1eb, 0x1ec, Code.MALFORMED),
          new Rule(0x1ef, 0x1f0, Code.MALFORMED),
          new Rule(0x1f8, 0x2a0, Code.MALFORMED),
          new Rule(0x330, 0x4a0, Code.MALFORMED));

  private static Set<Code> codes(int offset) {
    return RULES.stream()
        .filter(rule -> rule.from() <= offset && offset < rule.to())
        .findFirst()
        .map(rule -> (Set<Code>) EnumSet.copyOf(List.of(rule.codes())))
        .orElse(Set.of(Code.SIGNATURE_INVALID));
  }

  private static SnpReportVerifier verifier() throws FormatException {
    return new SnpReportVerifier(SnpTrust.none().withRoot(AMD.root()));
  }

  private static Optional<Code> outcome(SnpReportVerifier verifier, Bytes report) {
    try {
      verifier.verify(report, ENDORSEMENTS, SnpPolicy.STRICT, AT);
      return Optional.empty();
    } catch (RefusedException e) {
      return Optional.of(e.code());
    }
  }

  @Test
  void report_withAnyBitFlipped_isRefusedForItsField() throws Exception {
    SnpReportVerifier verifier = verifier();
    assertThat(outcome(verifier, REPORT)).isEmpty();
    IntStream.range(0, 8 * REPORT.size())
        .forEach(bit -> {
          byte[] changed = REPORT.toByteArray();
          changed[bit / 8] ^= (byte) (1 << bit % 8);
          assertThat(outcome(verifier, Bytes.of(changed)))
              .as("bit %d of 0x%x", bit % 8, bit / 8)
              .isPresent()
              .get()
              .isIn(codes(bit / 8));
        });
  }

  @Test
  void report_ofAnyOtherLength_isMalformed() throws Exception {
    SnpReportVerifier verifier = verifier();
    for (int length = 0; length < REPORT.size() + 64; length++) {
      if (length != REPORT.size()) {
        assertThat(outcome(verifier, REPORT.fit(length))).as(length + "").contains(Code.MALFORMED);
      }
    }
  }
}
