package io.vouchsafe.conformance;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.EventLogClaims;
import io.vouchsafe.tpm.EventLog;
import io.vouchsafe.tpm.HashAlg;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// The events of a guest's log as claims: `LOG_out.json` with the member `uefi_event_logs`, beside
/// the log itself.
final class EventClaimCases {
  private static final String KIND = "uefi-event-logs";
  private static final String SUFFIX = "_out.json";
  private static final String MEMBER = "uefi_event_logs";
  private static final int LAST_RTMR = 4;

  private EventClaimCases() {}

  static Optional<List<Case>> of(CaseFile file) {
    String name = file.name();
    if (!name.endsWith(SUFFIX)
        || file.object().isEmpty()
        || file.object().get().get(MEMBER).isEmpty()) {
      return Optional.empty();
    }
    String log = name.substring(0, name.length() - SUFFIX.length());
    // One log is longer than its neighbours and lies elsewhere.
    return Optional.of(
        file.has(log)
            ? List.of(new Case(log, KIND, () -> run(file, log, file.object().get())))
            : List.of());
  }

  private static void run(CaseFile file, String log, Json.Obj expected)
      throws Difference, FormatException, IOException {
    Json claims = EventLogClaims.of(EventLog.parse(file.bytes(log)), HashAlg.SHA384, LAST_RTMR);
    List<Json> wanted = expected.array(MEMBER);
    List<Json> found = claims.asArray(MEMBER);
    Difference.require("events", wanted.size(), found.size());
    for (int i = 0; i < wanted.size(); i++) {
      Difference.require("event " + i, wanted.get(i).canonical(), found.get(i).canonical());
    }
  }
}
