package io.vouchsafe.testkit.tpm;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.tpm.PcrSelection;
import io.vouchsafe.tpm.TpmCommands;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Builds the JSON of TPM evidence (`primary_evidence`). What a test does not change is valid.
public final class SoftEvidence {
  private final SoftTpm tpm;
  private Bytes reportData = Bytes.zeros(48);
  private PcrSelection selection = PcrSelection.all(HashAlg.SHA256);
  private Optional<TpmCommands.QuoteResult> quote = Optional.empty();
  private Optional<List<Bytes>> pcrs = Optional.empty();
  private Optional<Bytes> eventLog;
  private boolean bare;

  SoftEvidence(SoftTpm tpm) {
    this.tpm = tpm;
    this.eventLog = Optional.of(tpm.eventLog());
  }

  /// Binds this digest: its first 32 bytes become the qualifying data.
  public SoftEvidence reportData(Bytes digest) {
    reportData = digest;
    return this;
  }

  /// Quotes these registers only.
  public SoftEvidence selection(PcrSelection registers) {
    selection = registers;
    return this;
  }

  /// Puts this quote instead of a fresh one.
  public SoftEvidence quote(TpmCommands.QuoteResult result) {
    quote = Optional.of(result);
    return this;
  }

  /// Claims these register values.
  public SoftEvidence pcrs(List<Bytes> values) {
    pcrs = Optional.of(values);
    return this;
  }

  /// Claims this event log.
  public SoftEvidence eventLog(Bytes log) {
    eventLog = Optional.of(log);
    return this;
  }

  /// Leaves the event log out.
  public SoftEvidence withoutEventLog() {
    eventLog = Optional.empty();
    return this;
  }

  /// Only the members that the reference guest sends: no public area, no chain, no log.
  public SoftEvidence bare() {
    bare = true;
    return this;
  }

  public Json.Obj build() {
    TpmCommands.QuoteResult result =
        quote.orElseGet(() -> tpm.quote(reportData.fit(32), selection));
    List<Json> values = new ArrayList<>();
    for (Bytes value : pcrs.orElse(tpm.pcrs())) {
      values.add(Json.of(value.hex()));
    }
    Json.ObjBuilder evidence =
        Json.object()
            .put(
                "tpm_quote",
                Json.object()
                    .put("signature", result.signature().base64())
                    .put("message", result.message().base64())
                    .put("pcrs", Json.array(values))
                    .build())
            .put("ak_public", tpm.akPublic().base64());
    if (!bare) {
      evidence
          .put("ak_tpmt", tpm.akArea().raw().base64())
          .put("ek_chain", Json.array(Json.of(tpm.ekCertificate().base64())))
          .putIf("event_log", eventLog.map(log -> Json.of(log.base64())));
    }
    return evidence.build();
  }
}
