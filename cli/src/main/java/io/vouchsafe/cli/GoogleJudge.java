package io.vouchsafe.cli;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.forms.EvidenceForm;
import io.vouchsafe.evidence.google.AkCertificateVerifier;
import io.vouchsafe.evidence.google.EndorsementCheck;
import io.vouchsafe.evidence.google.GoogleVtpmVerifier;
import io.vouchsafe.evidence.google.LaunchEndorsementVerifier;
import io.vouchsafe.evidence.google.LaunchMeasurement;
import io.vouchsafe.evidence.google.VerifiedAk;
import io.vouchsafe.evidence.google.VerifiedEndorsement;
import io.vouchsafe.evidence.google.VerifiedVtpm;
import io.vouchsafe.evidence.snp.VerifiedSnpReport;
import io.vouchsafe.verdict.CheckResult;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Judges what Google vouches for: its virtual TPMs, their keys, and the firmware that it starts.
///
/// @param all what is common to all evidence
record GoogleJudge(EvidenceJudge all) {
  private static final String ENDORSEMENT_TEE = "gcp-endorsement";
  private static final String MEASUREMENT = "measurement";
  private static final String MRTD = "mrTd";
  private static final String PROCESSORS = "vcpus";
  private static final String MEMORY = "ramGib";
  private static final String MINIMUM_SVN = "minFirmwareSvn";
  private static final String REQUIRED = "requireLaunchEndorsement";

  /// Members about an endorsement, beside those of the hardware. Each of them demands one.
  private static final Set<String> MEMBERS = Set.of(PROCESSORS, MEMORY, MINIMUM_SVN, REQUIRED);

  private static final long MAX_NUMBER = 1L << 31;

  /// The policy without what is about endorsements.
  static Json.Obj hardware(Json.Obj policy) {
    Json.Obj rest = policy;
    for (String member : MEMBERS) {
      rest = rest.without(member);
    }
    return rest;
  }

  Judgement attestation(String file, String form, Bytes attestation)
      throws RefusedException, Failure {
    all.requireMembers(EvidenceForm.GOOGLE, Set.of(EvidenceJudge.REPORT_DATA));
    VerifiedVtpm verified;
    try {
      verified =
          new GoogleVtpmVerifier(all.roots().google().virtualTpm(), all.files().googleAuthorities())
              .verify(attestation, all.expected(), all.at());
    } catch (FormatException e) {
      throw EvidenceJudge.policyFailure(EvidenceForm.GOOGLE, e);
    }
    return new Judgement(
        file,
        form,
        EvidenceForm.GOOGLE,
        verified.checks(),
        List.of(),
        new Judgement.End.Accepted(verified.anchor(), verified.claims()));
  }

  Judgement certificate(String file, String form, List<Bytes> chain)
      throws RefusedException, Failure {
    all.requireMembers(EvidenceForm.GOOGLE, Set.of());
    List<Bytes> certificates = new ArrayList<>(chain);
    certificates.addAll(all.files().googleAuthorities());
    VerifiedAk verified =
        new AkCertificateVerifier(all.roots().google().virtualTpm())
            .verify(certificates.stream().distinct().toList(), all.at());
    return new Judgement(
        file,
        form,
        EvidenceForm.GOOGLE,
        verified.checks(),
        List.of(),
        new Judgement.End.Accepted(verified.anchor(), verified.claims()));
  }

  /// An endorsement by itself: genuine, and of the measurement that the policy names.
  Judgement endorsement(String file, String form, Bytes endorsement) throws Failure {
    Set<String> known = Set.of(MEASUREMENT, MRTD, PROCESSORS, MEMORY, MINIMUM_SVN, REQUIRED);
    all.requireMembers(ENDORSEMENT_TEE, known);
    try {
      Optional<Bytes> snp = all.hex(MEASUREMENT);
      Optional<Bytes> tdx = all.hex(MRTD);
      if (snp.isPresent() && tdx.isPresent()) {
        throw FormatException.unexpected(MEASUREMENT + " or " + MRTD, "both");
      }
      LaunchEndorsementVerifier verifier = verifier();
      VerifiedEndorsement verified;
      if (snp.isPresent()) {
        LaunchMeasurement wanted = new LaunchMeasurement.Snp(snp.get(), number(PROCESSORS));
        verified = verifier.verify(endorsement, wanted, all.at());
      } else if (tdx.isPresent()) {
        LaunchMeasurement wanted = new LaunchMeasurement.Tdx(tdx.get(), number(MEMORY));
        verified = verifier.verify(endorsement, wanted, all.at());
      } else {
        verified = verifier.verify(endorsement, all.at());
      }
      return new Judgement(
          file,
          form,
          ENDORSEMENT_TEE,
          verified.checks(),
          List.of(),
          new Judgement.End.Accepted(verified.anchor(), verified.claims()));
    } catch (RefusedException e) {
      return Judgement.refused(file, form, ENDORSEMENT_TEE, e);
    } catch (FormatException e) {
      throw EvidenceJudge.policyFailure(ENDORSEMENT_TEE, e);
    }
  }

  /// What was made of the endorsements of one piece of evidence.
  ///
  /// @param checks that ran
  /// @param claims of the evidence, and of the endorsement if there is one
  record Endorsed(List<CheckResult> checks, Json.Obj claims) {}

  /// A verified report: one of the endorsements that were named must be of its measurement, also
  /// that of the host's certificate table if the policy demands one.
  ///
  /// @param ofHost endorsement in the table that came with the report
  Endorsed endorsed(VerifiedSnpReport report, Optional<Bytes> ofHost)
      throws RefusedException, FormatException {
    Optional<Long> processors = number(PROCESSORS);
    LaunchEndorsementVerifier verifier = verifier();
    return endorsed(
        report.checks(),
        report.claims(),
        ofHost,
        message -> verifier.verify(message, report, processors, all.at()));
  }

  /// As [#endorsed(VerifiedSnpReport, Optional)], for a quote of TDX with these claims.
  Endorsed endorsed(List<CheckResult> checks, Json.Obj claims)
      throws RefusedException, FormatException {
    Bytes mrtd = Bytes.fromHex(claims.object("quote").object("body").string("mr_td"));
    LaunchMeasurement wanted = new LaunchMeasurement.Tdx(mrtd, number(MEMORY));
    LaunchEndorsementVerifier verifier = verifier();
    return endorsed(
        checks, claims, Optional.empty(), message -> verifier.verify(message, wanted, all.at()));
  }

  private interface Verification {
    VerifiedEndorsement of(Bytes endorsement) throws RefusedException;
  }

  private Endorsed endorsed(
      List<CheckResult> before, Json.Obj claims, Optional<Bytes> ofHost, Verification verification)
      throws RefusedException, FormatException {
    List<Bytes> endorsements = new ArrayList<>(all.files().endorsements());
    List<CheckResult> checks = new ArrayList<>(before);
    boolean demanded = isDemanded();
    if (demanded) {
      ofHost.ifPresent(endorsements::add);
    }
    Optional<RefusedException> last = Optional.empty();
    for (Bytes endorsement : endorsements) {
      try {
        VerifiedEndorsement verified = verification.of(endorsement);
        checks.addAll(verified.checks());
        return new Endorsed(checks, claims.with("launch_endorsement", verified.claims()));
      } catch (RefusedException e) {
        last = Optional.of(e);
      }
    }
    if (last.isEmpty() && demanded) {
      last =
          Optional.of(
              new RefusedException(
                  EndorsementCheck.MEASUREMENT,
                  Code.MEASUREMENT_NOT_ENDORSED,
                  "a launch endorsement, as the policy demands",
                  "none"));
    }
    if (last.isPresent()) {
      checks.addAll(last.get().results());
      throw new RefusedException(last.get().refusal(), checks);
    }
    return new Endorsed(checks, claims);
  }

  private boolean isDemanded() throws FormatException {
    Json.Obj policy = all.policy();
    boolean required = policy.present(REQUIRED).isPresent() && policy.bool(REQUIRED);
    return required
        || MEMBERS.stream()
            .filter(member -> !member.equals(REQUIRED))
            .anyMatch(member -> policy.present(member).isPresent());
  }

  private LaunchEndorsementVerifier verifier() throws FormatException {
    return new LaunchEndorsementVerifier(
        all.roots().google().firmware(), number(MINIMUM_SVN).orElse(0L));
  }

  private Optional<Long> number(String member) throws FormatException {
    if (all.policy().present(member).isEmpty()) {
      return Optional.empty();
    }
    long value = all.policy().integer(member);
    if (value < 0 || value >= MAX_NUMBER) {
      throw FormatException.unexpected(member + " of 0 to " + (MAX_NUMBER - 1), value + "");
    }
    return Optional.of(value);
  }
}
