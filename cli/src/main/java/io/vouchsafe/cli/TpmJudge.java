package io.vouchsafe.cli;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.Anchor;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.evidence.InsecureSampleVerifier;
import io.vouchsafe.evidence.SampleCheck;
import io.vouchsafe.evidence.VerifiedEvidence;
import io.vouchsafe.evidence.tpm.AkOrigin;
import io.vouchsafe.evidence.tpm.AkTrust;
import io.vouchsafe.evidence.tpm.EkCertificates;
import io.vouchsafe.evidence.tpm.EkCheck;
import io.vouchsafe.evidence.tpm.TpmVerifier;
import io.vouchsafe.evidence.tpm.VerifiedEk;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Judges what guests without a processor's TEE send: quotes of a TPM, and the sample that proves
/// nothing.
///
/// @param all what is common to all evidence
record TpmJudge(EvidenceJudge all) {
  private static final String TPM = "tpm";
  private static final String TRUSTED_AKS = "trustedAks";
  private static final String INIT_DATA = "initDataHash";
  private static final String ALLOW_SAMPLE = "allowSample";
  private static final String EK_CHAIN = "ek_chain";
  private static final int MAX_KEYS = 1024;

  /// A quote by a key that the policy lists. A chain of the endorsement key is verified too where a
  /// root for it is named; whose the attestation key is, only an enrolment proves.
  Judgement quote(String file, String form, Json.Obj json) throws RefusedException, Failure {
    all.requireMembers(TPM, Set.of(TRUSTED_AKS, INIT_DATA, EvidenceJudge.REPORT_DATA));
    try {
      Set<String> trusted = trusted();
      AkTrust trust =
          (name, spki) ->
              trusted.contains(name.hex()) || trusted.contains(HashAlg.SHA256.digest(spki).hex())
                  ? Optional.of(new AkOrigin.Listed())
                  : Optional.empty();
      ExpectedBinding binding =
          new ExpectedBinding(all.expected().orElse(Bytes.EMPTY), all.hex(INIT_DATA));
      VerifiedEvidence evidence = TpmVerifier.ofAnyAge(trust).verify(json, binding, all.at());
      Checklist checks = new Checklist();
      checks.addAll(evidence.checks());
      Json.Obj claims = endorsementKey(json, evidence.claims(), checks);
      return new Judgement(
          file,
          form,
          TPM,
          checks.results(),
          List.of(),
          new Judgement.End.Accepted(evidence.anchor(), claims));
    } catch (FormatException e) {
      throw EvidenceJudge.policyFailure(TPM, e);
    }
  }

  private Set<String> trusted() throws FormatException {
    Set<String> trusted = new HashSet<>();
    if (all.policy().present(TRUSTED_AKS).isEmpty()) {
      return trusted;
    }
    List<Json> keys = all.policy().array(TRUSTED_AKS);
    if (keys.size() > MAX_KEYS) {
      throw FormatException.oversized(
          FormatException.NO_OFFSET, "at most " + MAX_KEYS + " keys", keys.size() + "");
    }
    for (Json key : keys) {
      trusted.add(Bytes.fromHex(key.asString(TRUSTED_AKS)).hex());
    }
    return trusted;
  }

  private Json.Obj endorsementKey(Json.Obj json, Json.Obj claims, Checklist checks)
      throws RefusedException {
    if (json.present(EK_CHAIN).isEmpty()) {
      return claims;
    }
    List<Bytes> chain = new ArrayList<>();
    EkCertificates certificates;
    try {
      List<Json> items = json.array(EK_CHAIN);
      if (all.roots().tpm().isEmpty()) {
        checks.notChecked(EkCheck.CHAIN, items.size() + " certificates, and no root is named");
        return claims;
      }
      for (Json item : items) {
        chain.add(Bytes.fromBase64(item.asString(EK_CHAIN)));
      }
      certificates = EkCertificates.of(all.roots().tpm());
    } catch (FormatException e) {
      throw checks.refuse(EkCheck.FORMAT, Code.MALFORMED, e.expected(), e.found());
    }
    try {
      VerifiedEk ek = certificates.verify(chain, all.at());
      checks.addAll(ek.checks());
      Json.Obj claim =
          Json.object().put("digest", ek.digest().hex()).put("root", ek.root()).build();
      return claims.with("endorsement_key", claim);
    } catch (RefusedException e) {
      checks.addAll(e.results());
      throw new RefusedException(e.refusal(), checks.results());
    }
  }

  /// A sample, which anybody can write: refused unless a switch of the policy takes it.
  Judgement sample(String file, String form, String tee, Json.Obj json)
      throws RefusedException, Failure {
    all.requireMembers(tee, Set.of(ALLOW_SAMPLE, EvidenceJudge.REPORT_DATA));
    Checklist checks = new Checklist();
    try {
      if (!(all.policy().present(ALLOW_SAMPLE).isPresent() && all.policy().bool(ALLOW_SAMPLE))) {
        throw checks.refuse(
            SampleCheck.INSECURE,
            Code.UNSUPPORTED_TEE,
            "evidence that proves something, or " + ALLOW_SAMPLE + " in the policy",
            form);
      }
      checks.allow(
          SampleCheck.INSECURE, "anything, as " + ALLOW_SAMPLE + " says", form, ALLOW_SAMPLE);
      InsecureSampleVerifier verifier =
          tee.equals("sample") ? InsecureSampleVerifier.sample() : InsecureSampleVerifier.device();
      Bytes data = all.expected().orElse(Bytes.EMPTY);
      VerifiedEvidence evidence =
          verifier.verify(json, new ExpectedBinding(data, Optional.empty()), all.at());
      checks.addAll(evidence.checks());
      return new Judgement(
          file,
          form,
          tee,
          checks.results(),
          List.of(),
          new Judgement.End.Accepted(Anchor.INSECURE_SAMPLE, evidence.claims()));
    } catch (FormatException e) {
      throw EvidenceJudge.policyFailure(tee, e);
    }
  }
}
