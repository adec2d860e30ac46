package io.vouchsafe.cli;

import io.vouchsafe.appraisal.why.ExplainedCheck;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.Anchor;
import io.vouchsafe.evidence.SampleCheck;
import io.vouchsafe.evidence.azure.AzureCheck;
import io.vouchsafe.evidence.dcap.DcapCheck;
import io.vouchsafe.evidence.google.EndorsementCheck;
import io.vouchsafe.evidence.google.GoogleVtpmCheck;
import io.vouchsafe.evidence.openenclave.OpenEnclaveCheck;
import io.vouchsafe.evidence.snp.SnpCheck;
import io.vouchsafe.evidence.tpm.TpmCheck;
import io.vouchsafe.verdict.CheckResult;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.Refusal;
import io.vouchsafe.verdict.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What `verify` says about one piece of evidence.
///
/// @param file where it came from
/// @param form what it was taken for; empty if for nothing
/// @param tee kind of TEE as on the wire; empty if unknown
/// @param checks what ran, in order
/// @param silent what the policy could have named, and of which no check speaks then
/// @param claimsSeen whether a policy in Rego looked at the claims, so that what is among them
///   counts as compared
/// @param end how it ended
record Judgement(
    String file,
    String form,
    String tee,
    List<CheckResult> checks,
    List<Unchecked> silent,
    boolean claimsSeen,
    End end) {

  /// Members of policies that a check compares with, where the check says *not checked* without
  /// them.
  private static final Map<String, String> MEMBERS =
      Map.ofEntries(
          Map.entry(SnpCheck.REPORT_DATA.id(), "reportData"),
          Map.entry(SnpCheck.MEASUREMENT.id(), "measurement"),
          Map.entry(SnpCheck.VMPL.id(), "requireVmpl"),
          Map.entry(SnpCheck.MINIMUM_TCB.id(), "minTcb"),
          Map.entry(SnpCheck.PLATFORM.id(), "requireAliasCheck"),
          Map.entry(SnpCheck.REVOCATION.id(), "requireRevocationList"),
          Map.entry(AzureCheck.NONCE.id(), "reportData"),
          Map.entry(OpenEnclaveCheck.CLAIMS.id(), "reportData"),
          Map.entry(AzureCheck.USER_DATA.id(), "userData"),
          Map.entry(AzureCheck.INIT_DATA.id(), "initDataHash"),
          Map.entry(DcapCheck.REPORT_DATA.id(), "reportData"),
          Map.entry(DcapCheck.MR_ENCLAVE.id(), "mrEnclave"),
          Map.entry(DcapCheck.CONFIG_ID.id(), "configId"),
          Map.entry(TpmCheck.REPORT_DATA.id(), "reportData"),
          Map.entry(TpmCheck.INIT_DATA.id(), "initDataHash"),
          Map.entry(SampleCheck.REPORT_DATA.id(), "reportData"),
          Map.entry(GoogleVtpmCheck.NONCE.id(), "reportData"),
          Map.entry(EndorsementCheck.MEASUREMENT.id(), "measurement"));

  /// Members about what is no claim.
  private static final Set<String> NO_CLAIMS = Set.of("requireRevocationList");

  private static final Set<Code> UNREADABLE =
      Set.of(Code.MALFORMED, Code.OVERSIZED, Code.QUOTE_MALFORMED);

  /// How a verification ended.
  sealed interface End {
    /// Genuine, and as the policy wants it.
    record Accepted(Anchor anchor, Json.Obj claims) implements End {}

    /// A check failed.
    record Refused(Refusal refusal) implements End {}
  }

  /// The verdict in a word, with the exit status that goes with it.
  enum Verdict {
    VALID("valid", 0),
    REFUSED("refused", 1),
    MALFORMED("malformed", 2),
    INCOMPLETE("incomplete", 3);

    private final String text;
    private final int status;

    Verdict(String text, int status) {
      this.text = text;
      this.status = status;
    }

    String text() {
      return text;
    }

    int status() {
      return status;
    }

    /// The one that counts for several pieces of evidence.
    static Verdict worst(List<Verdict> verdicts) {
      for (Verdict verdict : List.of(MALFORMED, REFUSED, INCOMPLETE)) {
        if (verdicts.contains(verdict)) {
          return verdict;
        }
      }
      return VALID;
    }
  }

  /// A check that compared nothing, and the member of a policy that would have made it.
  record Unchecked(String check, String member) {}

  Judgement {
    checks = List.copyOf(checks);
    silent = List.copyOf(silent);
  }

  /// A judgement of the verifiers.
  Judgement(
      String file,
      String form,
      String tee,
      List<CheckResult> checks,
      List<Unchecked> silent,
      End end) {
    this(file, form, tee, checks, silent, false, end);
  }

  /// This, with other checks and another end.
  Judgement with(List<CheckResult> ran, End other) {
    return new Judgement(file, form, tee, ran, silent, claimsSeen, other);
  }

  /// This, after a policy in Rego looked at the claims.
  Judgement seenByRego() {
    return new Judgement(file, form, tee, checks, silent, true, end);
  }

  static Judgement refused(String file, String form, String tee, RefusedException e) {
    return new Judgement(file, form, tee, e.results(), List.of(), new End.Refused(e.refusal()));
  }

  Verdict verdict() {
    return switch (end) {
      case End.Accepted _ -> unchecked().isEmpty() ? Verdict.VALID : Verdict.INCOMPLETE;
      case End.Refused(Refusal refusal) ->
          UNREADABLE.contains(refusal.code()) ? Verdict.MALFORMED : Verdict.REFUSED;
    };
  }

  /// What the policy could have had checked and did not.
  List<Unchecked> unchecked() {
    List<Unchecked> unchecked = new ArrayList<>();
    for (CheckResult check : checks) {
      Optional<String> member = Optional.ofNullable(MEMBERS.get(check.check()));
      // Nothing found is nothing that could be compared, as the CONFIGID of an enclave without.
      if (check.outcome() == CheckResult.Outcome.NOT_CHECKED
          && member.isPresent()
          && !check.found().isEmpty()) {
        unchecked.add(new Unchecked(check.check(), member.get()));
      }
    }
    unchecked.addAll(silent);
    unchecked.removeIf(each -> claimsSeen && !NO_CLAIMS.contains(each.member()));
    return unchecked.stream().distinct().toList();
  }

  /// Checks that passed because a switch of the policy let a weakness through.
  List<CheckResult> allowed() {
    return checks.stream().filter(check -> check.allowedBy().isPresent()).toList();
  }

  /// As docs/verify.md describes it.
  Json.Obj json() {
    Json.ObjBuilder json =
        Json.object()
            .put("file", file)
            .put("form", form)
            .put("tee", tee)
            .put("verdict", verdict().text())
            .put(
                "checks",
                Json.array(checks.stream().map(check -> ExplainedCheck.json(check)).toList()))
            .put("unchecked", Json.array(unchecked().stream().map(Judgement::json).toList()))
            .put("allowed", Json.array(allowed().stream().map(Judgement::allowance).toList()));
    switch (end) {
      case End.Accepted(Anchor anchor, Json.Obj claims) ->
          json.put("anchor", anchor.text()).put("claims", claims);
      case End.Refused(Refusal refusal) -> json.put("refusal", Vouchsafe.json(refusal));
    }
    return json.build();
  }

  private static Json.Obj json(Unchecked unchecked) {
    return Json.object().put("check", unchecked.check()).put("member", unchecked.member()).build();
  }

  private static Json.Obj allowance(CheckResult check) {
    return Json.object()
        .put("check", check.check())
        .put("by", check.allowedBy().orElse(""))
        .put("found", check.found())
        .build();
  }
}
