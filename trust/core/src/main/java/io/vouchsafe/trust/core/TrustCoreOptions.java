package io.vouchsafe.trust.core;

import io.vouchsafe.appraisal.EarIdentity;
import io.vouchsafe.appraisal.EarSigner;
import io.vouchsafe.evidence.Verifier;
import io.vouchsafe.evidence.tpm.AkTrust;
import io.vouchsafe.evidence.tpm.EkCertificates;
import io.vouchsafe.trust.store.Store;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collection;
import java.util.Objects;
import java.util.function.LongSupplier;

/// What a [TrustCore] is made of.
///
/// @param store what it keeps things in; closed with it
/// @param verifiers makes the verifiers of a tenant
/// @param endorsements verifies endorsement keys against the roots that the operator named
/// @param signer signs its tokens
/// @param identity what its tokens say about it
/// @param random makes nonces, ids and secrets
/// @param watch nanoseconds since any origin, as of `System.nanoTime`: stops policies that take too
///   long. The time that counts in a decision is the store's
/// @param sessionLife from challenge to end, never extended
/// @param tokenLife how long a token counts
public record TrustCoreOptions(
    Store store,
    Verifiers verifiers,
    EkCertificates endorsements,
    EarSigner signer,
    EarIdentity identity,
    SecureRandom random,
    LongSupplier watch,
    Duration sessionLife,
    Duration tokenLife) {
  /// Five minutes, for sessions and tokens: what the reference broker has.
  public static final Duration DEFAULT_LIFE = Duration.ofMinutes(5);

  /// Makes verifiers. Called once per tenant; what it returns is held.
  @FunctionalInterface
  public interface Verifiers {
    /// One verifier for each kind of evidence that is enabled.
    ///
    /// @param aks the tenant's trusted attestation keys
    Collection<Verifier> of(AkTrust aks);
  }

  public TrustCoreOptions {
    Objects.requireNonNull(store, "store");
    Objects.requireNonNull(verifiers, "verifiers");
    Objects.requireNonNull(endorsements, "endorsements");
    Objects.requireNonNull(signer, "signer");
    Objects.requireNonNull(identity, "identity");
    Objects.requireNonNull(random, "random");
    Objects.requireNonNull(watch, "watch");
    Objects.requireNonNull(sessionLife, "sessionLife");
    Objects.requireNonNull(tokenLife, "tokenLife");
  }

  /// With the usual identity and lives.
  public static TrustCoreOptions of(
      Store store,
      Verifiers verifiers,
      EkCertificates endorsements,
      EarSigner signer,
      SecureRandom random,
      LongSupplier watch) {
    return new TrustCoreOptions(
        store,
        verifiers,
        endorsements,
        signer,
        EarIdentity.VOUCHSAFE,
        random,
        watch,
        DEFAULT_LIFE,
        DEFAULT_LIFE);
  }
}
