package io.vouchsafe.evidence.google;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.RootKeys;
import io.vouchsafe.evidence.internal.SignedQuote;
import io.vouchsafe.tpm.EventLog;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.tpm.TpmsAttest;
import io.vouchsafe.tpm.TpmtPublic;
import io.vouchsafe.tpm.TpmtSignature;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// Verifies attestations of Google's virtual TPMs (specs/evidence-x86 §8.3). The checks are those
/// of [GoogleVtpmCheck]. Thread-safe.
///
/// For SEV and SEV-ES this is the only attestation that Google has: it proves what Google's host
/// lets the virtual TPM prove, not what a processor says.
public final class GoogleVtpmVerifier {
  private static final int LAST_BOOT_REGISTER = 9;
  private static final SignedQuote.Steps STEPS =
      new SignedQuote.Steps(
          GoogleVtpmCheck.QUOTE_FORMAT,
          GoogleVtpmCheck.QUOTE_SIGNATURE,
          GoogleVtpmCheck.NONCE,
          GoogleVtpmCheck.PCR_SELECTION,
          GoogleVtpmCheck.PCR_DIGEST);

  private final AkCertificateVerifier certificates;
  private final List<Bytes> intermediates;

  /// @param roots which roots count
  /// @param intermediates certificates of authorities that attestations leave out, DER; untrusted
  public GoogleVtpmVerifier(RootKeys roots, List<Bytes> intermediates) {
    this.certificates = new AkCertificateVerifier(Objects.requireNonNull(roots, "roots"));
    this.intermediates = List.copyOf(intermediates);
  }

  /// Verifies an attestation.
  ///
  /// @param message `attest.Attestation` as it came
  /// @param nonce what each quote must bind, to the byte
  /// @param at the time that certificates are judged by
  /// @throws RefusedException with every check up to the one that failed
  public VerifiedVtpm verify(Bytes message, Bytes nonce, Instant at) throws RefusedException {
    return verify(message, Optional.of(nonce), at);
  }

  /// As [#verify(Bytes, Bytes, Instant)], where no nonce may be expected: then the quotes may be of
  /// any age, which the checks say.
  public VerifiedVtpm verify(Bytes message, Optional<Bytes> nonce, Instant at)
      throws RefusedException {
    Checklist checks = new Checklist();
    GoogleAttestation attestation = parse(message, checks);
    VerifiedAk ak = attestationKey(attestation, at, checks);
    TpmsAttest attest = quotes(attestation, ak, nonce, checks);
    GoogleAttestation.Quote strongest = strongest(attestation, checks);
    Optional<EventLog> log = eventLog(attestation, strongest, checks);
    return new VerifiedVtpm(ak, attest, attestation.quotes(), strongest, log, checks.results());
  }

  private static GoogleAttestation parse(Bytes message, Checklist checks) throws RefusedException {
    try {
      GoogleAttestation attestation = GoogleAttestation.parse(message);
      checks.pass(
          GoogleVtpmCheck.FORMAT, "an attestation", attestation.quotes().size() + " quotes");
      return attestation;
    } catch (FormatException e) {
      throw refuse(checks, GoogleVtpmCheck.FORMAT, e);
    }
  }

  private static RefusedException refuse(
      Checklist checks, GoogleVtpmCheck check, FormatException e) {
    Code code = check.codeFor(e.code(), Code.MALFORMED);
    return checks.refuse(check, code, e.expected(), e.found());
  }

  private VerifiedAk attestationKey(GoogleAttestation attestation, Instant at, Checklist checks)
      throws RefusedException {
    if (attestation.certificate().isEmpty()) {
      throw checks.refuse(
          GoogleVtpmCheck.AK_CERTIFICATE, Code.MALFORMED, "the certificate of the key", "none");
    }
    List<Bytes> chain = new ArrayList<>();
    chain.add(attestation.certificate().get());
    chain.addAll(attestation.intermediates());
    chain.addAll(intermediates);
    VerifiedAk ak = certificates.verify(chain.stream().distinct().toList(), at, checks);
    TpmtPublic area = attestation.attestationKey();
    try {
      checks.require(
          GoogleVtpmCheck.AK_KEY,
          area.spki().equals(ak.spki()),
          Code.BINDING_MISMATCH,
          "the certified key",
          "SHA-256 of its SPKI " + HashAlg.SHA256.digest(area.spki()));
    } catch (FormatException e) {
      throw checks.refuse(
          GoogleVtpmCheck.AK_KEY, Code.UNSUPPORTED_ALGORITHM, e.expected(), e.found());
    }
    checks.require(
        GoogleVtpmCheck.AK_ATTRIBUTES,
        area.isAttestationKey(),
        Code.KEY_ATTRIBUTES,
        "fixedTPM, fixedParent, sensitiveDataOrigin, restricted and sign, without decrypt",
        "attributes 0x" + Integer.toHexString(area.attributes()));
    return ak;
  }

  /// Every quote must be good; returns what the first attests.
  private static TpmsAttest quotes(
      GoogleAttestation attestation, VerifiedAk ak, Optional<Bytes> nonce, Checklist checks)
      throws RefusedException {
    List<TpmsAttest> attests = new ArrayList<>();
    for (GoogleAttestation.Quote quote : attestation.quotes()) {
      TpmtSignature signature;
      try {
        signature = TpmtSignature.parse(quote.signature());
      } catch (FormatException e) {
        Code code =
            e.code() == Code.UNSUPPORTED_ALGORITHM ? e.code() : Code.QUOTE_SIGNATURE_INVALID;
        throw checks.refuse(GoogleVtpmCheck.QUOTE_SIGNATURE, code, e.expected(), e.found());
      }
      attests.add(
          new SignedQuote(quote.message(), signature, quote.bank(), quote.registers())
              .verify(ak.key(), nonce, STEPS, checks));
    }
    return attests.getFirst();
  }

  private static GoogleAttestation.Quote strongest(GoogleAttestation attestation, Checklist checks)
      throws RefusedException {
    GoogleAttestation.Quote strongest =
        attestation.quotes().stream()
            .max(Comparator.comparing(GoogleAttestation.Quote::bank))
            .orElseThrow();
    checks.require(
        GoogleVtpmCheck.PCR_BANK,
        strongest.bank() != HashAlg.SHA1,
        Code.PCR_BANK_WEAK,
        "a bank of SHA-256 or stronger",
        strongest.bank().jcaName());
    return strongest;
  }

  private static Optional<EventLog> eventLog(
      GoogleAttestation attestation, GoogleAttestation.Quote strongest, Checklist checks)
      throws RefusedException {
    if (attestation.eventLog().isEmpty()) {
      checks.notChecked(GoogleVtpmCheck.EVENT_LOG, "no event log");
      return Optional.empty();
    }
    try {
      EventLog log = EventLog.parse(attestation.eventLog().get());
      for (GoogleAttestation.Quote quote : attestation.quotes()) {
        if (quote == strongest || log.has(quote.bank())) {
          replay(log, quote, checks);
        }
      }
      checks.pass(
          GoogleVtpmCheck.EVENT_LOG, "registers as signed", log.events().size() + " events");
      return Optional.of(log);
    } catch (FormatException e) {
      throw refuse(checks, GoogleVtpmCheck.EVENT_LOG, e);
    }
  }

  /// The registers of the boot, whether the log has events of them or not, and any others that it
  /// has events of: leaving events out must not pass.
  private static void replay(EventLog log, GoogleAttestation.Quote quote, Checklist checks)
      throws RefusedException, FormatException {
    List<Bytes> replayed = log.replay(quote.bank());
    Set<Integer> extended = new HashSet<>();
    for (EventLog.Event event : log.events()) {
      if (event.extendsPcr()) {
        extended.add((int) event.pcr());
      }
    }
    for (int register = 0; register < replayed.size(); register++) {
      if (register > LAST_BOOT_REGISTER && !extended.contains(register)) {
        continue;
      }
      Bytes quoted = quote.registers().getOrDefault(register, Bytes.EMPTY);
      if (!quoted.equals(replayed.get(register))) {
        String name = quote.bank().jcaName() + " PCR " + register + " = ";
        throw checks.refuse(
            GoogleVtpmCheck.EVENT_LOG,
            Code.EVENTLOG_MISMATCH,
            name + (quoted.isEmpty() ? "not quoted" : quoted),
            name + replayed.get(register));
      }
    }
  }
}
