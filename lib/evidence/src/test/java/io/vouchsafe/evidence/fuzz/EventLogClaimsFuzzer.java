package io.vouchsafe.evidence.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.EventLogClaims;
import io.vouchsafe.tpm.EventLog;
import io.vouchsafe.tpm.HashAlg;

/// The details of the events of a log.
public final class EventLogClaimsFuzzer {
  private static final int LAST_REGISTER = 23;

  private EventLogClaimsFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    try {
      EventLog log = EventLog.parse(Bytes.of(data));
      if (log.has(HashAlg.SHA384)) {
        EventLogClaims.of(log, HashAlg.SHA384, LAST_REGISTER);
      }
    } catch (FormatException _) {
      return;
    }
  }
}
