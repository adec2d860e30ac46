package io.vouchsafe.trust.core;

import io.vouchsafe.appraisal.AttestationResult;
import io.vouchsafe.appraisal.EarToken;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.trust.store.Store;
import io.vouchsafe.trust.store.StoreException;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.Optional;

/// The transaction: everything that ever gives something away runs through [#attest] and
/// [#release], whoever asks and through whichever protocol.
///
/// Thread-safe; methods block, callers use virtual threads. What it returns is recorded already.
public final class TrustCore implements AutoCloseable {
  private final TrustCoreOptions options;
  private final Store store;
  private final Refusals refusals;
  private final Attestation attestation;
  private final Releasing releasing;
  private final TpmEnrolment enrolment;
  private final Trial trial;
  private final Approvals approvals;
  private final PolicyAdministration policies;
  private final Administration administration;
  private final ReferenceAdministration references;
  private final IssuedTokens issued = new IssuedTokens();
  private final Ids ids;

  private TrustCore(TrustCoreOptions options) {
    this.options = options;
    this.store = options.store();
    this.ids = new Ids(store, options.random());
    this.refusals = new Refusals(store, ids);
    Pieces pieces = new Pieces();
    Appraised appraised = new Appraised();
    this.attestation = new Attestation(options, ids, refusals, pieces, appraised, this::readKept);
    this.trial = new Trial(options, attestation);
    this.releasing = new Releasing(options, ids, refusals, pieces, appraised);
    this.enrolment = new TpmEnrolment(options, ids, refusals);
    Changes changes = new Changes(store, ids, refusals);
    this.approvals = new Approvals(store, changes);
    this.policies = new PolicyAdministration(store, changes, approvals);
    this.administration = new Administration(options, changes, refusals, approvals, policies);
    this.references = new ReferenceAdministration(store, changes, approvals);
  }

  /// Takes up work on a store. At the first start it puts the default policies of the tenant
  /// `default` in force.
  ///
  /// @throws TransactionRefusedException if the store cannot answer
  public static TrustCore open(TrustCoreOptions options) throws TransactionRefusedException {
    TrustCore core = new TrustCore(options);
    core.administration.firstPolicies(Tenant.DEFAULT, "first start");
    return core;
  }

  /// Reads a token of ours that shows up as such.
  private AttestationResult read(String token, Instant at) throws RefusedException {
    Optional<AttestationResult> known = issued.find(token);
    if (known.isPresent() && at.isBefore(known.get().expires().plus(EarToken.LEEWAY))) {
      return known.get();
    }
    return EarToken.result(token, options.signer().publicKey(), options.signer().provider(), at);
  }

  /// Reads the token of a session. Past its end it is still the session's result; that a release
  /// refuses it is the release's matter.
  private AttestationResult readKept(String token) throws RefusedException {
    Optional<AttestationResult> known = issued.find(token);
    return known.isPresent()
        ? known.get()
        : EarToken.result(
            token, options.signer().publicKey(), options.signer().provider(), Instant.EPOCH);
  }

  /// Opens a session.
  ///
  /// @throws TransactionRefusedException if there are too many, or the store cannot answer
  public Challenge challenge(Tenant tenant, ChallengeRequest request)
      throws TransactionRefusedException {
    return counting(tenant, Step.CHALLENGE, () -> attestation.challenge(tenant, request));
  }

  /// The session of that id.
  ///
  /// @throws TransactionRefusedException if it is unknown or past its end
  public SessionView session(Tenant tenant, String sessionId) throws TransactionRefusedException {
    return counting(tenant, Step.CHALLENGE, () -> attestation.session(tenant, sessionId));
  }

  /// Verifies and appraises evidence. In a session that has a result already this returns that
  /// result, whatever the evidence. A challenge bears three failed answers.
  public AttestOutcome attest(Tenant tenant, String sessionId, EvidenceSet evidence) {
    try {
      AttestOutcome outcome = attestation.attest(tenant, sessionId, evidence);
      if (outcome instanceof AttestOutcome.Attested attested) {
        issued.remember(attested);
      }
      return outcome;
    } catch (StoreException e) {
      return refusals.store(Step.VERIFY, e);
    }
  }

  /// Reads a token that this server issued. One that this process issued itself and that comes back
  /// byte for byte is not verified again.
  ///
  /// @throws TransactionRefusedException if it is none of ours, was changed, or is past its end
  public AttestationResult resultOf(Tenant tenant, String token)
      throws TransactionRefusedException {
    return counting(tenant, Step.DECIDE, () -> read(token, store.now()));
  }

  /// Decides whether an attested guest may have what it asks for. Appraises the evidence again, on
  /// the snapshot that the decision is taken on: what was revoked since counts.
  ///
  /// @param result of [#attest], of [#resultOf], or of a foreign token that the facade verified
  public Decision release(Tenant tenant, AttestationResult result, ReleaseRequest request) {
    try {
      return releasing.release(tenant, result, request);
    } catch (StoreException e) {
      return refusals.store(Step.DECIDE, e);
    }
  }

  /// Says what would be decided about some evidence, as things are or under other policies. Nothing
  /// is stored, recorded or given.
  ///
  /// @throws TransactionRefusedException if the store cannot answer
  public TrialAnswer tryOut(Tenant tenant, TrialQuestion question)
      throws TransactionRefusedException {
    try {
      return trial.of(tenant, question);
    } catch (StoreException e) {
      throw new TransactionRefusedException(refusals.store(Step.ADMIN, e));
    }
  }

  /// Records what a guest refused by itself.
  ///
  /// @param result who reports
  /// @return the id of the entry
  /// @throws TransactionRefusedException if it cannot be recorded
  public String report(Tenant tenant, AttestationResult result, GuestReport report)
      throws TransactionRefusedException {
    String id = ids.next();
    Json.ObjBuilder body =
        Json.object()
            .put("step", Step.REPORT.text())
            .put("outcome", "reported")
            .put("attestation", result.id());
    report.json().members().forEach(body::put);
    try {
      store.write(tenant, tx -> tx.append(id, "report", body.build()));
      return id;
    } catch (StoreException e) {
      throw new TransactionRefusedException(refusals.store(Step.REPORT, e));
    }
  }

  /// Counts a refusal that a facade made before it could ask: of a body that does not parse, of a
  /// token that does not verify.
  public Refused refuse(Tenant tenant, Step step, RefusedException why) {
    try {
      return refusals.counted(tenant, step, why.refusal(), store.now());
    } catch (StoreException e) {
      return refusals.store(step, e);
    }
  }

  /// Enrolment of attestation keys.
  public TpmEnrolment enrolment() {
    return enrolment;
  }

  /// What administrators may do.
  public Administration administration() {
    return administration;
  }

  /// Changes that wait for a second subject, where tenants demand one.
  public Approvals approvals() {
    return approvals;
  }

  /// What administrators do with reference values.
  public ReferenceAdministration references() {
    return references;
  }

  /// What administrators do with policies.
  public PolicyAdministration policies() {
    return policies;
  }

  @FunctionalInterface
  private interface Part<T> {
    T run() throws RefusedException, StoreException;
  }

  private <T> T counting(Tenant tenant, Step step, Part<T> part)
      throws TransactionRefusedException {
    try {
      return part.run();
    } catch (RefusedException e) {
      throw new TransactionRefusedException(refuse(tenant, step, e));
    } catch (StoreException e) {
      throw new TransactionRefusedException(refusals.store(step, e));
    }
  }

  /// Writes what is counted, then closes the store. Idempotent.
  @Override
  public void close() {
    refusals.flush();
    store.close();
  }
}
