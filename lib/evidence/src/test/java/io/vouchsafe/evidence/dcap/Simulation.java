package io.vouchsafe.evidence.dcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.testkit.intel.PckProfile;
import io.vouchsafe.testkit.intel.SimulatedBody;
import io.vouchsafe.testkit.intel.SimulatedCollateral;
import io.vouchsafe.testkit.intel.SimulatedIntel;
import io.vouchsafe.testkit.intel.SimulatedPlatform;
import io.vouchsafe.testkit.intel.SimulatedQuote;
import io.vouchsafe.testkit.intel.TcbDocuments;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.Optional;

/// A verification of simulated evidence: a quote with its collateral, each of which a test changes
/// in one place.
record Simulation(
    SimulatedPlatform platform,
    SimulatedQuote quote,
    SimulatedCollateral collateral,
    DcapPolicy policy,
    ExpectedBinding binding,
    Instant at) {
  static final SimulatedIntel INTEL = SimulatedIntel.create();
  static final ExpectedBinding NOTHING = new ExpectedBinding(Bytes.EMPTY, Optional.empty());
  private static final SimulatedPlatform SERVER = INTEL.platform(PckProfile.SERVER);
  private static final SimulatedPlatform CLIENT = INTEL.platform(PckProfile.CLIENT);
  private static final DcapRoots ROOTS = roots();

  private static DcapRoots roots() {
    try {
      return DcapRoots.none().named(INTEL.root());
    } catch (FormatException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Simulation of(
      SimulatedPlatform platform, SimulatedQuote quote, TcbDocuments documents) {
    return new Simulation(
        platform,
        quote,
        INTEL.collateral(platform, documents),
        DcapPolicy.STRICT,
        NOTHING,
        TcbDocuments.GOOD);
  }

  /// An enclave on a machine of one package.
  static Simulation sgx() {
    return of(
        CLIENT, SimulatedQuote.sgx(SimulatedBody.enclave()), TcbDocuments.sgx(PckProfile.CLIENT));
  }

  /// A guest of TDX 1.0 on a server.
  static Simulation tdx() {
    return tdx(SimulatedBody.td());
  }

  /// A guest on a server.
  static Simulation tdx(SimulatedBody body) {
    return of(SERVER, SimulatedQuote.tdx(body), TcbDocuments.tdx(PckProfile.SERVER));
  }

  Simulation quote(SimulatedQuote other) {
    return new Simulation(platform, other, collateral, policy, binding, at);
  }

  Simulation platform(SimulatedPlatform other) {
    return new Simulation(other, quote, collateral, policy, binding, at);
  }

  Simulation documents(TcbDocuments documents) {
    return collateral(INTEL.collateral(platform, documents));
  }

  Simulation collateral(SimulatedCollateral other) {
    return new Simulation(platform, quote, other, policy, binding, at);
  }

  Simulation with(SimulatedCollateral.Part part, Bytes document) {
    return collateral(collateral.with(part, document));
  }

  Simulation policy(DcapPolicy other) {
    return new Simulation(platform, quote, collateral, other, binding, at);
  }

  Simulation binding(Bytes reportData, Optional<Bytes> initData) {
    ExpectedBinding other = new ExpectedBinding(reportData, initData);
    return new Simulation(platform, quote, collateral, policy, other, at);
  }

  Simulation at(Instant other) {
    return new Simulation(platform, quote, collateral, policy, binding, other);
  }

  /// Verifies the quote.
  VerifiedQuote verify() throws RefusedException, FormatException {
    return verify(quote.by(platform));
  }

  /// Verifies these bytes in place of the quote.
  VerifiedQuote verify(Bytes bytes) throws RefusedException, FormatException {
    Collateral parsed = Collateral.parse(collateral.json());
    return new QuoteVerifier(ROOTS, policy).verify(bytes, parsed, binding, at);
  }

  TcbStatus status() throws RefusedException, FormatException {
    return verify().tcb().orElseThrow().status();
  }

  void assertRefused(DcapCheck check, Code code) {
    assertRefused(quote.by(platform), check, code);
  }

  void assertRefused(Bytes bytes, DcapCheck check, Code code) {
    Throwable thrown = catchThrowable(() -> verify(bytes));
    assertThat(thrown).isInstanceOf(RefusedException.class);
    RefusedException refused = (RefusedException) thrown;
    assertThat(refused.refusal().check() + " " + refused.code())
        .as(refused.getMessage())
        .isEqualTo(check.id() + " " + code);
  }
}
