package io.vouchsafe.evidence.tpm;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.tpm.EventLog;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.tpm.PcrSelection;
import io.vouchsafe.tpm.TpmtPublic;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// The members of TPM evidence (specs/kbs-protocol §10.7, with our optional members), decoded and
/// not verified. `ek_chain` is read at enrolment only: here it would prove nothing more.
///
/// @param signature TPMT_SIGNATURE
/// @param message TPMS_ATTEST
/// @param pcrs 24 values of the SHA-256 bank, as claimed
/// @param akPublic SubjectPublicKeyInfo of the attestation key
/// @param akArea the attestation key's public area, if it came
/// @param eventLog the event log, if it came
record TpmEvidence(
    Bytes signature,
    Bytes message,
    List<Bytes> pcrs,
    Bytes akPublic,
    Optional<TpmtPublic> akArea,
    Optional<Bytes> eventLog) {

  private static final int MAX_SPKI = 1024;
  private static final int MAX_SIGNATURE = 1024;
  private static final int MAX_MESSAGE = 2048;
  private static final int MAX_PUBLIC = 1024;

  static TpmEvidence parse(Json json) throws FormatException {
    Json.Obj evidence = json.asObject("evidence");
    Json.Obj quote = evidence.object("tpm_quote");
    Optional<String> area = evidence.optionalString("ak_tpmt");
    Optional<String> log = evidence.optionalString("event_log");
    return new TpmEvidence(
        base64("signature", quote.string("signature"), MAX_SIGNATURE),
        base64("message", quote.string("message"), MAX_MESSAGE),
        pcrs(quote.array("pcrs")),
        base64("ak_public", evidence.string("ak_public"), MAX_SPKI),
        area.isEmpty()
            ? Optional.empty()
            : Optional.of(TpmtPublic.parse(base64("ak_tpmt", area.get(), MAX_PUBLIC))),
        log.isEmpty()
            ? Optional.empty()
            : Optional.of(base64("event_log", log.get(), EventLog.MAX_SIZE)));
  }

  private static Bytes base64(String name, String text, int max) throws FormatException {
    // Four characters hold three bytes.
    if (text.length() > (max + 2) / 3 * 4) {
      throw FormatException.oversized(
          FormatException.NO_OFFSET,
          name + " of at most " + max + " bytes",
          text.length() + " characters of base64");
    }
    return Bytes.fromBase64(text);
  }

  private static List<Bytes> pcrs(List<Json> items) throws FormatException {
    if (items.size() != PcrSelection.PCR_COUNT) {
      throw FormatException.unexpected(
          PcrSelection.PCR_COUNT + " register values", items.size() + " values");
    }
    List<Bytes> values = new ArrayList<>(items.size());
    for (Json item : items) {
      String hex = item.asString("pcrs");
      if (hex.length() != 2 * HashAlg.SHA256.size()) {
        throw FormatException.unexpected(
            "register values of " + HashAlg.SHA256.size() + " bytes", hex.length() + " digits");
      }
      values.add(Bytes.fromHex(hex));
    }
    return Collections.unmodifiableList(values);
  }
}
