package io.vouchsafe.oci;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Looks for one good keyed cosign signature. If there is none, the refusal is that of the
/// signature that came furthest.
final class CosignVerifier {
  private final ImageName name;
  private final Image image;
  private final ImageSource source;
  private final Checklist checks;

  CosignVerifier(ImageName name, Image image, ImageSource source, Checklist checks) {
    this.name = name;
    this.image = image;
    this.source = source;
    this.checks = checks;
  }

  /// @return the key's fingerprint
  Digest verify(ImagePolicy.Requirement.SigstoreSigned requirement, ImagePolicy.Keys keys)
      throws IOException, RefusedException {
    SignerKey key = key(requirement, keys);
    List<CosignSignatures.Unverified> signatures =
        new ArrayList<>(CosignSignatures.load(source, image.descriptor().digest()));
    if (image.index().isPresent()) {
      signatures.addAll(CosignSignatures.load(source, image.index().get().digest()));
    }
    checks.require(
        ImageCheck.SIGNATURE_PRESENT,
        !signatures.isEmpty(),
        Code.SIGNATURE_MISSING,
        "a signature at tag " + CosignSignatures.tag(image.descriptor().digest()),
        signatures.isEmpty() ? "none that can be read" : signatures.size() + " signatures");
    Failure worst =
        new Failure(
            ImageCheck.SIGNATURE_KEY,
            Code.SIGNER_UNTRUSTED,
            "a signature by key " + key.fingerprint(),
            signatures.size() == 1
                ? "a signature by another key"
                : signatures.size() + " signatures by other keys");
    for (CosignSignatures.Unverified signature : signatures) {
      Optional<Failure> failure = failure(signature, key, requirement.identity());
      if (failure.isEmpty()) {
        passed(key);
        return key.fingerprint();
      }
      worst = failure.get().isFurtherThan(worst) ? failure.get() : worst;
    }
    throw checks.refuse(worst.check, worst.code, worst.expected, worst.found);
  }

  private void passed(SignerKey key) {
    checks.pass(ImageCheck.SIGNATURE_KEY, "a signature by " + key.fingerprint(), "one");
    checks.pass(ImageCheck.SIGNATURE_PAYLOAD, "an image signature", "one");
    checks.pass(
        ImageCheck.SIGNATURE_DIGEST,
        image.descriptor().digest().toString(),
        image.descriptor().digest().toString());
    checks.pass(ImageCheck.SIGNATURE_IDENTITY, name.name(), name.name());
  }

  private record Failure(ImageCheck check, Code code, String expected, String found) {
    private boolean isFurtherThan(Failure other) {
      return check.compareTo(other.check) > 0;
    }
  }

  private Optional<Failure> failure(
      CosignSignatures.Unverified signature, SignerKey key, SignedIdentity identity) {
    if (!key.verifies(signature.payload(), signature.signature())) {
      return Optional.of(
          new Failure(
              ImageCheck.SIGNATURE_KEY,
              Code.SIGNER_UNTRUSTED,
              "a signature by key " + key.fingerprint(),
              "a signature by another key"));
    }
    CosignPayload payload;
    try {
      payload = CosignPayload.parse(signature.payload());
    } catch (FormatException e) {
      return Optional.of(
          new Failure(
              ImageCheck.SIGNATURE_PAYLOAD, Code.SIGNATURE_INVALID, e.expected(), e.found()));
    }
    boolean same =
        payload.manifest().equals(image.descriptor().digest())
            || image.index().map(index -> index.digest().equals(payload.manifest())).orElse(false);
    if (!same) {
      return Optional.of(
          new Failure(
              ImageCheck.SIGNATURE_DIGEST,
              Code.SIGNATURE_IDENTITY_MISMATCH,
              image.descriptor().digest().toString(),
              payload.manifest().toString()));
    }
    if (!identity.holds(name, payload.reference())) {
      return Optional.of(
          new Failure(
              ImageCheck.SIGNATURE_IDENTITY,
              Code.SIGNATURE_IDENTITY_MISMATCH,
              "a signature for " + name + " by rule " + identity,
              ImageName.quoted(payload.reference())));
    }
    return Optional.empty();
  }

  private static SignerKey key(
      ImagePolicy.Requirement.SigstoreSigned requirement, ImagePolicy.Keys keys)
      throws IOException, RefusedException {
    Bytes pem =
        requirement.keyData().isPresent()
            ? requirement.keyData().get()
            : keys.load(requirement.keyPath().orElseThrow());
    try {
      return SignerKey.of(SignerKey.publicKey(pem));
    } catch (FormatException e) {
      throw new RefusedException(
          ImageCheck.POLICY, Code.IMAGE_POLICY_INVALID, e.expected(), e.found());
    }
  }
}
