package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.internal.RecentlyUsed;
import java.util.List;
import java.util.Optional;

/// What a verifier found genuine before, by the bytes that it came in: guests of a machine bring
/// the same chain and the same quoting enclave, and collateral is the same for a month. Only what
/// leads to a pinned root gets here, so that strangers cannot fill it; times, revocation and fit
/// are judged anew at each use. Thread-safe.
final class DcapCache {
  /// Machines; some 10 KiB each.
  private static final int MAX_CHAINS = 512;

  /// Quoting enclaves; each key may get tables of some hundred KiB.
  private static final int MAX_KEYS = 128;

  /// TCB infos, QE identities, lists and signing chains; bounded by 256 KiB each, some 10 KiB in
  /// the field.
  private static final int MAX_DOCUMENTS = 256;

  private final RecentlyUsed<Bytes, PckChain> chains = new RecentlyUsed<>(MAX_CHAINS);
  private final RecentlyUsed<Bytes, P256Key> attestationKeys = new RecentlyUsed<>(MAX_KEYS);
  private final RecentlyUsed<Document, RevocationList> lists = new RecentlyUsed<>(MAX_DOCUMENTS);
  private final RecentlyUsed<Document, TcbInfo> tcbInfos = new RecentlyUsed<>(MAX_DOCUMENTS);
  private final RecentlyUsed<Document, QeIdentity> identities = new RecentlyUsed<>(MAX_DOCUMENTS);
  private final RecentlyUsed<Document, List<IntelCertificate>> signers =
      new RecentlyUsed<>(MAX_DOCUMENTS);

  /// A document and who signed it. Compared by content: the same bytes by the same key are as
  /// genuine as before.
  ///
  /// @param signer SubjectPublicKeyInfo
  record Document(Bytes content, Bytes signer) {}

  /// Reads a document and verifies its signature.
  ///
  /// @param <V> what it is read as
  /// @param <E> beside format errors
  @FunctionalInterface
  interface Reading<V, E extends Exception> {
    V read() throws FormatException, E;
  }

  /// PCK chains, by the SHA-256 of their text.
  RecentlyUsed<Bytes, PckChain> chains() {
    return chains;
  }

  /// Attestation keys that a platform vouched for, by the SHA-256 of all that it said.
  RecentlyUsed<Bytes, P256Key> attestationKeys() {
    return attestationKeys;
  }

  RecentlyUsed<Document, RevocationList> lists() {
    return lists;
  }

  RecentlyUsed<Document, TcbInfo> tcbInfos() {
    return tcbInfos;
  }

  RecentlyUsed<Document, QeIdentity> identities() {
    return identities;
  }

  RecentlyUsed<Document, List<IntelCertificate>> signers() {
    return signers;
  }

  /// What `documents` has for `key`, else what `reading` makes of it, which is kept.
  static <V, E extends Exception> V known(
      RecentlyUsed<Document, V> documents, Document key, Reading<V, E> reading)
      throws FormatException, E {
    Optional<V> known = documents.get(key);
    if (known.isPresent()) {
      return known.get();
    }
    V read = reading.read();
    documents.put(key, read);
    return read;
  }
}
