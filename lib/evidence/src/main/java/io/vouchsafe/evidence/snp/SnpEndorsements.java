package io.vouchsafe.evidence.snp;

import io.vouchsafe.encoding.Bytes;
import java.util.List;
import java.util.stream.Stream;

/// What vouches for the key that signed a report. All of it is untrusted until a verifier has
/// compared the root with its pins.
///
/// @param leaves certificates of signing keys (VCEK, VLEK), DER or PEM
/// @param authorities certificates of intermediates and roots (ASK, ASVK, ARK), DER or PEM; those
///   that cannot be read are passed over
/// @param revocationLists of roots, DER
public record SnpEndorsements(
    List<Bytes> leaves, List<Bytes> authorities, List<Bytes> revocationLists) {
  /// No endorsements.
  public static final SnpEndorsements NONE = new SnpEndorsements(List.of(), List.of(), List.of());

  public SnpEndorsements {
    leaves = List.copyOf(leaves);
    authorities = List.copyOf(authorities);
    revocationLists = List.copyOf(revocationLists);
  }

  /// These, followed by `other`.
  public SnpEndorsements and(SnpEndorsements other) {
    return new SnpEndorsements(
        join(leaves, other.leaves),
        join(authorities, other.authorities),
        join(revocationLists, other.revocationLists));
  }

  private static List<Bytes> join(List<Bytes> first, List<Bytes> second) {
    return Stream.concat(first.stream(), second.stream()).distinct().toList();
  }
}
