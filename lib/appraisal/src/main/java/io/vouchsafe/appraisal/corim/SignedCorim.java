package io.vouchsafe.appraisal.corim;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Cbor;
import io.vouchsafe.encoding.CoseSign1;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// A manifest in its COSE_Sign1 envelope (draft-ietf-rats-corim §4.2), parsed, **not verified**
/// until [#verify(List, Instant)] says so.
///
/// @param envelope as received
/// @param signerName what the signer calls itself
/// @param signatureValidity when the signature counts
/// @param corim what was signed
public record SignedCorim(
    CoseSign1 envelope, String signerName, Optional<Validity> signatureValidity, Corim corim) {
  /// The content type of the envelope.
  public static final String CONTENT_TYPE = "application/rim+cbor";

  /// What older signers wrote there.
  private static final String OLD_CONTENT_TYPE = "application/corim-unsigned+cbor";

  private static final long META = 8;
  private static final long SIGNER = 0;
  private static final long SIGNER_NAME = 0;
  private static final long META_VALIDITY = 1;

  public SignedCorim {
    Objects.requireNonNull(envelope, "envelope");
    Objects.requireNonNull(signerName, "signerName");
    Objects.requireNonNull(signatureValidity, "signatureValidity");
    Objects.requireNonNull(corim, "corim");
  }

  /// Parses a signed manifest that fills `input`.
  ///
  /// @throws FormatException if it is none, or lacks what the signature must cover
  public static SignedCorim parse(Bytes input) throws FormatException {
    Cbor item = Corim.unwrap(Cbor.parse(input, Corim.LIMITS));
    CoseSign1 envelope = CoseSign1.of(item, Corim.LIMITS);
    String type = envelope.protectedHeader().require(CoseSign1.CONTENT_TYPE).asText("content type");
    if (!type.equals(CONTENT_TYPE) && !type.equals(OLD_CONTENT_TYPE)) {
      throw FormatException.unexpected(CONTENT_TYPE, type);
    }
    Cbor.Dict meta =
        Cbor.parse(envelope.protectedHeader().require(META).asBytes("meta"), Corim.LIMITS)
            .asMap("meta");
    Cbor.Dict signer = meta.require(SIGNER).asMap("signer");
    Optional<Validity> validity =
        meta.get(META_VALIDITY).isEmpty()
            ? Optional.empty()
            : Optional.of(Validity.parse(meta.require(META_VALIDITY)));
    Cbor payload = Cbor.parse(envelope.requirePayload(), Corim.LIMITS);
    return new SignedCorim(
        envelope,
        signer.require(SIGNER_NAME).asText("signer's name"),
        validity,
        Corim.of(Corim.unwrap(payload)));
  }

  /// Whether one of `signers` signed it, may say what it says, and it counts at `at`.
  ///
  /// @return the manifest, vouched for
  /// @throws RefusedException with the first check of [CorimCheck] that fails
  public Corim verify(List<CorimSigner> signers, Instant at) throws RefusedException {
    Checklist checks = new Checklist();
    CorimSigner signer = signer(signers, checks);
    if (signatureValidity.isPresent()) {
      require(CorimCheck.SIGNATURE_VALIDITY, signatureValidity.get(), at, checks);
    }
    requireValid(corim, at, checks);
    requireAuthorised(signer, checks);
    return corim;
  }

  /// Whether a manifest counts at `at`, whoever brought it.
  static void requireValid(Corim corim, Instant at, Checklist checks) throws RefusedException {
    if (corim.validity().isEmpty()) {
      checks.notChecked(CorimCheck.VALIDITY, "no validity in the manifest");
      return;
    }
    require(CorimCheck.VALIDITY, corim.validity().get(), at, checks);
  }

  private static void require(CorimCheck check, Validity counts, Instant at, Checklist checks)
      throws RefusedException {
    checks.require(
        check,
        counts.hasBegun(at),
        Code.REFERENCE_VALUE_NOT_YET_VALID,
        "from " + counts.notBefore().orElse(Instant.MIN),
        at.toString());
    checks.require(
        check,
        !counts.isOver(at),
        Code.REFERENCE_VALUE_EXPIRED,
        "until " + counts.notAfter(),
        at.toString());
  }

  private CorimSigner signer(List<CorimSigner> signers, Checklist checks) throws RefusedException {
    for (CorimSigner candidate : signers) {
      if (isBy(candidate)) {
        checks.pass(CorimCheck.SIGNER, "a signature by a named key", candidate.name());
        return candidate;
      }
    }
    List<String> names = new ArrayList<>();
    signers.forEach(known -> names.add(known.name()));
    throw checks.refuse(
        CorimCheck.SIGNER,
        Code.REFERENCE_VALUE_SIGNER_UNTRUSTED,
        names.isEmpty() ? "a signature by a named key; none is named" : "a signature by " + names,
        "a signature by another key, said to be of " + signerName);
  }

  private boolean isBy(CorimSigner candidate) {
    try {
      return envelope.isSignedBy(candidate.key());
    } catch (FormatException _) {
      return false; // an algorithm that is not known here: nobody's signature
    }
  }

  private void requireAuthorised(CorimSigner signer, Checklist checks) throws RefusedException {
    String profile = corim.profile().orElse("none");
    checks.require(
        CorimCheck.PROFILE,
        signer.profiles().isEmpty() || signer.profiles().contains(profile),
        Code.REFERENCE_VALUE_SIGNER_UNTRUSTED,
        signer.profiles().isEmpty() ? "any profile" : "a profile of " + signer.profiles(),
        profile);
    Set<String> vendors = CorimValues.vendors(corim);
    checks.require(
        CorimCheck.VENDOR,
        signer.vendors().isEmpty() || signer.vendors().containsAll(vendors),
        Code.REFERENCE_VALUE_SIGNER_UNTRUSTED,
        signer.vendors().isEmpty() ? "any vendor" : "values of " + signer.vendors(),
        vendors.toString());
  }
}
