package io.vouchsafe.trust.core;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.evidence.tpm.VerifiedEk;
import io.vouchsafe.tpm.Credential;
import io.vouchsafe.tpm.TpmtPublic;
import io.vouchsafe.trust.store.AkBinding;
import io.vouchsafe.trust.store.Exchange;
import io.vouchsafe.trust.store.Store;
import io.vouchsafe.trust.store.StoreException;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.Refusal;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Enrolment of attestation keys: a TPM whose endorsement key the operator's roots vouch for shows
/// that it holds the key, and the two are bound for good (specs/evidence-other §2.6). Thread-safe.
public final class TpmEnrolment {
  private static final int SECRET_BYTES = 32;

  private final TrustCoreOptions options;
  private final Store store;
  private final Ids ids;
  private final Refusals refusals;
  private final PendingEnrolments pending;

  /// What the guest's TPM must open.
  ///
  /// @param id names the enrolment
  /// @param credential can be opened only by the TPM of that endorsement key, and only if it holds
  ///   the attestation key
  public record Offer(String id, Credential credential) {
    public Offer {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(credential, "credential");
    }
  }

  TpmEnrolment(TrustCoreOptions options, Ids ids, Refusals refusals) {
    this.options = options;
    this.store = options.store();
    this.ids = ids;
    this.refusals = refusals;
    this.pending = new PendingEnrolments(store);
  }

  /// Wraps a secret for the two keys.
  ///
  /// @param ekChain certificates of the endorsement key in DER, its own first
  /// @param ekPublic its TPMT_PUBLIC; without it the key must be of a common template
  /// @param akPublic TPMT_PUBLIC of the attestation key
  /// @throws TransactionRefusedException if the endorsement key is not trusted or the attestation
  ///   key is not of the right kind
  public Offer enroll(Tenant tenant, List<Bytes> ekChain, Optional<Bytes> ekPublic, Bytes akPublic)
      throws TransactionRefusedException {
    try {
      return offer(tenant, ekChain, ekPublic, akPublic);
    } catch (StoreException e) {
      throw new TransactionRefusedException(refusals.store(Step.ENROL, e));
    }
  }

  private Offer offer(Tenant tenant, List<Bytes> ekChain, Optional<Bytes> ekPublic, Bytes akPublic)
      throws StoreException, TransactionRefusedException {
    Instant now = store.now();
    try {
      VerifiedEk ek = endorsementKey(ekChain, ekPublic, now);
      TpmtPublic ak = attestationKey(akPublic);
      AkBinding wanted = new AkBinding(ak.name(), spki(ak), ek.digest());
      Optional<AkBinding> bound = store.akBinding(tenant, ak.name());
      if (bound.isPresent() && !bound.get().ekDigest().equals(ek.digest())) {
        throw new TransactionRefusedException(boundToOther(tenant, wanted, bound.get()));
      }
      return wrap(tenant, ek.area(), wanted, now);
    } catch (RefusedException e) {
      throw new TransactionRefusedException(refusals.counted(tenant, Step.ENROL, e.refusal(), now));
    }
  }

  private VerifiedEk endorsementKey(List<Bytes> chain, Optional<Bytes> ekPublic, Instant now)
      throws RefusedException {
    if (ekPublic.isEmpty()) {
      return options.endorsements().verify(chain, now);
    }
    TpmtPublic area;
    try {
      area = TpmtPublic.parse(ekPublic.get());
    } catch (FormatException e) {
      throw refused(EnrolmentCheck.EK_PUBLIC, e);
    }
    return options.endorsements().verify(chain, area, now);
  }

  private static TpmtPublic attestationKey(Bytes akPublic) throws RefusedException {
    TpmtPublic ak;
    try {
      ak = TpmtPublic.parse(akPublic);
    } catch (FormatException e) {
      throw refused(EnrolmentCheck.AK_PUBLIC, e);
    }
    if (!ak.isAttestationKey()) {
      throw new RefusedException(
          EnrolmentCheck.AK_ATTRIBUTES,
          Code.KEY_ATTRIBUTES,
          "fixedTPM, fixedParent, sensitiveDataOrigin, restricted and sign, without decrypt",
          "attributes 0x" + Integer.toHexString(ak.attributes()));
    }
    return ak;
  }

  private static Bytes spki(TpmtPublic ak) throws RefusedException {
    try {
      return ak.spki();
    } catch (FormatException e) {
      throw refused(EnrolmentCheck.AK_PUBLIC, e);
    }
  }

  private static RefusedException refused(Check check, FormatException e) {
    Code code = check.codes().contains(e.code()) ? e.code() : Code.MALFORMED;
    return new RefusedException(check, code, e.expected(), e.found());
  }

  private Offer wrap(Tenant tenant, TpmtPublic ek, AkBinding wanted, Instant now)
      throws RefusedException, StoreException {
    byte[] random = new byte[SECRET_BYTES];
    options.random().nextBytes(random);
    try (SecretBytes secret = SecretBytes.take(random)) {
      Credential credential = Credential.make(ek, wanted.akName(), secret, options.random());
      String id = ids.session();
      Exchange exchange =
          PendingEnrolments.exchange(
              id, wanted, PendingEnrolments.digest(secret), 0, now.plus(options.sessionLife()));
      pending.add(tenant, exchange, now);
      return new Offer(id, credential);
    } catch (FormatException e) {
      throw refused(EnrolmentCheck.EK_PUBLIC, e);
    }
  }

  /// Binds the two keys, if the secret is the one that was wrapped for them.
  ///
  /// @param id of the offer; it is used up by a success or three failures
  /// @param secret what the TPM opened; the caller closes it
  /// @return the attestation key's Name
  /// @throws TransactionRefusedException if the secret is another, the offer is unknown or past its
  ///   end, or the attestation key was bound to another endorsement key meanwhile
  public Bytes activate(Tenant tenant, String id, SecretBytes secret)
      throws TransactionRefusedException {
    try {
      return activated(tenant, id, secret);
    } catch (StoreException e) {
      throw new TransactionRefusedException(refusals.store(Step.ENROL, e));
    }
  }

  private Bytes activated(Tenant tenant, String id, SecretBytes secret)
      throws StoreException, TransactionRefusedException {
    Instant now = store.now();
    AkBinding wanted;
    try {
      wanted = pending.redeem(tenant, id, secret, now);
    } catch (RefusedException e) {
      throw new TransactionRefusedException(refusals.counted(tenant, Step.ENROL, e.refusal(), now));
    }
    String entry = ids.next();
    AkBinding bound =
        store.write(
            tenant,
            tx -> {
              AkBinding holds = tx.bindAk(wanted);
              tx.removeExchange(PendingEnrolments.KIND, id);
              if (holds.equals(wanted)) {
                tx.append(entry, "enrol", body(wanted));
              }
              return holds;
            });
    if (!bound.equals(wanted)) {
      throw new TransactionRefusedException(boundToOther(tenant, wanted, bound));
    }
    return wanted.akName();
  }

  private static Json.Obj body(AkBinding binding) {
    return Json.object()
        .put("step", Step.ENROL.text())
        .put("outcome", "bound")
        .put("ak_name", binding.akName().hex())
        .put("ek_digest", binding.ekDigest().hex())
        .build();
  }

  private Refused boundToOther(Tenant tenant, AkBinding wanted, AkBinding bound) {
    Refusal refusal =
        Refusal.of(
            EnrolmentCheck.BINDING,
            Code.AK_BOUND_TO_OTHER_EK,
            "endorsement key " + bound.ekDigest(),
            "endorsement key " + wanted.ekDigest());
    Json.Obj body = Json.object().put("ak_name", wanted.akName().hex()).build();
    return refusals.recorded(tenant, Step.ENROL, "enrol", refusal, body);
  }
}
