package io.vouchsafe.trust.core;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.evidence.tpm.AkOrigin;
import io.vouchsafe.evidence.tpm.AkTrust;
import io.vouchsafe.trust.store.AkBinding;
import io.vouchsafe.trust.store.Store;
import io.vouchsafe.trust.store.StoreException;
import io.vouchsafe.trust.store.Tenant;
import java.util.Optional;

/// The attestation keys that a tenant trusts: enrolled ones, then those on its list.
///
/// @param store where they are kept
/// @param tenant whose they are
record TenantAks(Store store, Tenant tenant) implements AkTrust {

  @Override
  public Optional<AkOrigin> origin(Bytes akName, Bytes spkiDer) {
    try {
      if (!akName.isEmpty()) {
        Optional<AkBinding> binding = store.akBinding(tenant, akName);
        if (binding.isPresent() && binding.get().akSpki().equals(spkiDer)) {
          return Optional.of(new AkOrigin.Enrolled(binding.get().ekDigest()));
        }
      }
      return store.snapshot(tenant).trusts(spkiDer)
          ? Optional.of(new AkOrigin.Listed())
          : Optional.empty();
    } catch (StoreException e) {
      throw new StoreFailure(e);
    }
  }
}
