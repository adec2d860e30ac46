package io.vouchsafe.trust.core;

import io.vouchsafe.appraisal.AttestationPolicy;
import io.vouchsafe.appraisal.AttestationResult;
import io.vouchsafe.appraisal.DecisionTime;
import io.vouchsafe.appraisal.RecordedClaims;
import io.vouchsafe.appraisal.ReleasePolicy;
import io.vouchsafe.appraisal.SubmoduleResult;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.VerifiedEvidence;
import io.vouchsafe.trust.store.PolicyOrigin;
import io.vouchsafe.trust.store.Snapshot;
import io.vouchsafe.trust.store.Store;
import io.vouchsafe.trust.store.StoreException;
import io.vouchsafe.trust.store.StoredPolicy;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.Refusal;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Both halves of the transaction on the current snapshot, with nothing written and nothing given:
/// what would be decided. Takes the same steps and writes down the same as the transaction does.
final class Trial {
  private static final String ID = "trial";
  private static final String JOINED = "attestation_entry";
  private static final String VIA = "policy try";

  private final TrustCoreOptions options;
  private final Store store;
  private final Attestation attestation;

  Trial(TrustCoreOptions options, Attestation attestation) {
    this.options = options;
    this.store = options.store();
    this.attestation = attestation;
  }

  TrialAnswer of(Tenant tenant, TrialQuestion question) throws StoreException {
    Instant now = store.now();
    Snapshot snapshot = store.snapshot(tenant);
    List<VerifiedEvidence> verified;
    try {
      verified = attestation.verify(tenant, question.evidence(), now);
    } catch (RefusedException e) {
      Json.Obj record =
          head(now, "attest", Step.VERIFY, "refused")
              .put("refusal", Records.refusal(e.refusal()))
              .put("subject", Attestation.subject(question.evidence()))
              .put("checks", Records.checks(e.results()))
              .build();
      return new TrialAnswer(record, Map.of(), Json.object().build(), question.notTried());
    } catch (StoreFailure e) {
      throw e.failure();
    }
    return decide(tenant, snapshot, now, verified, question);
  }

  private TrialAnswer decide(
      Tenant tenant,
      Snapshot snapshot,
      Instant now,
      List<VerifiedEvidence> verified,
      TrialQuestion question)
      throws StoreException {
    Json.ObjBuilder record =
        Json.object().put("via", VIA).put("resource", question.resource().path());
    Map<String, String> because = new TreeMap<>();
    Json.Obj claims = Json.object().build();
    Optional<Refusal> refusal = Optional.empty();
    try {
      StoredPolicy appraising =
          policy(
              snapshot,
              StoredPolicy.Kind.ATTESTATION,
              question.attestation().map(AttestationPolicy::json),
              now);
      AttestationPolicy policy = Policies.attestation(appraising);
      List<SubmoduleResult> submodules =
          Attestation.appraise(question.evidence(), verified, policy, snapshot, time(now));
      Optional<Refusal> broken = Attestation.broken(submodules);
      if (broken.isPresent()) {
        record
            .put("attestation_policy", Records.policy(appraising))
            .put("submodules", Json.array(submodules.stream().map(Records::submodule).toList()));
        throw new RefusedException(broken.get());
      }
      for (SubmoduleResult submodule : submodules) {
        policy
            .why(submodule.evidence(), snapshot.referenceValues(), time(now))
            .ifPresent(text -> because.put(submodule.name(), text));
      }
      AttestationResult result =
          AttestationResult.issue(options.identity(), ID, submodules, now, options.tokenLife());
      claims = result.claims();
      record
          .put("attestation_policy", Records.policy(appraising))
          .put("submodules", Json.array(submodules.stream().map(Records::submodule).toList()))
          .put(JOINED, attested(now, verified, submodules, appraising));
      release(tenant, snapshot, now, result, question, record, because);
    } catch (RefusedException e) {
      refusal = Optional.of(e.refusal());
    }
    return new TrialAnswer(finished(now, record, refusal), because, claims, question.notTried());
  }

  private void release(
      Tenant tenant,
      Snapshot snapshot,
      Instant now,
      AttestationResult result,
      TrialQuestion question,
      Json.ObjBuilder record,
      Map<String, String> because)
      throws RefusedException, StoreException {
    StoredPolicy deciding =
        policy(
            snapshot, StoredPolicy.Kind.RELEASE, question.release().map(ReleasePolicy::json), now);
    ReleasePolicy policy = Policies.release(deciding);
    ReleasePolicy.Request request = question.resource().request();
    ReleasePolicy.Verdict verdict =
        policy.decide(result, request, snapshot.referenceValues(), time(now));
    policy
        .why(result, request, snapshot.referenceValues(), time(now))
        .ifPresent(text -> because.put(StoredPolicy.Kind.RELEASE.text(), text));
    record
        .put("policy", Records.policy(deciding))
        .put("checks", Records.findings(verdict.findings()))
        .put("input", RecordedClaims.of(result.claims()));
    if (verdict.refusal().isPresent()) {
      throw new RefusedException(verdict.refusal().get());
    }
    String path = question.resource().path();
    if (question.named()
        && store.resources(tenant).stream().noneMatch(it -> it.path().equals(path))) {
      throw new RefusedException(
          TransactionCheck.RESOURCE, Code.RESOURCE_NOT_FOUND, "a resource " + path, "none");
    }
  }

  private DecisionTime time(Instant now) {
    return new DecisionTime(now, options.watch());
  }

  /// The candidate as version 0, or what is in force.
  private static StoredPolicy policy(
      Snapshot snapshot, StoredPolicy.Kind kind, Optional<Json.Obj> candidate, Instant now)
      throws RefusedException {
    return candidate.isPresent()
        ? new StoredPolicy(
            kind, Policies.id(kind), 0, candidate.get(), now, PolicyOrigin.of("candidate"))
        : Policies.active(snapshot, kind, Policies.id(kind));
  }

  /// What the entry of the attestation would say.
  private static Json.Obj attested(
      Instant now,
      List<VerifiedEvidence> verified,
      List<SubmoduleResult> submodules,
      StoredPolicy policy) {
    List<Json> list = new ArrayList<>();
    for (int i = 0; i < verified.size(); i++) {
      SubmoduleResult submodule = submodules.get(i);
      list.add(
          Records.submodule(submodule)
              .with("checks", Records.checks(verified.get(i).checks()))
              .with("claims", RecordedClaims.of(submodule.evidence().annotated())));
    }
    return head(now, "attest", Step.APPRAISE, "attested")
        .put("policy", Records.policy(policy))
        .put("submodules", Json.array(list))
        .build();
  }

  private static Json.ObjBuilder head(Instant now, String kind, Step step, String outcome) {
    return Json.object()
        .put("id", ID)
        .put("at", now.toString())
        .put("kind", kind)
        .put("step", step.text())
        .put("outcome", outcome);
  }

  private static Json.Obj finished(Instant now, Json.ObjBuilder record, Optional<Refusal> refusal) {
    Json.ObjBuilder whole =
        head(now, "release", Step.DECIDE, refusal.isPresent() ? "refused" : "granted");
    refusal.ifPresent(why -> whole.put("refusal", Records.refusal(why)));
    record.build().members().forEach(whole::put);
    return whole.build();
  }
}
