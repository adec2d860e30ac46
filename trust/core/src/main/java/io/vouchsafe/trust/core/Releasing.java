package io.vouchsafe.trust.core;

import io.vouchsafe.appraisal.AttestationPolicy;
import io.vouchsafe.appraisal.AttestationResult;
import io.vouchsafe.appraisal.DecisionTime;
import io.vouchsafe.appraisal.EarToken;
import io.vouchsafe.appraisal.EvidenceClaims;
import io.vouchsafe.appraisal.ReleasePolicy;
import io.vouchsafe.appraisal.SubmoduleResult;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.trust.store.Snapshot;
import io.vouchsafe.trust.store.Store;
import io.vouchsafe.trust.store.StoreException;
import io.vouchsafe.trust.store.StoredPolicy;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.Refusal;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/// The second half of the transaction: decide on one snapshot, record, then give.
final class Releasing {
  /// How often a decision is taken anew because an operator changed something meanwhile.
  private static final int MAX_ROUNDS = 5;

  private final Store store;
  private final LongSupplier watch;
  private final Ids ids;
  private final Refusals refusals;
  private final Pieces pieces;
  private final Appraised appraised;

  Releasing(
      TrustCoreOptions options, Ids ids, Refusals refusals, Pieces pieces, Appraised appraised) {
    this.watch = options.watch();
    this.pieces = pieces;
    this.appraised = appraised;
    this.store = options.store();
    this.ids = ids;
    this.refusals = refusals;
  }

  Decision release(Tenant tenant, AttestationResult result, ReleaseRequest request)
      throws StoreException {
    for (int round = 0; round < MAX_ROUNDS; round++) {
      Optional<Decision> decision = round(tenant, result, request);
      if (decision.isPresent()) {
        return decision.get();
      }
    }
    return refusals.recorded(
        tenant,
        Step.DECIDE,
        "release",
        Refusal.of(
            TransactionCheck.SNAPSHOT,
            Code.STORE_UNAVAILABLE,
            "a state that holds for one decision",
            MAX_ROUNDS + " changes meanwhile"),
        subject(result, request).build());
  }

  /// One attempt; empty if the snapshot was out of date before the grant was recorded.
  private Optional<Decision> round(Tenant tenant, AttestationResult result, ReleaseRequest request)
      throws StoreException {
    Snapshot snapshot = store.snapshot(tenant);
    Instant now = store.now();
    Json.ObjBuilder record = subject(result, request);
    Pieces.Entry entry = pieces.entry();
    Snapshot.Resource resource;
    try {
      resource = decide(tenant, snapshot, result, request, now, record, entry);
    } catch (RefusedException e) {
      version(snapshot, request.release()).ifPresent(version -> record.put("version", version));
      return Optional.of(
          refusals.recorded(
              tenant, Step.DECIDE, "release", e.refusal(), record.build(), entry.used()));
    }
    boolean given = false;
    try {
      String id = ids.next();
      Json.Obj body = granted(record.put("version", resource.version()).build());
      // A policy that was revoked before this is written must count.
      boolean recorded =
          store.write(
              tenant,
              tx -> {
                if (!tx.current(snapshot)) {
                  return false;
                }
                tx.append(id, "release", body, entry.used());
                return true;
              });
      given = recorded;
      return recorded
          ? Optional.of(new Decision.Granted(id, resource.version(), resource.value()))
          : Optional.empty();
    } finally {
      if (!given) {
        resource.value().close();
      }
    }
  }

  /// Which version was refused: of the snapshot that the refusal was decided on.
  private static Optional<Long> version(Snapshot snapshot, Release release) throws StoreException {
    return switch (release) {
      case Release.Resource(String path, var _) -> snapshot.resourceVersion(path);
    };
  }

  private static Json.Obj granted(Json.Obj body) {
    Json.ObjBuilder entry = Json.object().put("step", Step.DECIDE.text()).put("outcome", "granted");
    body.members().forEach(entry::put);
    return entry.build();
  }

  private static Json.ObjBuilder subject(AttestationResult result, ReleaseRequest request) {
    Json.ObjBuilder subject =
        Json.object().put("via", request.via()).put("attestation", result.id());
    return switch (request.release()) {
      case Release.Resource(String path, var _) -> subject.put("resource", path);
    };
  }

  /// Decides, writing down on what.
  private Snapshot.Resource decide(
      Tenant tenant,
      Snapshot snapshot,
      AttestationResult result,
      ReleaseRequest request,
      Instant now,
      Json.ObjBuilder record,
      Pieces.Entry entry)
      throws RefusedException, StoreException {
    if (!now.isBefore(result.expires().plus(EarToken.LEEWAY))) {
      throw new RefusedException(
          TransactionCheck.TOKEN, Code.TOKEN_EXPIRED, "an end after " + now, "" + result.expires());
    }
    requireTrustedKeys(snapshot, result);
    StoredPolicy attestation =
        Policies.active(snapshot, StoredPolicy.Kind.ATTESTATION, AttestationPolicy.DEFAULT_ID);
    AttestationPolicy policy = Policies.attestation(attestation);
    // Rego may look at the time: what it came to before says nothing.
    boolean holds =
        policy instanceof AttestationPolicy.BuiltIn
            && appraised.holds(tenant, result, snapshot, now);
    DecisionTime time = new DecisionTime(now, watch);
    AttestationResult again =
        holds ? result : result.again(policy, snapshot.referenceValues(), time);
    record.put("attestation_policy", Records.policy(attestation));
    record.put(
        "submodules", Json.array(again.submodules().stream().map(entry::submodule).toList()));
    StoredPolicy stored = Policies.active(snapshot, StoredPolicy.Kind.RELEASE, Policies.RELEASE_ID);
    record.put("policy", Records.policy(stored));
    ReleasePolicy release = Policies.release(stored);
    ReleasePolicy.Verdict verdict =
        release.decide(again, request.release().request(), snapshot.referenceValues(), time);
    record.put("checks", entry.findings(verdict.findings()));
    boolean inCode =
        policy instanceof AttestationPolicy.BuiltIn && release instanceof ReleasePolicy.BuiltIn;
    if (!inCode || !verdict.allowed()) {
      input(result, request, record, entry);
    }
    if (verdict.refusal().isPresent()) {
      throw new RefusedException(verdict.refusal().get());
    }
    return resource(snapshot, request.release());
  }

  private static Snapshot.Resource resource(Snapshot snapshot, Release release)
      throws RefusedException, StoreException {
    return switch (release) {
      case Release.Resource(String path, var _) ->
          snapshot
              .resource(path)
              .orElseThrow(() ->
                  new RefusedException(
                      TransactionCheck.RESOURCE,
                      Code.RESOURCE_NOT_FOUND,
                      "a resource " + path,
                      "none"));
    };
  }

  /// Records what a policy saw, so that it can be asked once more why it said what it said. The
  /// findings of built-in policies that allow something say all of it.
  private static void input(
      AttestationResult result,
      ReleaseRequest request,
      Json.ObjBuilder record,
      Pieces.Entry entry) {
    record.put("input", entry.input(result.claims()));
    Map<String, String> query = request.release().request().query();
    if (!query.isEmpty()) {
      Json.ObjBuilder parameters = Json.object();
      new TreeMap<>(query).forEach(parameters::put);
      record.put("query", parameters.build());
    }
  }

  /// An enrolled key is bound for good; one from the tenant's list counts while it is on it.
  private static void requireTrustedKeys(Snapshot snapshot, AttestationResult result)
      throws RefusedException {
    for (SubmoduleResult submodule : result.submodules()) {
      EvidenceClaims evidence = submodule.evidence();
      boolean listed =
          evidence.tee().equals("tpm")
              && !evidence.anchor().isEmpty()
              && evidence.claim("ek_digest").isEmpty();
      if (listed && !isListed(snapshot, evidence.claim("ak_public"))) {
        throw new RefusedException(
            TransactionCheck.ATTESTATION_KEY,
            Code.AK_NOT_TRUSTED,
            "a key on the tenant's list",
            "one that is not on it any more");
      }
    }
  }

  private static boolean isListed(Snapshot snapshot, Optional<Json> key) {
    if (key.isEmpty() || !(key.get() instanceof Json.Str(String spki))) {
      return false;
    }
    try {
      return snapshot.trusts(Bytes.fromBase64(spki));
    } catch (FormatException _) {
      return false;
    }
  }
}
