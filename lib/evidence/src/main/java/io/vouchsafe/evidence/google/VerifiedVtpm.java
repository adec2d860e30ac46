package io.vouchsafe.evidence.google;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.Anchor;
import io.vouchsafe.tpm.EventLog;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.tpm.TpmsAttest;
import io.vouchsafe.verdict.CheckResult;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// An attestation of a virtual TPM of Google that is genuine and fresh. Only [GoogleVtpmVerifier]
/// makes it.
public final class VerifiedVtpm {
  private final VerifiedAk ak;
  private final TpmsAttest attest;
  private final List<GoogleAttestation.Quote> quotes;
  private final GoogleAttestation.Quote strongest;
  private final Optional<EventLog> eventLog;
  private final List<CheckResult> checks;

  VerifiedVtpm(
      VerifiedAk ak,
      TpmsAttest attest,
      List<GoogleAttestation.Quote> quotes,
      GoogleAttestation.Quote strongest,
      Optional<EventLog> eventLog,
      List<CheckResult> checks) {
    this.ak = ak;
    this.attest = attest;
    this.quotes = List.copyOf(quotes);
    this.strongest = strongest;
    this.eventLog = eventLog;
    this.checks = List.copyOf(checks);
  }

  /// The attestation key and the machine that it belongs to.
  public VerifiedAk ak() {
    return ak;
  }

  /// The strongest bank that is quoted.
  public HashAlg bank() {
    return strongest.bank();
  }

  /// Values of that bank by register.
  public SortedMap<Integer, Bytes> registers() {
    return strongest.registers();
  }

  /// Values of a bank by register; none if it is not quoted.
  public SortedMap<Integer, Bytes> registers(HashAlg bank) {
    return quotes.stream()
        .filter(quote -> quote.bank() == bank)
        .findFirst()
        .map(GoogleAttestation.Quote::registers)
        .orElseGet(TreeMap::new);
  }

  /// The event log, which replays to the registers; empty if none came.
  public Optional<EventLog> eventLog() {
    return eventLog;
  }

  /// The memory encryption of the machine; empty if the log does not prove it.
  public Optional<Technology> technology() {
    return eventLog.flatMap(log -> Technology.of(log, bank()));
  }

  /// What the root of the certificates is. Also a production one is trust in Google, not in a
  /// processor.
  public Anchor anchor() {
    return ak.anchor();
  }

  /// Every check that ran, in order; all passed or not checked.
  public List<CheckResult> checks() {
    return checks;
  }

  /// The claims.
  public Json.Obj claims() {
    Json.ObjBuilder registers = Json.object();
    registers()
        .forEach((pcr, value) -> registers.put((pcr < 10 ? "pcr0" : "pcr") + pcr, value.hex()));
    return Json.object()
        .put("report_data", attest.extraData().hex())
        .put("trust", "vtpm")
        .put("bank", bank().jcaName())
        .put("tpm", registers.build())
        .put("ak_public", ak.spki().base64())
        .put("reset_count", attest.clock().resetCount())
        .put("restart_count", attest.clock().restartCount())
        .putIf("technology", technology().map(found -> Json.of(found.name())))
        .putIf("instance", ak.instance().map(InstanceInfo::claims))
        .build();
  }
}
