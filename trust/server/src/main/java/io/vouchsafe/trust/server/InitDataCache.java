package io.vouchsafe.trust.server;

import io.vouchsafe.appraisal.EvidenceClaims;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.protocol.InitData;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/// What came of the init-data that was sent last: guests that are started alike send the same text,
/// and reading TOML takes longer than anything else about it. Holds public data only. Thread-safe.
final class InitDataCache {
  /// With [#MAX_LENGTH] this bounds the memory that anybody can fill: some 20 MiB.
  static final int MAX_DOCUMENTS = 256;

  /// Longer documents are read each time.
  static final int MAX_LENGTH = 16 << 10;

  /// @param digest over the exact text
  /// @param claims what policies see
  record Read(Bytes digest, EvidenceClaims.InitData claims) {}

  // The lock guards the map, which reorders itself on reading.
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Read> byText =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Read> eldest) {
          return size() > MAX_DOCUMENTS;
        }
      };

  /// Reads a document of any version.
  ///
  /// @throws FormatException if it is none
  Read read(String text) throws FormatException {
    lock.lock();
    try {
      Read known = byText.get(text);
      if (known != null) {
        return known;
      }
    } finally {
      lock.unlock();
    }
    InitData parsed = InitData.parseAnyVersion(Bytes.utf8(text));
    Bytes digest = parsed.digest();
    Read read =
        new Read(digest, new EvidenceClaims.InitData(digest.hex(), parsed.claims().keepingText()));
    if (text.length() <= MAX_LENGTH) {
      lock.lock();
      try {
        byText.put(text, read);
      } finally {
        lock.unlock();
      }
    }
    return read;
  }

  int size() {
    lock.lock();
    try {
      return byText.size();
    } finally {
      lock.unlock();
    }
  }
}
