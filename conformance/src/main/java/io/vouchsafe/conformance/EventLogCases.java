package io.vouchsafe.conformance;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.google.Technology;
import io.vouchsafe.tpm.EventLog;
import io.vouchsafe.tpm.HashAlg;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Firmware event logs and the registers that they replay to. Three forms: items of kind
/// `tcg-event-log`; `LOG.pcrs.json` or `pcrs.json` beside `eventlog.bin` with values by bank and
/// register; `pcrs.json` with SHA-256 values by name of a log `NAME.log`.
///
/// Register 10 is what the kernel measures (IMA) and stands in another log.
final class EventLogCases {
  static final String KIND = "tcg-event-log";
  private static final String IMA_REGISTER = "10";
  private static final String SUFFIX = ".pcrs.json";
  private static final Map<String, HashAlg> BANKS =
      Map.of(
          "sha1", HashAlg.SHA1,
          "sha256", HashAlg.SHA256,
          "sha384", HashAlg.SHA384,
          "sha512", HashAlg.SHA512);

  private EventLogCases() {}

  static Optional<List<Case>> of(CaseFile file) throws FormatException {
    if (file.name().endsWith("pcrs.json")) {
      return ofRegisters(file);
    }
    return Optional.empty();
  }

  /// An item of the kind `tcg-event-log`.
  static Case of(CaseFile file, Json.Obj item, String id) {
    return new Case(id, KIND, () -> run(file, item));
  }

  private static void run(CaseFile file, Json.Obj item)
      throws Difference, FormatException, IOException {
    Bytes raw = file.bytes(item.string("file"));
    Optional<EventLog> log = Expectation.orAccept(item).of(() -> EventLog.parse(raw));
    if (log.isEmpty()) {
      return;
    }
    if (item.present("events").isPresent()) {
      Difference.require("events", item.integer("events"), (long) log.get().events().size());
    }
    if (item.present("algorithms").isPresent()) {
      for (Json id : item.array("algorithms")) {
        HashAlg bank = HashAlg.of((int) id.asInteger("algorithm"), 0);
        Difference.require("digests for " + bank, true, log.get().has(bank));
      }
    }
    if (item.present("technology").isPresent()) {
      HashAlg bank = HashAlg.of((int) item.integer("replayAlg"), 0);
      Difference.require(
          "technology",
          item.string("technology"),
          Technology.of(log.get(), bank).map(Technology::name).orElse("unknown"));
    }
    if (item.present("pcrs").isPresent()) {
      HashAlg bank = HashAlg.of((int) item.integer("replayAlg"), 0);
      compare(log.get(), bank, item.object("pcrs"));
    }
  }

  private static void compare(EventLog log, HashAlg bank, Json.Obj registers)
      throws Difference, FormatException {
    List<Bytes> replayed = log.replay(bank);
    for (var register : registers.members().entrySet()) {
      if (register.getKey().equals(IMA_REGISTER)) {
        continue;
      }
      int index = index(register.getKey(), replayed.size());
      String expected = register.getValue().asString("register").toLowerCase(Locale.ROOT);
      Difference.require("PCR " + index + " in " + bank, expected, replayed.get(index).hex());
    }
  }

  private static int index(String text, int count) throws FormatException {
    for (int i = 0; i < count; i++) {
      if (text.equals(Integer.toString(i))) {
        return i;
      }
    }
    throw FormatException.unexpected("the number of a register", text);
  }

  private static Optional<List<Case>> ofRegisters(CaseFile file) throws FormatException {
    Optional<Json.Obj> object = file.object();
    if (object.isEmpty()) {
      return Optional.empty();
    }
    String logName =
        file.name().endsWith(SUFFIX)
            ? file.name().substring(0, file.name().length() - SUFFIX.length())
            : "eventlog.bin";
    List<Case> cases = new ArrayList<>();
    for (var member : object.get().members().entrySet()) {
      HashAlg bank = BANKS.get(member.getKey());
      String named = member.getKey() + ".log";
      if (bank != null && file.has(logName)) {
        cases.add(
            new Case(
                logName + " " + member.getKey(),
                KIND,
                () -> replay(file, logName, bank, member.getValue())));
      } else if (bank == null && file.has(named)) {
        cases.add(
            new Case(named, KIND, () -> replay(file, named, HashAlg.SHA256, member.getValue())));
      }
    }
    cases.addAll(TpmQuoteCases.beside(file, object.get()));
    return Optional.of(cases);
  }

  private static void replay(CaseFile file, String log, HashAlg bank, Json registers)
      throws Difference, FormatException, IOException {
    compare(EventLog.parse(file.bytes(log)), bank, registers.asObject("registers"));
  }
}
