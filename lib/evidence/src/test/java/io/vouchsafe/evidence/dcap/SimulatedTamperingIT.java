package io.vouchsafe.evidence.dcap;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.testkit.intel.SimulatedBody;
import io.vouchsafe.testkit.intel.SimulatedQuote;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Simulated quotes of every version and kind of body: every byte of each field changed in one of
/// its bits, every length cut, and of the signature every third byte of each part. One verifier
/// serves all changes of a quote, which it has verified whole before.
class SimulatedTamperingIT {
  /// A quote and what it is about.
  record Sample(String name, Simulation good, SimulatedBody body) {
    private static Sample sgx(int version) {
      SimulatedBody body = SimulatedBody.enclave();
      Simulation good = Simulation.sgx().quote(SimulatedQuote.sgx(body).version(version));
      return new Sample("SGX, version " + version, good, body);
    }

    private static Sample tdx(SimulatedBody body, int version) {
      Simulation good = Simulation.tdx(body);
      return new Sample(
          body.kind() + ", version " + version, good.quote(good.quote().version(version)), body);
    }

    Bytes quote() {
      return good.quote().by(good.platform());
    }

    /// Where the body starts.
    int start() {
      return good.quote().signedSize() - body.kind().size();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Sample> samples() {
    return Stream.of(
        Sample.sgx(3),
        Sample.sgx(4),
        Sample.sgx(5),
        Sample.tdx(SimulatedBody.td(), 4),
        Sample.tdx(SimulatedBody.td(), 5),
        Sample.tdx(SimulatedBody.td15(), 5),
        Sample.tdx(SimulatedBody.td15Ex(), 5));
  }

  private static final QuoteVerifier VERIFIER = verifier();

  private static QuoteVerifier verifier() {
    try {
      return new QuoteVerifier(DcapRoots.none().named(Simulation.INTEL.root()), DcapPolicy.STRICT);
    } catch (FormatException e) {
      throw new AssertionError(e);
    }
  }

  private static Optional<Code> outcome(Sample sample, byte[] quote) {
    try {
      VERIFIER.verifyWithoutCollateral(Bytes.of(quote), Simulation.NOTHING, sample.good().at());
      return Optional.empty();
    } catch (RefusedException e) {
      return Optional.of(e.code());
    }
  }

  private static void assertFlipped(Sample sample, byte[] quote, int at, Code code) {
    quote[at] ^= (byte) (1 << at % 8);
    assertThat(outcome(sample, quote)).as(sample + ", byte " + at).contains(code);
    quote[at] ^= (byte) (1 << at % 8);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void field_ofTheBody_changed_isNotSigned(Sample sample) {
    byte[] quote = sample.quote().toByteArray();
    assertThat(outcome(sample, quote)).isEmpty();
    boolean[] inFields = new boolean[sample.body().kind().size()];
    for (SimulatedBody.Field field : sample.body().fields()) {
      for (int i = field.offset(); i < field.offset() + field.size(); i++) {
        inFields[i] = true;
        assertFlipped(sample, quote, sample.start() + i, Code.SIGNATURE_INVALID);
      }
    }
    for (int i = 0; i < inFields.length; i++) {
      if (!inFields[i]) {
        assertFlipped(sample, quote, sample.start() + i, Code.MALFORMED);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void part_ofTheSignature_changed_isRefusedForThat(Sample sample) {
    byte[] quote = sample.quote().toByteArray();
    assertThat(outcome(sample, quote)).isEmpty();
    boolean nested = !sample.name().endsWith("version 3");
    int signature = sample.good().quote().signedSize() + 4;
    int report = signature + 128 + (nested ? 6 : 0);
    for (int i = 0; i < 64; i += 3) {
      assertFlipped(sample, quote, signature + i, Code.SIGNATURE_INVALID);
      assertFlipped(sample, quote, signature + 64 + i, Code.QE_BINDING_INVALID);
      assertFlipped(sample, quote, report + SgxReport.SIZE + i, Code.QE_REPORT_SIGNATURE_INVALID);
      // REPORTDATA of the quoting enclave.
      assertFlipped(sample, quote, report + 320 + i, Code.QE_REPORT_SIGNATURE_INVALID);
    }
    assertFlipped(sample, quote, report + SgxReport.SIZE + 66, Code.QE_BINDING_INVALID);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void quote_cutAnywhere_isMalformed(Sample sample) {
    Bytes quote = sample.quote();
    for (int length = 0; length < quote.size(); length++) {
      assertThat(outcome(sample, quote.slice(0, length).toByteArray()))
          .as(sample + ", " + length + " bytes")
          .contains(Code.MALFORMED);
    }
  }
}
