package io.vouchsafe.tpm.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.tpm.EventLog;
import io.vouchsafe.tpm.HashAlg;

/// Parses, replays every bank, and reads every event.
public final class EventLogFuzzer {
  private EventLogFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    try {
      EventLog log = EventLog.parse(Bytes.of(data));
      for (HashAlg alg : HashAlg.values()) {
        for (EventLog.Event event : log.events()) {
          if (event.digestIsOfData(alg) && event.digest(alg).isEmpty()) {
            throw new IllegalStateException("a digest that is absent");
          }
        }
        if (log.has(alg) && log.replay(alg).size() != 24) {
          throw new IllegalStateException("not 24 registers");
        }
      }
    } catch (FormatException _) {
      return;
    }
  }
}
