package io.vouchsafe.oci;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;

/// What is checked about an image, in the order of a pull (specs: guest components §6.1).
public enum ImageCheck implements Check {
  REFERENCE("image.reference", "the reference is well formed", Code.REFERENCE_INVALID),
  MANIFEST(
      "image.manifest",
      "the image is there and its manifest is well formed and within bounds",
      Code.MANIFEST_INVALID,
      Code.MANIFEST_UNKNOWN,
      Code.OVERSIZED),
  PLATFORM("image.platform", "there is an image for this platform", Code.PLATFORM_MISSING),
  BLOB_SIZE("image.blob.size", "content is as long as its descriptor says", Code.SIZE_MISMATCH),
  BLOB_DIGEST(
      "image.blob.digest", "content has the digest that its descriptor says", Code.DIGEST_MISMATCH),
  POLICY(
      "image.policy",
      "the image policy is well formed and does not reject this image",
      Code.IMAGE_POLICY_INVALID,
      Code.IMAGE_POLICY_REJECTS,
      Code.UNSUPPORTED_ALGORITHM),
  SIGNATURE_PRESENT("image.signature.present", "the image is signed", Code.SIGNATURE_MISSING),
  SIGNATURE_KEY(
      "image.signature.key",
      "a signature verifies with a key of the policy",
      Code.SIGNER_UNTRUSTED,
      Code.WEAK_KEY,
      Code.UNSUPPORTED_ALGORITHM),
  SIGNATURE_PAYLOAD(
      "image.signature.payload", "what was signed is an image signature", Code.SIGNATURE_INVALID),
  SIGNATURE_DIGEST(
      "image.signature.digest",
      "what was signed is this manifest",
      Code.SIGNATURE_IDENTITY_MISMATCH),
  SIGNATURE_IDENTITY(
      "image.signature.identity",
      "it was signed under the name that the policy wants",
      Code.SIGNATURE_IDENTITY_MISMATCH),
  LAYER_ENCRYPTION(
      "image.layer.encryption",
      "the annotations of an encrypted layer are complete and supported",
      Code.LAYER_ENCRYPTION_INVALID,
      Code.UNSUPPORTED_ALGORITHM),
  LAYER_KEY("image.layer.key", "a key opens the layer", Code.LAYER_KEY_UNAVAILABLE),
  LAYER_HMAC("image.layer.hmac", "the ciphertext is unchanged", Code.HMAC_MISMATCH),
  LAYER_COMPRESSION(
      "image.layer.compression",
      "the layer is compressed as its media type says",
      Code.MALFORMED,
      Code.UNSUPPORTED_ALGORITHM),
  LAYER_TAR(
      "image.layer.tar",
      "the layer is a tar archive within bounds",
      Code.MALFORMED,
      Code.OVERSIZED,
      Code.UNSUPPORTED_VERSION),
  LAYER_PATH("image.layer.path", "no entry leaves the root folder", Code.UNSAFE_PATH),
  LAYER_DIFF_ID(
      "image.layer.diff-id",
      "the unpacked layer is the one that the configuration names",
      Code.DIFF_ID_MISMATCH),
  SPACE("image.unpack.space", "there is room for the image", Code.DISK_FULL);

  private final Definition definition;

  ImageCheck(String id, String title, Code... codes) {
    definition = new Definition(id, title, codes);
  }

  @Override
  public Definition definition() {
    return definition;
  }
}
