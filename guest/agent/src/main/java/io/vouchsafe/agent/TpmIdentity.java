package io.vouchsafe.agent;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.tpm.Credential;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.tpm.PcrSelection;
import io.vouchsafe.tpm.TpmCommands;
import io.vouchsafe.tpm.TpmException;
import io.vouchsafe.tpm.TpmTransport;
import io.vouchsafe.verdict.Code;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/// What this guest's TPM says about it: its endorsement key, an attestation key, and quotes over
/// the boot registers. Not thread-safe: there is one TPM.
final class TpmIdentity {
  /// The register that holds the init-data (guest-components.md §8.2).
  private static final int INIT_DATA_PCR = 8;

  /// How often a quote is taken again because a register moved between reading and quoting.
  private static final int MAX_ATTEMPTS = 3;

  /// What a TPM quote can bind of a longer digest (kbs-protocol.md §2.6).
  private static final int BOUND = 32;

  private static final int NONCE = 32;

  private final TpmCommands tpm;
  private final TpmCommands.LoadedKey ek;
  private final TpmCommands.LoadedKey ak;
  private final List<Bytes> ekChain;
  private final Bytes eventLog;

  private TpmIdentity(
      TpmCommands tpm,
      TpmCommands.LoadedKey ek,
      TpmCommands.LoadedKey ak,
      List<Bytes> ekChain,
      Bytes eventLog) {
    this.tpm = tpm;
    this.ek = ek;
    this.ak = ak;
    this.ekChain = List.copyOf(ekChain);
    this.eventLog = eventLog;
  }

  /// Measures the init-data, then makes the keys: nothing else of this process may come before the
  /// measurement.
  ///
  /// @param initDataDigest SHA-256 of the init-data
  /// @throws GuestException if the TPM fails
  static TpmIdentity make(TpmTransport transport, Bytes initDataDigest, Bytes eventLog)
      throws GuestException {
    TpmCommands tpm = new TpmCommands(transport);
    try {
      tpm.pcrExtend(
          INIT_DATA_PCR, List.of(new TpmCommands.BankDigest(HashAlg.SHA256, initDataDigest)));
      return new TpmIdentity(tpm, tpm.createEk(), tpm.createAk(), ekChain(tpm), eventLog);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /// The endorsement certificate; a TPM without one is enrolled by its bare key, if at all.
  private static List<Bytes> ekChain(TpmCommands tpm) throws IOException {
    try {
      return List.of(tpm.nvRead(TpmCommands.NV_EK_CERTIFICATE_RSA2048));
    } catch (TpmException _) {
      return List.of();
    }
  }

  private static GuestException failed(IOException e) {
    return new GuestException(
        GuestCheck.TPM, Code.TPM_ERROR, "a TPM that answers", String.valueOf(e.getMessage()));
  }

  /// The Name of the attestation key.
  Bytes akName() {
    return ak.name();
  }

  /// The request that asks to enrol the attestation key.
  Json.Obj enrolment() {
    Json.ObjBuilder request =
        Json.object().put("ek_chain", base64(ekChain)).put("ak_tpmt", ak.area().raw().base64());
    if (ekChain.isEmpty()) {
      request.put("ek_public", ek.area().raw().base64());
    }
    return request.build();
  }

  private static Json base64(List<Bytes> items) {
    List<Json> texts = new ArrayList<>();
    for (Bytes item : items) {
      texts.add(Json.of(item.base64()));
    }
    return Json.array(texts);
  }

  /// Opens what only this TPM, holding both keys, can open.
  SecretBytes open(Credential credential, SecureRandom random) throws GuestException {
    byte[] nonce = new byte[NONCE];
    random.nextBytes(nonce);
    try {
      return tpm.openCredential(ak.handle(), ek.handle(), Bytes.of(nonce), credential);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /// The primary evidence of a handshake (kbs-protocol.md §10.7, with our optional members).
  ///
  /// @param runtimeData digest of nonce and key
  Json.Obj evidence(Bytes runtimeData) throws GuestException {
    try {
      Bytes bound = runtimeData.fit(BOUND);
      List<PcrSelection> all = List.of(PcrSelection.all(HashAlg.SHA256));
      List<Bytes> before = tpm.pcrRead(HashAlg.SHA256);
      for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        TpmCommands.QuoteResult quote = tpm.quote(ak.handle(), bound, all);
        List<Bytes> after = tpm.pcrRead(HashAlg.SHA256);
        if (before.equals(after)) {
          return evidence(quote, before);
        }
        before = after;
      }
    } catch (IOException e) {
      throw failed(e);
    } catch (FormatException e) {
      throw failed(new IOException(e.getMessage()));
    }
    throw failed(new IOException("the registers keep moving"));
  }

  private Json.Obj evidence(TpmCommands.QuoteResult quote, List<Bytes> pcrs)
      throws FormatException {
    List<Json> values = new ArrayList<>();
    for (Bytes pcr : pcrs) {
      values.add(Json.of(pcr.hex()));
    }
    Json.ObjBuilder evidence =
        Json.object()
            .put(
                "tpm_quote",
                Json.object()
                    .put("signature", quote.signature().base64())
                    .put("message", quote.message().base64())
                    .put("pcrs", Json.array(values))
                    .build())
            .put("ak_public", ak.area().spki().base64())
            .put("ak_tpmt", ak.area().raw().base64())
            .put("ek_chain", base64(ekChain));
    if (!eventLog.isEmpty()) {
      evidence.put("event_log", eventLog.base64());
    }
    return evidence.build();
  }
}
