package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.tpm.EventLog;
import io.vouchsafe.tpm.HashAlg;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Works out the four registers of a TDX guest from an event log (specs/evidence-x86 §5). A log
/// proves something only where its registers equal those of a verified quote.
public final class RtmrReplay {
  static final int RTMRS = 4;
  private static final HashAlg BANK = HashAlg.SHA384;

  private RtmrReplay() {}

  /// The registers after the events of a log in the crypto-agile format, whose index 1 to 4 is
  /// register 0 to 3.
  ///
  /// @throws FormatException if it names another register, or has no SHA-384 digests
  public static List<Bytes> of(EventLog log) throws FormatException {
    for (EventLog.Event event : log.events()) {
      if (event.extendsPcr() && (event.pcr() < 1 || event.pcr() > RTMRS)) {
        throw FormatException.unexpected("a register from 1 to " + RTMRS, event.pcr() + "");
      }
    }
    return log.replay(BANK).subList(1, 1 + RTMRS);
  }

  /// The registers after the events of a JSON array of `{"imr":0..3,"digest":hex,…}`.
  public static List<Bytes> ofJson(Json log) throws FormatException {
    List<Bytes> registers = new ArrayList<>(Collections.nCopies(RTMRS, Bytes.zeros(BANK.size())));
    List<Json> events = log.asArray("event log");
    if (events.size() > EventLog.MAX_EVENTS) {
      throw FormatException.oversized(
          FormatException.NO_OFFSET,
          "at most " + EventLog.MAX_EVENTS + " events",
          events.size() + "");
    }
    for (Json item : events) {
      Json.Obj event = item.asObject("event");
      int register = SignedDocument.integer(event, "imr", RTMRS - 1);
      Bytes digest = SignedDocument.hex(event, "digest", BANK.size());
      registers.set(register, BANK.extend(registers.get(register), digest));
    }
    return List.copyOf(registers);
  }
}
