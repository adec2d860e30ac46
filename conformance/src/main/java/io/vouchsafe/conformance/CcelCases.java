package io.vouchsafe.conformance;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.dcap.Quote;
import io.vouchsafe.evidence.dcap.RtmrReplay;
import io.vouchsafe.evidence.dcap.TdReport;
import io.vouchsafe.tpm.EventLog;
import io.vouchsafe.verdict.Code;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Event logs of TDX guests and the registers that they replay to. A case with a quote is about a
/// log that must not fit it.
final class CcelCases {
  static final String KIND = "ccel";

  private CcelCases() {}

  /// An item of the kind `ccel`.
  static Case of(CaseFile file, Json.Obj item, String id) {
    return new Case(id, KIND, () -> run(file, item));
  }

  private static void run(CaseFile file, Json.Obj item)
      throws Difference, FormatException, IOException {
    Bytes raw = file.bytes(item.string("file"));
    Optional<EventLog> log =
        Expectation.of(item)
            .of(() -> {
              EventLog parsed = EventLog.parse(raw);
              requireQuoted(file, item, RtmrReplay.of(parsed));
              return parsed;
            });
    if (log.isEmpty()) {
      return;
    }
    Difference.require("events", item.integer("events"), (long) log.get().events().size());
    if (item.present("usedBytes").isPresent()) {
      Difference.require("used bytes", item.integer("usedBytes"), (long) log.get().usedBytes());
    }
    List<Bytes> replayed = RtmrReplay.of(log.get());
    for (Map.Entry<String, Json> register : item.object("rtmr").members().entrySet()) {
      int index = List.of("rtmr0", "rtmr1", "rtmr2", "rtmr3").indexOf(register.getKey());
      if (index < 0) {
        throw FormatException.unexpected("rtmr0 to rtmr3", register.getKey());
      }
      Difference.require(
          register.getKey(), register.getValue().asString("register"), replayed.get(index).hex());
    }
  }

  private static void requireQuoted(CaseFile file, Json.Obj item, List<Bytes> replayed)
      throws FormatException, IOException {
    Optional<String> name = item.optionalString("quote");
    if (name.isPresent()
        && Quote.parse(file.bytes(name.get())).body() instanceof TdReport guest
        && !guest.rtmrs().equals(replayed)) {
      throw new FormatException(
          Code.EVENTLOG_MISMATCH,
          FormatException.NO_OFFSET,
          guest.rtmrs().toString(),
          replayed.toString());
    }
  }
}
