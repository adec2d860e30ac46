package io.vouchsafe.trust.store;

import io.vouchsafe.appraisal.ReferenceValues;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.SecretBytes;
import java.util.List;
import java.util.Optional;

/// A tenant's policies, reference values and resources as they were at one moment. A decision reads
/// from one snapshot only, so what is evaluated is what is released. Immutable and thread-safe.
public interface Snapshot {
  /// A resource's value and which version it is.
  ///
  /// @param version from 1
  /// @param value the caller's to close
  record Resource(long version, SecretBytes value) {}

  /// Grows with every change; two snapshots with the same number are equal.
  long generation();

  /// Whether the policy of that id is in force.
  PolicyState policy(StoredPolicy.Kind kind, String id);

  /// The reference values, expired ones included.
  ReferenceValues referenceValues();

  /// The same as a list with ids.
  List<StoredReferenceValue> referenceValueEntries();

  /// The keys on the tenant's list.
  List<TrustedAk> trustedAks();

  /// Whether the key with that SubjectPublicKeyInfo is on the tenant's list.
  boolean trusts(Bytes spki);

  /// The value of a resource, if it is there.
  ///
  /// @throws StoreException if it cannot be read, or was tampered with
  Optional<Resource> resource(String path) throws StoreException;

  /// Which version of a resource [#resource] would give, if it is there. Its value is not opened.
  Optional<Long> resourceVersion(String path) throws StoreException;
}
