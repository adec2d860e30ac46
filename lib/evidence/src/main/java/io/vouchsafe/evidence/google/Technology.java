package io.vouchsafe.evidence.google;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.tpm.EventLog;
import io.vouchsafe.tpm.HashAlg;
import java.util.Optional;

/// The memory encryption that Google's firmware says the virtual machine has: in an event of
/// register 0 (specs/evidence-x86 §8.3). It counts once the log replays to signed registers.
public enum Technology {
  NONE,
  AMD_SEV,
  AMD_SEV_ES,
  INTEL_TDX,
  AMD_SEV_SNP;

  private static final long EV_NONHOST_INFO = 0x11;
  private static final Bytes PREFIX = Bytes.utf8("GCE NonHostInfo\0");
  private static final int SIZE = 32;

  /// What a log says; empty if it has no such event, more than one, or one whose digest is not the
  /// one of its data, so that a replay does not prove it.
  ///
  /// @param bank whose digests are compared
  public static Optional<Technology> of(EventLog log, HashAlg bank) {
    Optional<Technology> found = Optional.empty();
    for (EventLog.Event event : log.events()) {
      if (event.pcr() != 0 || event.type() != EV_NONHOST_INFO) {
        continue;
      }
      if (found.isPresent() || !event.digestIsOfData(bank)) {
        return Optional.empty();
      }
      found = of(event.data());
      if (found.isEmpty()) {
        return Optional.empty();
      }
    }
    return found;
  }

  private static Optional<Technology> of(Bytes data) {
    if (data.size() != SIZE || !data.slice(0, PREFIX.size()).equals(PREFIX)) {
      return Optional.empty();
    }
    int value = data.at(PREFIX.size());
    return value < values().length ? Optional.of(values()[value]) : Optional.empty();
  }
}
