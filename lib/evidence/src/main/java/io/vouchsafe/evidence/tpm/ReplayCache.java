package io.vouchsafe.evidence.tpm;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.EventLogClaims;
import io.vouchsafe.tpm.EventLog;
import io.vouchsafe.tpm.HashAlg;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What came of the event logs that replayed to a quote last: machines of one kind that boot the
/// same have the same log. Thread-safe.
final class ReplayCache {
  /// With [#MAX_LENGTH] this bounds the memory to some 20 MiB.
  static final int MAX_LOGS = 64;

  /// Longer logs are replayed each time.
  static final int MAX_LENGTH = 32 << 10;

  /// What a log that replays to the signed registers says.
  ///
  /// @param count of its events
  /// @param facts the claim `boot`
  /// @param events its events as a claim
  record Boot(int count, Json.Obj facts, Json events) {}

  /// A log that was replayed, now or before.
  sealed interface Replay {
    /// 24 register values.
    List<Bytes> pcrs();

    /// Just now; what it says is not worked out yet.
    record Fresh(EventLog log, List<Bytes> pcrs) implements Replay {}

    /// Before, and it replayed to signed values.
    record Known(List<Bytes> pcrs, Boot boot) implements Replay {}
  }

  private final HashAlg bank;
  private final int lastPcr;
  // The lock guards the map, which reorders itself on reading.
  private final Map<Bytes, Replay.Known> byLog =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Bytes, Replay.Known> eldest) {
          return size() > MAX_LOGS;
        }
      };

  /// @param lastPcr the last register whose events are claims
  ReplayCache(HashAlg bank, int lastPcr) {
    this.bank = bank;
    this.lastPcr = lastPcr;
  }

  /// Replays a log.
  ///
  /// @throws FormatException if it is none, or has no digests for the bank
  Replay replay(Bytes log) throws FormatException {
    synchronized (byLog) {
      Replay known = byLog.get(log);
      if (known != null) {
        return known;
      }
    }
    EventLog parsed = EventLog.parse(log);
    return new Replay.Fresh(parsed, parsed.replay(bank));
  }

  /// What a log says, and will be known to say: only for one that replayed to signed values.
  ///
  /// @throws FormatException if it says more than claims may
  Boot boot(Bytes log, Replay replay) throws FormatException {
    return switch (replay) {
      case Replay.Known(_, Boot boot) -> boot;
      case Replay.Fresh(EventLog parsed, List<Bytes> pcrs) -> {
        Json events = EventLogClaims.of(parsed, bank, lastPcr);
        Boot boot =
            new Boot(
                parsed.events().size(), BootFacts.of(parsed).keepingText(), keepingText(events));
        if (log.size() <= MAX_LENGTH) {
          synchronized (byLog) {
            byLog.put(log, new Replay.Known(pcrs, boot));
          }
        }
        yield boot;
      }
    };
  }

  private static Json keepingText(Json events) throws FormatException {
    List<Json> kept = new ArrayList<>();
    for (Json event : events.asArray("events")) {
      kept.add(event.asObject("event").keepingText());
    }
    return Json.array(kept);
  }

  int size() {
    synchronized (byLog) {
      return byLog.size();
    }
  }
}
