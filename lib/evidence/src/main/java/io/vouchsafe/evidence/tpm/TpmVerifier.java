package io.vouchsafe.evidence.tpm;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.Anchor;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.evidence.VerifiedEvidence;
import io.vouchsafe.evidence.Verifier;
import io.vouchsafe.evidence.internal.InitDataRegister;
import io.vouchsafe.evidence.internal.VerifierOnly;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.tpm.PcrSelection;
import io.vouchsafe.tpm.TpmsAttest;
import io.vouchsafe.tpm.TpmtPublic;
import io.vouchsafe.tpm.TpmtSignature;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.security.PublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Verifies quotes of a TPM 2.0, hardware or virtual (specs/evidence-other §2.2). The checks are
/// those of [TpmCheck].
///
/// A virtual TPM proves what the **operator of the host** lets it prove: whoever runs it can read
/// and change it. Its results carry the anchor [Anchor#OPERATOR_NAMED].
public final class TpmVerifier implements Verifier {
  private static final HashAlg BANK = HashAlg.SHA256;
  private static final int LAST_BOOT_PCR = 9;
  private static final int BOOT_PCRS = (1 << LAST_BOOT_PCR + 1) - 1;
  private static final int SHORT_REPORT_DATA = 32;
  private static final int FULL_REPORT_DATA = 64;
  private static final String LIST = "0 to 9";
  private static final List<String> PCR_NAMES = pcrNames();

  private final AkTrust trust;
  private final boolean ofAnyAge;
  private final KeyCache keys = new KeyCache();
  private final ReplayCache replays = new ReplayCache(BANK, LAST_BOOT_PCR);

  /// @param trust which attestation keys the tenant trusts; asked once per verification
  public TpmVerifier(AkTrust trust) {
    this(trust, false);
  }

  private TpmVerifier(AkTrust trust, boolean ofAnyAge) {
    this.trust = trust;
    this.ofAnyAge = ofAnyAge;
  }

  /// For evidence that was kept: where no report data is expected, the quote may be of any age,
  /// which the checks say.
  ///
  /// @param trust which attestation keys are trusted
  public static TpmVerifier ofAnyAge(AkTrust trust) {
    return new TpmVerifier(trust, true);
  }

  @Override
  public String tee() {
    return "tpm";
  }

  @Override
  public VerifiedEvidence verify(Json evidence, ExpectedBinding binding, Instant at)
      throws RefusedException {
    Checklist checks = new Checklist();
    TpmEvidence parsed = parse(evidence, checks);
    AkOrigin origin = trusted(parsed, checks);
    PublicKey key = strongKey(parsed, checks);
    Signed signed = signed(parsed, key, checks);
    if (ofAnyAge && binding.reportData().isEmpty()) {
      checks.notChecked(TpmCheck.REPORT_DATA, signed.attest().extraData().hex());
    } else {
      reportData(signed.attest(), binding, checks);
    }
    PcrSelection selection = selection(signed.quote(), checks);
    Bytes digest = PcrSelection.digest(signed.scheme(), selection, parsed.pcrs());
    checks.require(
        TpmCheck.PCR_DIGEST,
        digest.equals(signed.quote().digest()),
        Code.PCR_DIGEST_MISMATCH,
        signed.quote().digest().hex(),
        digest.hex());
    InitDataRegister.require(
        TpmCheck.INIT_DATA, parsed.pcrs().get(InitDataRegister.PCR), binding, checks);
    Optional<ReplayCache.Boot> boot = boot(parsed, binding, checks);
    Json.Obj claims = claims(parsed, origin, signed.attest(), selection, boot);
    return new VerifiedEvidence(
        VerifierOnly.INSTANCE, tee(), "cpu", Anchor.OPERATOR_NAMED, claims, checks.results());
  }

  private static TpmEvidence parse(Json evidence, Checklist checks) throws RefusedException {
    try {
      TpmEvidence parsed = TpmEvidence.parse(evidence);
      checks.pass(TpmCheck.EVIDENCE_FORMAT, "TPM evidence", "TPM evidence");
      return parsed;
    } catch (FormatException e) {
      throw refuse(checks, TpmCheck.EVIDENCE_FORMAT, Code.MALFORMED, e);
    }
  }

  /// Refuses with the code of the parse error, or with `otherwise` if the check does not list it.
  private static RefusedException refuse(
      Checklist checks, TpmCheck check, Code otherwise, FormatException e) {
    Code code = check.codeFor(e.code(), otherwise);
    return checks.refuse(check, code, e.expected(), e.found());
  }

  private AkOrigin trusted(TpmEvidence evidence, Checklist checks) throws RefusedException {
    Bytes name = Bytes.EMPTY;
    if (evidence.akArea().isPresent()) {
      TpmtPublic area = evidence.akArea().get();
      boolean same = isKeyOf(area, evidence.akPublic());
      checks.require(
          TpmCheck.AK_KEY,
          same,
          Code.AK_NOT_TRUSTED,
          "ak_public to be the key of ak_tpmt",
          same ? "the same key" : "another key");
      name = area.name();
    } else {
      checks.notChecked(TpmCheck.AK_KEY, "no public area came with the key");
    }
    Optional<AkOrigin> origin = trust.origin(name, evidence.akPublic());
    // Enrolment is of a Name: without the public area nobody knows that this is the key.
    boolean placed =
        origin.isPresent()
            && !(origin.get() instanceof AkOrigin.Enrolled && evidence.akArea().isEmpty());
    if (!placed) {
      throw checks.refuse(
          TpmCheck.AK_TRUST,
          Code.AK_NOT_TRUSTED,
          "an enrolled or listed attestation key",
          name.isEmpty() ? "SHA-256 of its SPKI " + BANK.digest(evidence.akPublic()) : "" + name);
    }
    checks.pass(
        TpmCheck.AK_TRUST,
        "an enrolled or listed attestation key",
        switch (origin.get()) {
          case AkOrigin.Enrolled(Bytes ek) -> "enrolled with endorsement key " + ek;
          case AkOrigin.Listed() -> "on the tenant's list";
        });
    return origin.get();
  }

  private static boolean isKeyOf(TpmtPublic area, Bytes spki) {
    try {
      return area.spki().equals(spki);
    } catch (FormatException _) {
      // A symmetric object: no public key at all.
      return false;
    }
  }

  private PublicKey strongKey(TpmEvidence evidence, Checklist checks) throws RefusedException {
    if (evidence.akArea().isPresent()) {
      TpmtPublic area = evidence.akArea().get();
      checks.require(
          TpmCheck.AK_ATTRIBUTES,
          area.isAttestationKey(),
          Code.KEY_ATTRIBUTES,
          "fixedTPM, fixedParent, sensitiveDataOrigin, restricted and sign, without decrypt",
          "attributes 0x" + Integer.toHexString(area.attributes()));
    } else {
      checks.notChecked(TpmCheck.AK_ATTRIBUTES, "no public area came with the key");
    }
    try {
      return keys.key(evidence.akPublic());
    } catch (FormatException e) {
      throw refuse(checks, TpmCheck.AK_ATTRIBUTES, Code.WEAK_KEY, e);
    }
  }

  /// What the key really signed.
  private record Signed(TpmsAttest attest, TpmsAttest.Quote quote, HashAlg scheme) {}

  private static Signed signed(TpmEvidence evidence, PublicKey key, Checklist checks)
      throws RefusedException {
    TpmsAttest attest;
    try {
      attest = TpmsAttest.parse(evidence.message());
    } catch (FormatException e) {
      throw refuse(checks, TpmCheck.QUOTE_FORMAT, Code.QUOTE_MALFORMED, e);
    }
    if (!(attest.attested() instanceof TpmsAttest.Quote quote)) {
      throw checks.refuse(
          TpmCheck.QUOTE_FORMAT, Code.QUOTE_MALFORMED, "type quote (8018)", "another type");
    }
    checks.pass(TpmCheck.QUOTE_FORMAT, "type quote (8018)", "type quote (8018)");
    TpmtSignature signature;
    try {
      signature = TpmtSignature.parse(evidence.signature());
    } catch (FormatException e) {
      throw refuse(checks, TpmCheck.QUOTE_SIGNATURE, Code.QUOTE_SIGNATURE_INVALID, e);
    }
    boolean genuine = signature.isBy(key, evidence.message());
    checks.require(
        TpmCheck.QUOTE_SIGNATURE,
        genuine,
        Code.QUOTE_SIGNATURE_INVALID,
        "a signature by the attestation key",
        genuine ? "one that verifies" : "one that does not verify");
    return new Signed(attest, quote, signature.hash());
  }

  /// The field holds at most 64 bytes. Guests bind either the first 32 bytes of the digest or the
  /// whole digest with zeros behind it.
  private static void reportData(TpmsAttest attest, ExpectedBinding binding, Checklist checks)
      throws RefusedException {
    Bytes expected = binding.reportData().fit(SHORT_REPORT_DATA);
    boolean bound =
        attest.extraData().matches(expected)
            || attest.extraData().matches(binding.reportData().fit(FULL_REPORT_DATA));
    checks.require(
        TpmCheck.REPORT_DATA,
        bound && !binding.reportData().isEmpty(),
        Code.REPORT_DATA_MISMATCH,
        expected.hex(),
        attest.extraData().hex());
  }

  private static PcrSelection selection(TpmsAttest.Quote quote, Checklist checks)
      throws RefusedException {
    List<PcrSelection> selections = quote.selections();
    boolean quoted = false;
    for (PcrSelection selection : selections) {
      quoted |= selection.hash() == BANK.id() && selection.count() > 0;
    }
    boolean weak = !quoted && !selections.isEmpty();
    checks.require(
        TpmCheck.PCR_BANK,
        !weak,
        Code.PCR_BANK_WEAK,
        "the SHA-256 bank",
        PcrSelection.words(selections));
    PcrSelection first = selections.isEmpty() ? PcrSelection.of(BANK) : selections.getFirst();
    checks.require(
        TpmCheck.PCR_SELECTION,
        selections.size() == 1
            && first.hash() == BANK.id()
            && (first.mask() & BOOT_PCRS) == BOOT_PCRS
            && first.mask() >>> PcrSelection.PCR_COUNT == 0,
        Code.PCR_SELECTION_MISMATCH,
        "at least PCR " + LIST + " of the SHA-256 bank, and only that bank",
        PcrSelection.words(selections));
    return first;
  }

  private Optional<ReplayCache.Boot> boot(
      TpmEvidence evidence, ExpectedBinding binding, Checklist checks) throws RefusedException {
    if (evidence.eventLog().isEmpty()) {
      checks.notChecked(TpmCheck.EVENT_LOG, "no event log");
      return Optional.empty();
    }
    Bytes raw = evidence.eventLog().get();
    try {
      ReplayCache.Replay replay = replays.replay(raw);
      requireQuoted(replay.pcrs(), evidence, binding, checks);
      ReplayCache.Boot boot = replays.boot(raw, replay);
      checks.pass(TpmCheck.EVENT_LOG, "PCR " + LIST + " as signed", boot.count() + " events");
      return Optional.of(boot);
    } catch (FormatException e) {
      throw refuse(checks, TpmCheck.EVENT_LOG, Code.MALFORMED, e);
    }
  }

  private static void requireQuoted(
      List<Bytes> replayed, TpmEvidence evidence, ExpectedBinding binding, Checklist checks)
      throws RefusedException {
    for (int pcr = 0; pcr <= LAST_BOOT_PCR; pcr++) {
      Bytes quoted = evidence.pcrs().get(pcr);
      boolean measuredByGuest =
          pcr == InitDataRegister.PCR
              && binding.initData().isPresent()
              && BANK.extend(replayed.get(pcr), binding.initData().get()).equals(quoted);
      if (!quoted.equals(replayed.get(pcr)) && !measuredByGuest) {
        throw checks.refuse(
            TpmCheck.EVENT_LOG,
            Code.EVENTLOG_MISMATCH,
            "PCR " + pcr + " = " + quoted,
            "PCR " + pcr + " = " + replayed.get(pcr));
      }
    }
  }

  private static Json.Obj claims(
      TpmEvidence evidence,
      AkOrigin origin,
      TpmsAttest attest,
      PcrSelection selection,
      Optional<ReplayCache.Boot> boot) {
    Json.ObjBuilder claims =
        Json.object()
            .put("report_data", attest.extraData().hex())
            .put("init_data", evidence.pcrs().get(InitDataRegister.PCR).hex())
            .put("ak_public", evidence.akPublic().base64());
    for (int pcr = 0; pcr < PcrSelection.PCR_COUNT; pcr++) {
      // Values outside of the signed selection are anybody's words.
      if (selection.contains(pcr)) {
        claims.put(PCR_NAMES.get(pcr), evidence.pcrs().get(pcr).hex());
      }
    }
    evidence.akArea().ifPresent(area -> claims.put("ak_name", area.name().hex()));
    switch (origin) {
      case AkOrigin.Enrolled(Bytes ek) -> claims.put("ek_digest", ek.hex());
      case AkOrigin.Listed() -> {}
    }
    claims.put("reset_count", attest.clock().resetCount());
    claims.put("restart_count", attest.clock().restartCount());
    claims.putIf("boot", boot.map(ReplayCache.Boot::facts));
    claims.putIf("uefi_event_logs", boot.map(ReplayCache.Boot::events));
    return claims.build();
  }

  private static List<String> pcrNames() {
    List<String> names = new ArrayList<>();
    for (int pcr = 0; pcr < PcrSelection.PCR_COUNT; pcr++) {
      names.add((pcr < 10 ? "pcr0" : "pcr") + pcr);
    }
    return List.copyOf(names);
  }
}
