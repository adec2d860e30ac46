package io.vouchsafe.evidence.internal;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.tpm.PcrSelection;
import io.vouchsafe.tpm.TpmsAttest;
import io.vouchsafe.tpm.TpmtSignature;
import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/// A quote of a cloud's virtual TPM over one bank, with the register values that came beside it.
/// The signed selection must be exactly the registers whose values came: otherwise a value that
/// nobody signed could pass for one that was.
///
/// @param message TPMS_ATTEST, as received
/// @param signature over `message`
/// @param bank whose registers `values` are of
/// @param values by register
public record SignedQuote(
    Bytes message, TpmtSignature signature, HashAlg bank, SortedMap<Integer, Bytes> values) {

  /// The names under which a kind of evidence keeps the steps.
  ///
  /// @param format refuses with [Code#QUOTE_MALFORMED]
  /// @param signature refuses with [Code#QUOTE_SIGNATURE_INVALID]
  /// @param nonce refuses with [Code#NONCE_MISMATCH]
  /// @param selection refuses with [Code#PCR_SELECTION_MISMATCH]
  /// @param digest refuses with [Code#PCR_DIGEST_MISMATCH]
  public record Steps(Check format, Check signature, Check nonce, Check selection, Check digest) {}

  /// Verifies it.
  ///
  /// @param key a key that is already trusted
  /// @param nonce what the quote must bind, to the byte, and at least one byte; without it the
  ///   quote may be of any age, which the checks say
  public TpmsAttest verify(PublicKey key, Optional<Bytes> nonce, Steps steps, Checklist checks)
      throws RefusedException {
    TpmsAttest attest;
    try {
      attest = TpmsAttest.parse(message);
    } catch (FormatException e) {
      throw checks.refuse(steps.format(), Code.QUOTE_MALFORMED, e.expected(), e.found());
    }
    if (!(attest.attested() instanceof TpmsAttest.Quote quote)) {
      throw checks.refuse(
          steps.format(), Code.QUOTE_MALFORMED, "type quote (8018)", "another type");
    }
    checks.pass(steps.format(), "type quote (8018)", "type quote (8018)");
    boolean genuine = signature.isBy(key, message);
    checks.require(
        steps.signature(),
        genuine,
        Code.QUOTE_SIGNATURE_INVALID,
        "a signature by the attestation key",
        genuine ? "one that verifies" : "one that does not verify");
    nonce(attest.extraData(), nonce, steps.nonce(), checks);
    registers(quote, steps, checks);
    return attest;
  }

  private static void nonce(Bytes found, Optional<Bytes> wanted, Check check, Checklist checks)
      throws RefusedException {
    if (wanted.isEmpty()) {
      checks.notChecked(check, found.hex());
      return;
    }
    Bytes nonce = wanted.get();
    checks.require(
        check,
        !nonce.isEmpty() && found.matches(nonce),
        Code.NONCE_MISMATCH,
        nonce.isEmpty() ? "a nonce" : nonce.hex(),
        found.hex());
  }

  private void registers(TpmsAttest.Quote quote, Steps steps, Checklist checks)
      throws RefusedException {
    int offered = 0;
    for (int register : values.keySet()) {
      offered |= 1 << register;
    }
    PcrSelection wanted = new PcrSelection(bank.id(), offered, PcrSelection.SELECT_SIZE);
    List<PcrSelection> selections = quote.selections();
    checks.require(
        steps.selection(),
        offered != 0
            && selections.size() == 1
            && selections.getFirst().hash() == bank.id()
            && selections.getFirst().mask() == offered,
        Code.PCR_SELECTION_MISMATCH,
        "the registers whose values came: " + PcrSelection.words(List.of(wanted)),
        PcrSelection.words(selections));
    MessageDigest computation = signature.hash().newDigest();
    values.values().forEach(value -> value.update(computation));
    Bytes digest = Bytes.of(computation.digest());
    checks.require(
        steps.digest(),
        digest.equals(quote.digest()),
        Code.PCR_DIGEST_MISMATCH,
        quote.digest().hex(),
        digest.hex());
  }
}
