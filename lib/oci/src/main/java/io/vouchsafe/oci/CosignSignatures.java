package io.vouchsafe.oci;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.RefusedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Keyed cosign signatures as registries hold them: an image under tag `sha256-….sig` of the same
/// repository, one layer for each signature (specs: guest components §6.2).
public final class CosignSignatures {
  /// Annotation of a signature's layer.
  static final String ANNOTATION = "dev.cosignproject.cosign/signature";

  private static final int MAX_SIGNATURES = 64;
  private static final int MAX_PAYLOAD = 64 << 10;

  private CosignSignatures() {}

  /// One signature, unverified.
  ///
  /// @param payload what was signed, see [CosignPayload]
  /// @param signature over it
  record Unverified(Bytes payload, Bytes signature) {}

  /// The tag of the signatures of a manifest.
  public static String tag(Digest manifest) {
    return manifest.algorithm().label() + "-" + manifest.hex() + ".sig";
  }

  /// Whether a tag is one of signatures.
  static boolean isTag(String tag) {
    return tag.endsWith(".sig") && (tag.startsWith("sha256-") || tag.startsWith("sha512-"));
  }

  /// Reads the usable signatures of a manifest. One that is damaged is left out: it must not spoil
  /// the good one beside it.
  ///
  /// @throws RefusedException if there are signatures but their manifest cannot be read
  static List<Unverified> load(ImageSource source, Digest manifest)
      throws IOException, RefusedException {
    Optional<ImageSource.RawManifest> raw = source.find(tag(manifest));
    if (raw.isEmpty()) {
      return List.of();
    }
    List<Descriptor> layers = parse(raw.get()).layers();
    List<Unverified> signatures = new ArrayList<>();
    for (Descriptor layer : layers.subList(0, Math.min(layers.size(), MAX_SIGNATURES))) {
      load(source, layer).ifPresent(signatures::add);
    }
    return signatures;
  }

  /// What a manifest of signatures refers to: payloads and configuration, for copying.
  ///
  /// @throws RefusedException if it cannot be read
  public static List<Descriptor> content(ImageSource.RawManifest signatures)
      throws RefusedException {
    Manifest manifest = parse(signatures);
    List<Descriptor> content = new ArrayList<>(manifest.layers());
    content.add(manifest.config());
    return content;
  }

  private static Manifest parse(ImageSource.RawManifest raw) throws RefusedException {
    try {
      return Manifest.parse(raw.raw());
    } catch (FormatException e) {
      throw Image.invalid(e);
    }
  }

  private static Optional<Unverified> load(ImageSource source, Descriptor layer)
      throws IOException {
    Optional<String> annotation = layer.annotation(ANNOTATION);
    if (!layer.mediaType().equals(MediaTypes.COSIGN_PAYLOAD) || annotation.isEmpty()) {
      return Optional.empty();
    }
    try {
      String text = annotation.get().replace("\n", "").replace("\r", "");
      Bytes signature = Bytes.fromBase64(text);
      return Optional.of(new Unverified(source.read(layer, MAX_PAYLOAD), signature));
    } catch (FormatException | RefusedException _) {
      return Optional.empty();
    }
  }

  /// Signs a manifest and stores the signature beside those that are there.
  ///
  /// @param identity the name that the image is signed under; its repository is what counts
  /// @param source the repository, for signatures that are there
  /// @param target the same repository
  /// @throws RefusedException if `key` and `signer` are not of one supported kind, or the
  ///   repository refuses
  public static void sign(
      ImageName identity,
      Digest manifest,
      PrivateKey key,
      SignerKey signer,
      ImageSource source,
      ImageTarget target,
      SecureRandom random)
      throws IOException, RefusedException {
    Bytes payload = new CosignPayload(identity.name(), manifest).encode();
    Bytes signature = signature(payload, key, signer, random);
    Descriptor layer =
        Descriptor.of(MediaTypes.COSIGN_PAYLOAD, Digest.sha256(payload), payload.size())
            .withAnnotations(Map.of(ANNOTATION, signature.base64()));
    List<Descriptor> layers = new ArrayList<>();
    Optional<ImageSource.RawManifest> old = source.find(tag(manifest));
    if (old.isPresent()) {
      layers.addAll(parse(old.get()).layers());
    }
    layers.removeIf(
        other -> other.digest().equals(layer.digest()) && signer.signed(payload, other));
    layers.add(layer);
    put(target, layer, payload);
    Bytes config = config(layers);
    Descriptor configAt = Descriptor.of(MediaTypes.CONFIG, Digest.sha256(config), config.size());
    put(target, configAt, config);
    Bytes raw = Manifest.of(configAt, layers).encode();
    Descriptor at = Descriptor.of(MediaTypes.MANIFEST, Digest.sha256(raw), raw.size());
    target.tag(tag(manifest), new ImageSource.RawManifest(at, raw));
  }

  private static void put(ImageTarget target, Descriptor descriptor, Bytes content)
      throws IOException, RefusedException {
    if (!target.has(descriptor)) {
      target.put(descriptor, new ByteArrayInputStream(content.toByteArray()));
    }
  }

  private static Bytes signature(
      Bytes payload, PrivateKey key, SignerKey signer, SecureRandom random)
      throws RefusedException {
    try {
      Signature maker = Signature.getInstance(SignerKey.algorithm(signer));
      maker.initSign(key, random);
      maker.update(payload.asBuffer());
      Bytes signature = Bytes.of(maker.sign());
      if (signer.verifies(payload, signature)) {
        return signature;
      }
    } catch (GeneralSecurityException e) {
      throw mismatch(String.valueOf(e.getMessage()));
    }
    throw mismatch("a key of another pair");
  }

  private static RefusedException mismatch(String found) {
    return new RefusedException(
        ImageCheck.SIGNATURE_KEY,
        io.vouchsafe.verdict.Code.SIGNER_UNTRUSTED,
        "a private key that belongs to the public key",
        found);
  }

  private static Bytes config(List<Descriptor> layers) {
    Json rootfs =
        Json.object()
            .put("type", "layers")
            .put("diff_ids", Json.strings(layers.stream().map(l -> l.digest().toString()).toList()))
            .build();
    return Json.object()
        .put("architecture", "")
        .put("os", "")
        .put("config", Json.object().build())
        .put("rootfs", rootfs)
        .build()
        .utf8();
  }
}
