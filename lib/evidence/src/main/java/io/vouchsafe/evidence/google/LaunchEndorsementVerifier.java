package io.vouchsafe.evidence.google;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.RootKeys;
import io.vouchsafe.evidence.dcap.TdReport;
import io.vouchsafe.evidence.dcap.VerifiedQuote;
import io.vouchsafe.evidence.internal.Certificate;
import io.vouchsafe.evidence.internal.CertificateChain;
import io.vouchsafe.evidence.internal.RsaScheme;
import io.vouchsafe.evidence.snp.SnpReport;
import io.vouchsafe.evidence.snp.VerifiedSnpReport;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.LongStream;

/// Verifies Google's launch endorsements (specs/evidence-x86 §8.1). The checks are those of
/// [EndorsementCheck]. Immutable, thread-safe.
public final class LaunchEndorsementVerifier {
  private static final String SIGNER = "GCE-uefi-signer";
  private static final int IDENTITY = 16;
  private static final CertificateChain.Steps STEPS =
      new CertificateChain.Steps(
          EndorsementCheck.CERTIFICATE, EndorsementCheck.CHAIN, EndorsementCheck.VALIDITY);

  private final RootKeys roots;
  private final long minimumSvn;

  /// @param roots which roots count
  /// @param minimumSvn lowest security version of the firmware; 0 for any
  public LaunchEndorsementVerifier(RootKeys roots, long minimumSvn) {
    this.roots = Objects.requireNonNull(roots, "roots");
    this.minimumSvn = minimumSvn;
  }

  /// Google's root, and any security version.
  public static LaunchEndorsementVerifier google() {
    return new LaunchEndorsementVerifier(GoogleRoots.firmware(), 0);
  }

  /// Whether an endorsement is genuine and holds a measurement.
  ///
  /// @param endorsement VMLaunchEndorsement as it came, wherever from
  /// @param measurement of verified evidence
  /// @param at the time that the signer's certificate is judged by
  public VerifiedEndorsement verify(Bytes endorsement, LaunchMeasurement measurement, Instant at)
      throws RefusedException {
    return verify(endorsement, Optional.of(measurement), Optional.empty(), at);
  }

  /// Whether an endorsement is genuine, whatever it endorses: no measurement is looked up, which
  /// the checks say.
  public VerifiedEndorsement verify(Bytes endorsement, Instant at) throws RefusedException {
    return verify(endorsement, Optional.empty(), Optional.empty(), at);
  }

  /// Whether an endorsement is genuine and holds the measurement of a report. If the guest was
  /// started with an ID block, its family, image and policy must be endorsed too.
  ///
  /// @param processors of the machine; without it the measurement may be for any number
  public VerifiedEndorsement verify(
      Bytes endorsement, VerifiedSnpReport report, Optional<Long> processors, Instant at)
      throws RefusedException {
    LaunchMeasurement measurement =
        new LaunchMeasurement.Snp(report.report().measurement(), processors);
    return verify(endorsement, Optional.of(measurement), Optional.of(report.report()), at);
  }

  /// Whether an endorsement is genuine and holds the MRTD of a quote. One of an SGX enclave has
  /// none, and is refused.
  ///
  /// @param ramGib memory of the machine; without it the measurement may be for any size
  public VerifiedEndorsement verify(
      Bytes endorsement, VerifiedQuote quote, Optional<Long> ramGib, Instant at)
      throws RefusedException {
    Bytes mrtd = quote.quote().body() instanceof TdReport guest ? guest.mrTd() : Bytes.EMPTY;
    LaunchMeasurement measurement = new LaunchMeasurement.Tdx(mrtd, ramGib);
    return verify(endorsement, Optional.of(measurement), Optional.empty(), at);
  }

  private VerifiedEndorsement verify(
      Bytes message,
      Optional<LaunchMeasurement> measurement,
      Optional<SnpReport> report,
      Instant at)
      throws RefusedException {
    Checklist checks = new Checklist();
    LaunchEndorsement endorsement;
    try {
      endorsement = LaunchEndorsement.parse(message);
    } catch (FormatException e) {
      Code code = e.code() == Code.OVERSIZED ? Code.OVERSIZED : Code.MALFORMED;
      throw checks.refuse(EndorsementCheck.FORMAT, code, e.expected(), e.found());
    }
    checks.pass(EndorsementCheck.FORMAT, "VMLaunchEndorsement", "VMLaunchEndorsement");
    // Only the leaf: no authority may stand between it and the root.
    CertificateChain chain =
        CertificateChain.verify(List.of(endorsement.certificate()), roots, at, STEPS, checks);
    signer(chain.leaf(), checks);
    boolean genuine =
        RsaScheme.PSS_SHA256.verifies(chain.key(), endorsement.signed(), endorsement.signature());
    checks.require(
        EndorsementCheck.SIGNATURE,
        genuine,
        Code.SIGNATURE_INVALID,
        "a signature by " + SIGNER,
        genuine ? "one that verifies" : "one that does not verify");
    long svn =
        measurement.isPresent()
            ? endorsed(endorsement, measurement.get(), checks)
            : unasked(endorsement, checks);
    identity(endorsement, report, checks);
    checks.require(
        EndorsementCheck.MINIMUM_SVN,
        svn >= minimumSvn,
        Code.SVN_BELOW_MINIMUM,
        minimumSvn + " at least",
        Long.toString(svn));
    return new VerifiedEndorsement(endorsement, svn, chain.root().anchor(), checks.results());
  }

  private static void signer(Certificate leaf, Checklist checks) throws RefusedException {
    String expected = "a certificate for " + SIGNER + ", signed with RSA-PSS";
    try {
      boolean fits =
          leaf.commonNames().equals(List.of(SIGNER))
              && leaf.allows(Certificate.Usage.DIGITAL_SIGNATURE)
              && !leaf.isAuthority(0)
              && RsaScheme.PSS_SHA256.isNamedBy(leaf.algorithm());
      checks.require(
          EndorsementCheck.SIGNER,
          fits,
          Code.CHAIN_INVALID,
          expected,
          "one for " + leaf.commonNames());
    } catch (FormatException e) {
      throw checks.refuse(EndorsementCheck.SIGNER, Code.CHAIN_INVALID, e.expected(), e.found());
    }
  }

  /// Returns the security version of the firmware for this kind of machine.
  private static long endorsed(
      LaunchEndorsement endorsement, LaunchMeasurement measurement, Checklist checks)
      throws RefusedException {
    return switch (measurement) {
      case LaunchMeasurement.Snp wanted -> endorsedSnp(endorsement, wanted, checks);
      case LaunchMeasurement.Tdx wanted -> endorsedTdx(endorsement, wanted, checks);
    };
  }

  /// Returns the lowest security version that it speaks of.
  private static long unasked(LaunchEndorsement endorsement, Checklist checks) {
    int snp = endorsement.snp().map(entry -> entry.measurements().size()).orElse(0);
    int tdx = endorsement.tdx().map(entry -> entry.measurements().size()).orElse(0);
    checks.notChecked(
        EndorsementCheck.MEASUREMENT,
        snp + " measurements of SEV-SNP and " + tdx + " of TDX are endorsed");
    return LongStream.concat(
            endorsement.snp().stream().mapToLong(LaunchEndorsement.Snp::svn),
            endorsement.tdx().stream().mapToLong(LaunchEndorsement.Tdx::svn))
        .min()
        .orElse(0);
  }

  private static long endorsedSnp(
      LaunchEndorsement endorsement, LaunchMeasurement.Snp wanted, Checklist checks)
      throws RefusedException {
    Optional<LaunchEndorsement.Snp> snp = endorsement.snp();
    Bytes measurement = wanted.measurement();
    boolean plain =
        snp.isPresent()
            && (wanted.processors().isEmpty()
                ? snp.get().measurements().containsValue(measurement)
                : Optional.ofNullable(snp.get().measurements().get(wanted.processors().get()))
                    .equals(Optional.of(measurement)));
    boolean service = snp.isPresent() && snp.get().svsm().equals(Optional.of(measurement));
    checks.require(
        EndorsementCheck.MEASUREMENT,
        plain || service,
        Code.MEASUREMENT_NOT_ENDORSED,
        "a measurement of SEV-SNP"
            + wanted.processors().map(count -> " with " + count + " vCPUs").orElse(""),
        measurement.hex());
    return snp.map(LaunchEndorsement.Snp::svn).orElse(0L);
  }

  private static long endorsedTdx(
      LaunchEndorsement endorsement, LaunchMeasurement.Tdx wanted, Checklist checks)
      throws RefusedException {
    Optional<LaunchEndorsement.Tdx> tdx = endorsement.tdx();
    boolean found =
        tdx.isPresent()
            && tdx.get().measurements().stream()
                .filter(each -> each.mrtd().equals(wanted.mrtd()))
                .anyMatch(each ->
                    wanted.ramGib().isEmpty()
                        || each.ramGib().isEmpty()
                        || each.ramGib().equals(wanted.ramGib()));
    checks.require(
        EndorsementCheck.MEASUREMENT,
        found,
        Code.MEASUREMENT_NOT_ENDORSED,
        "an MRTD" + wanted.ramGib().map(size -> " for " + size + " GiB").orElse(""),
        wanted.mrtd().hex());
    return tdx.map(LaunchEndorsement.Tdx::svn).orElse(0L);
  }

  private static void identity(
      LaunchEndorsement endorsement, Optional<SnpReport> report, Checklist checks)
      throws RefusedException {
    Bytes none = Bytes.zeros(IDENTITY);
    if (report.isEmpty() || endorsement.snp().isEmpty()) {
      checks.notChecked(EndorsementCheck.IDENTITY, "no report of SEV-SNP");
      return;
    }
    SnpReport found = report.get();
    LaunchEndorsement.Snp wanted = endorsement.snp().get();
    if (found.familyId().equals(none) && found.imageId().equals(none)) {
      checks.notChecked(EndorsementCheck.IDENTITY, "started without an ID block");
      return;
    }
    checks.require(
        EndorsementCheck.IDENTITY,
        found.familyId().equals(wanted.familyId().orElse(none))
            && found.imageId().equals(wanted.imageId().orElse(none))
            && found.policy().bits() == wanted.policy(),
        Code.MEASUREMENT_NOT_ENDORSED,
        words(wanted.familyId().orElse(none), wanted.imageId().orElse(none), wanted.policy()),
        words(found.familyId(), found.imageId(), found.policy().bits()));
  }

  private static String words(Bytes family, Bytes image, long policy) {
    return "family " + family + ", image " + image + ", policy 0x" + Long.toHexString(policy);
  }
}
