package io.vouchsafe.trust.core;

import io.vouchsafe.appraisal.AttestationPolicy;
import io.vouchsafe.appraisal.AttestationResult;
import io.vouchsafe.appraisal.DecisionTime;
import io.vouchsafe.appraisal.EvidenceClaims;
import io.vouchsafe.appraisal.Finding;
import io.vouchsafe.appraisal.SubmoduleResult;
import io.vouchsafe.appraisal.TrustTier;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.VerifiedEvidence;
import io.vouchsafe.evidence.Verifier;
import io.vouchsafe.trust.store.Snapshot;
import io.vouchsafe.trust.store.Store;
import io.vouchsafe.trust.store.StoreException;
import io.vouchsafe.trust.store.StoredPolicy;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.Refusal;
import io.vouchsafe.verdict.RefusedException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// The first half of the transaction: challenge, verify, appraise, record.
final class Attestation {
  private final TrustCoreOptions options;
  private final Store store;
  private final Ids ids;
  private final Refusals refusals;
  private final Sessions sessions;
  private final Tokens tokens;
  private final Pieces pieces;
  private final Appraised appraised;
  private final ConcurrentMap<Tenant, Map<String, Verifier>> verifiers = new ConcurrentHashMap<>();

  /// Reads the result of a token of ours.
  @FunctionalInterface
  interface Tokens {
    AttestationResult read(String token) throws RefusedException;
  }

  Attestation(
      TrustCoreOptions options,
      Ids ids,
      Refusals refusals,
      Pieces pieces,
      Appraised appraised,
      Tokens tokens) {
    this.options = options;
    this.store = options.store();
    this.ids = ids;
    this.refusals = refusals;
    this.sessions = new Sessions(store);
    this.tokens = tokens;
    this.pieces = pieces;
    this.appraised = appraised;
  }

  Challenge challenge(Tenant tenant, ChallengeRequest request)
      throws RefusedException, StoreException {
    Instant now = store.now();
    String id = ids.session();
    Session session =
        new Session(request.tee(), ids.nonce(), request.kept(), now.plus(options.sessionLife()));
    sessions.add(tenant, id, session, now);
    return new Challenge(id, session.nonce(), session.expires());
  }

  SessionView session(Tenant tenant, String id) throws RefusedException, StoreException {
    Instant now = store.now();
    Session session = sessions.get(tenant, id, now);
    return new SessionView(
        session.tee(),
        session.nonce(),
        session.kept(),
        session.expires(),
        session.attested() ? Optional.of(attested(tenant, id)) : Optional.empty());
  }

  private AttestOutcome.Attested attested(Tenant tenant, String id) throws RefusedException {
    String token = sessions.token(tenant, id);
    return new AttestOutcome.Attested(tokens.read(token), token);
  }

  AttestOutcome attest(Tenant tenant, String id, EvidenceSet evidence) throws StoreException {
    Instant now = store.now();
    try {
      Session session = sessions.get(tenant, id, now);
      session.lock.lock();
      try {
        return session.attested()
            ? attested(tenant, id)
            : answer(tenant, id, session, evidence, now);
      } finally {
        session.lock.unlock();
      }
    } catch (RefusedException e) {
      return refusals.counted(tenant, Step.CHALLENGE, e.refusal(), now);
    } catch (StoreFailure e) {
      throw e.failure();
    }
  }

  private AttestOutcome answer(
      Tenant tenant, String id, Session session, EvidenceSet evidence, Instant now)
      throws StoreException {
    List<VerifiedEvidence> verified;
    try {
      belongs(session, evidence);
      verified = verify(tenant, evidence, now);
    } catch (RefusedException e) {
      session.fail();
      sessions.save(tenant, id, session);
      return refusals.verification(tenant, e, subject(evidence), now);
    }
    Snapshot snapshot = store.snapshot(tenant);
    StoredPolicy stored;
    AttestationPolicy policy;
    try {
      stored =
          Policies.active(snapshot, StoredPolicy.Kind.ATTESTATION, AttestationPolicy.DEFAULT_ID);
      policy = Policies.attestation(stored);
    } catch (RefusedException e) {
      return refusals.recorded(tenant, Step.APPRAISE, "attest", e.refusal(), subject(evidence));
    }
    List<SubmoduleResult> submodules =
        appraise(evidence, verified, policy, snapshot, new DecisionTime(now, options.watch()));
    Optional<Refusal> broken = broken(submodules);
    if (broken.isPresent()) {
      return refusals.recorded(tenant, Step.APPRAISE, "attest", broken.get(), subject(evidence));
    }
    return record(tenant, id, session, verified, submodules, snapshot, policy, stored, now);
  }

  /// Is this an answer to that challenge at all?
  private static void belongs(Session session, EvidenceSet evidence) throws RefusedException {
    if (session.usedUp()) {
      throw new RefusedException(
          TransactionCheck.ATTEMPTS,
          Code.NONCE_CONSUMED,
          "fewer than " + Session.MAX_FAILURES + " failed answers",
          Integer.toString(Session.MAX_FAILURES));
    }
    byte[] expected = session.nonce().getBytes(StandardCharsets.UTF_8);
    if (!MessageDigest.isEqual(expected, evidence.nonce().getBytes(StandardCharsets.UTF_8))) {
      throw new RefusedException(
          TransactionCheck.NONCE, Code.NONCE_MISMATCH, "the session's nonce", "another");
    }
    String tee = evidence.submissions().getFirst().tee();
    if (!tee.equals(session.tee())) {
      throw new RefusedException(
          TransactionCheck.TEE, Code.TEE_MISMATCH, "evidence of " + session.tee(), tee);
    }
  }

  List<VerifiedEvidence> verify(Tenant tenant, EvidenceSet evidence, Instant now)
      throws RefusedException {
    int count = evidence.submissions().size();
    if (count > AttestationResult.MAX_SUBMODULES) {
      throw new RefusedException(
          TransactionCheck.TEE,
          Code.TEE_MISMATCH,
          "at most " + AttestationResult.MAX_SUBMODULES + " pieces of evidence",
          Integer.toString(count));
    }
    Map<String, Verifier> known = verifiers.computeIfAbsent(tenant, this::verifiersOf);
    List<VerifiedEvidence> verified = new ArrayList<>();
    for (EvidenceSet.Submission submission : evidence.submissions()) {
      Verifier verifier = known.get(submission.tee());
      if (verifier == null) {
        throw new RefusedException(
            TransactionCheck.VERIFIER,
            Code.UNSUPPORTED_TEE,
            "one of " + known.keySet(),
            submission.tee());
      }
      verified.add(verifier.verify(submission.evidence(), submission.binding(), now));
    }
    return verified;
  }

  private Map<String, Verifier> verifiersOf(Tenant tenant) {
    Map<String, Verifier> byTee = new HashMap<>();
    for (Verifier verifier : options.verifiers().of(new TenantAks(store, tenant))) {
      byTee.put(verifier.tee(), verifier);
    }
    return Map.copyOf(byTee);
  }

  static List<SubmoduleResult> appraise(
      EvidenceSet evidence,
      List<VerifiedEvidence> verified,
      AttestationPolicy policy,
      Snapshot snapshot,
      DecisionTime time) {
    Map<String, Integer> numbers = new HashMap<>();
    List<SubmoduleResult> results = new ArrayList<>();
    for (int i = 0; i < verified.size(); i++) {
      VerifiedEvidence one = verified.get(i);
      int number = numbers.merge(one.teeClass(), 1, Integer::sum) - 1;
      EvidenceClaims claims =
          EvidenceClaims.of(
              one,
              evidence.submissions().get(i).runtimeData(),
              i == 0 ? evidence.initData() : Optional.empty());
      results.add(
          SubmoduleResult.appraise(
              one.teeClass() + number, claims, policy, snapshot.referenceValues(), time));
    }
    return results;
  }

  private AttestOutcome record(
      Tenant tenant,
      String id,
      Session session,
      List<VerifiedEvidence> verified,
      List<SubmoduleResult> submodules,
      Snapshot snapshot,
      AttestationPolicy policy,
      StoredPolicy stored,
      Instant now)
      throws StoreException {
    AttestationResult result =
        AttestationResult.issue(
            options.identity(), ids.next(), submodules, now, options.tokenLife());
    String token = options.signer().sign(result);
    Pieces.Entry entry = pieces.entry();
    Json.Obj body = body(entry, verified, submodules, policy, stored);
    // No wait for the disk: what is released on this result is written, and waited for, after it.
    store.writeInOrder(
        tenant,
        tx -> {
          session.end(id, tx);
          return tx.append(result.id(), "attest", body, entry.used());
        });
    sessions.finish(tenant, id, session, token);
    appraised.remember(tenant, result, snapshot, now);
    return new AttestOutcome.Attested(result, token);
  }

  private static Json.Obj body(
      Pieces.Entry entry,
      List<VerifiedEvidence> verified,
      List<SubmoduleResult> submodules,
      AttestationPolicy policy,
      StoredPolicy stored) {
    List<Json> list = new ArrayList<>();
    for (int i = 0; i < verified.size(); i++) {
      SubmoduleResult submodule = submodules.get(i);
      Json.Obj recorded =
          entry.submodule(submodule).with("checks", entry.checks(verified.get(i).checks()));
      // The findings of built-in rules that all hold say what was compared.
      boolean inCode = policy instanceof AttestationPolicy.BuiltIn;
      list.add(
          inCode && submodule.status() == TrustTier.AFFIRMING
              ? recorded
              : recorded.with("claims", entry.claims(submodule.evidence().annotated())));
    }
    return Json.object()
        .put("step", Step.APPRAISE.text())
        .put("outcome", "attested")
        .put("policy", Records.policy(stored))
        .put("submodules", Json.array(list))
        .build();
  }

  /// A policy that gives no trust vector says nothing about the guest: there is no result.
  static Optional<Refusal> broken(List<SubmoduleResult> submodules) {
    for (SubmoduleResult submodule : submodules) {
      for (Finding finding : submodule.appraisal().findings()) {
        if (finding.code().equals(Optional.of(Code.POLICY_INVALID))) {
          return finding.refusal();
        }
      }
    }
    return Optional.empty();
  }

  static Json.Obj subject(EvidenceSet evidence) {
    return Json.object()
        .put(
            "evidence",
            Json.strings(evidence.submissions().stream().map(EvidenceSet.Submission::tee).toList()))
        .build();
  }
}
