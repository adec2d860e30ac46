package io.vouchsafe.cli;

import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.oci.CosignSignatures;
import io.vouchsafe.oci.Descriptor;
import io.vouchsafe.oci.Digest;
import io.vouchsafe.oci.Image;
import io.vouchsafe.oci.ImageEncryptor;
import io.vouchsafe.oci.ImageName;
import io.vouchsafe.oci.ImageSource;
import io.vouchsafe.oci.LayerRecipient;
import io.vouchsafe.oci.OciLayout;
import io.vouchsafe.oci.Progress;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/// An image on its way to a guest: encrypted for whoever the broker gives the key, signed, in a
/// layout that the guest can pull from.
///
/// @param layout where it lies
/// @param manifest digest of the encrypted image's manifest
/// @param source digest of the manifest that it was made from
record SealedImage(OciLayout layout, Digest manifest, Digest source) {
  private static final String TAG = "sealed";

  /// How it is sealed.
  ///
  /// @param name that the guest pulls it by; the signature is for its repository
  /// @param kid where the broker keeps the key
  /// @param kek the key
  /// @param signer signs it
  record Seal(ImageName name, String kid, SecretBytes kek, ImageKeys signer) {}

  /// Encrypts and signs `image` into a new layout in `folder`. One that is encrypted already keeps
  /// its keys and is signed only.
  static SealedImage of(
      Image image, ImageSource source, Path folder, Seal seal, SecureRandom random)
      throws IOException, RefusedException {
    OciLayout layout = OciLayout.create(folder);
    ImageSource.RawManifest sealed =
        image.isEncrypted()
            ? copy(image, source, layout)
            : new ImageEncryptor(
                    List.of(new LayerRecipient.Kek(seal.kid(), seal.kek())),
                    random,
                    Progress.none())
                .encrypt(image, source, layout);
    layout.tag(TAG, sealed);
    Digest digest = sealed.descriptor().digest();
    CosignSignatures.sign(
        seal.name(),
        digest,
        seal.signer().privateKey(),
        seal.signer().signer(),
        layout,
        layout,
        random);
    return new SealedImage(layout, digest, image.descriptor().digest());
  }

  private static ImageSource.RawManifest copy(Image image, ImageSource source, OciLayout layout)
      throws IOException, RefusedException {
    List<Descriptor> contents = new ArrayList<>(image.manifest().layers());
    contents.add(image.manifest().config());
    for (Descriptor content : contents) {
      layout.put(content, source.open(content));
    }
    Descriptor at = image.descriptor();
    return new ImageSource.RawManifest(
        Descriptor.of(at.mediaType(), at.digest(), at.size()), image.raw());
  }
}
