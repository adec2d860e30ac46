package io.vouchsafe.registry;

import io.vouchsafe.oci.CosignSignatures;
import io.vouchsafe.oci.Descriptor;
import io.vouchsafe.oci.Digest;
import io.vouchsafe.oci.Image;
import io.vouchsafe.oci.ImageDecryptor;
import io.vouchsafe.oci.ImageEncryptor;
import io.vouchsafe.oci.ImageName;
import io.vouchsafe.oci.ImagePolicy;
import io.vouchsafe.oci.ImageReference;
import io.vouchsafe.oci.ImageSource;
import io.vouchsafe.oci.ImageTarget;
import io.vouchsafe.oci.LayerKeys;
import io.vouchsafe.oci.LayerRecipient;
import io.vouchsafe.oci.MediaTypes;
import io.vouchsafe.oci.OciLayout;
import io.vouchsafe.oci.Platform;
import io.vouchsafe.oci.Progress;
import io.vouchsafe.oci.SignerKey;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/// The operations on images that the command line offers, one method each. An image is that of one
/// platform; its manifest is copied byte for byte unless its layers change. Not thread-safe.
public final class ImageCopy {
  private final ImagePlaces places;
  private final Platform platform;
  private final SecureRandom random;
  private final Progress progress;

  /// @param places opens references
  /// @param platform which image of an index
  public ImageCopy(ImagePlaces places, Platform platform, SecureRandom random, Progress progress) {
    this.places = places;
    this.platform = platform;
    this.random = random;
    this.progress = progress;
  }

  /// Copies an image, and its signatures where the destination can hold them.
  ///
  /// @throws RefusedException if it cannot be read or written; see [io.vouchsafe.oci.ImageCheck]
  ///   and [RegistryCheck]
  public ImageReport.Written copy(ImageReference from, ImageReference to)
      throws IOException, RefusedException {
    try (ImagePlaces.Source source = places.read(from)) {
      Image image = load(source);
      return write(from, to, source.images(), image);
    }
  }

  private Image load(ImagePlaces.Source source) throws IOException, RefusedException {
    progress.at("reading " + source.selector(), 0, 1);
    return Image.load(source.images(), source.selector(), platform);
  }

  private ImageReport.Written write(
      ImageReference from, ImageReference to, ImageSource source, Image image)
      throws IOException, RefusedException {
    ImageSource.RawManifest manifest = new ImageSource.RawManifest(image.descriptor(), image.raw());
    try (ImagePlaces.Target target = places.write(to)) {
      content(image.manifest().config(), image.manifest().layers(), source, target.images());
      target.images().tag(target.tag(), plain(manifest));
      signatures(image, source, target.images());
      target.finish(platform);
    }
    long encrypted =
        image.manifest().layers().stream()
            .filter(layer -> MediaTypes.isEncrypted(layer.mediaType()))
            .count();
    return new ImageReport.Written(
        from.toString(),
        to.toString(),
        image.descriptor().digest(),
        image.manifest().layers().size(),
        (int) encrypted);
  }

  /// Annotations of an index entry, such as its old tag, stay behind.
  private static ImageSource.RawManifest plain(ImageSource.RawManifest manifest) {
    Descriptor at = manifest.descriptor();
    return new ImageSource.RawManifest(
        Descriptor.of(at.mediaType(), at.digest(), at.size()), manifest.raw());
  }

  private void content(
      Descriptor config, List<Descriptor> layers, ImageSource source, ImageTarget target)
      throws IOException, RefusedException {
    int done = 0;
    for (Descriptor layer : layers) {
      progress.at("copying layers", done++, layers.size());
      put(layer, source, target);
    }
    put(config, source, target);
    progress.at("copying layers", layers.size(), layers.size());
  }

  private static void put(Descriptor content, ImageSource source, ImageTarget target)
      throws IOException, RefusedException {
    if (!target.has(content)) {
      target.put(content, source.open(content));
    }
  }

  private void signatures(Image image, ImageSource source, ImageTarget target)
      throws IOException, RefusedException {
    String tag = CosignSignatures.tag(image.descriptor().digest());
    Optional<ImageSource.RawManifest> found = source.find(tag);
    if (found.isEmpty()) {
      return;
    }
    for (Descriptor content : CosignSignatures.content(found.get())) {
      put(content, source, target);
    }
    target.tag(tag, plain(found.get()));
  }

  /// Encrypts the layers of an image for all of `recipients`.
  ///
  /// @throws RefusedException as [#copy(ImageReference, ImageReference)], and if a key cannot be
  ///   used
  public ImageReport.Written encrypt(
      ImageReference from, ImageReference to, List<LayerRecipient> recipients)
      throws IOException, RefusedException {
    return rewrite(
        from,
        to,
        (image, source, work) ->
            new ImageEncryptor(recipients, random, progress).encrypt(image, source, work));
  }

  /// Decrypts the layers of an image.
  ///
  /// @throws RefusedException as [#copy(ImageReference, ImageReference)], and if no key opens a
  ///   layer
  public ImageReport.Written decrypt(ImageReference from, ImageReference to, LayerKeys keys)
      throws IOException, RefusedException {
    return rewrite(
        from,
        to,
        (image, source, work) -> new ImageDecryptor(keys, progress).decrypt(image, source, work));
  }

  @FunctionalInterface
  private interface Rewriter {
    ImageSource.RawManifest rewrite(Image image, ImageSource source, OciLayout work)
        throws IOException, RefusedException;
  }

  private ImageReport.Written rewrite(ImageReference from, ImageReference to, Rewriter rewriter)
      throws IOException, RefusedException {
    try (ImagePlaces.Source source = places.read(from);
        ImagePlaces.Scratch scratch = places.scratch()) {
      Image image = load(source);
      // A layout takes the result at once; every other place gets a copy of it.
      OciLayout work =
          to instanceof ImageReference.Layout layout
              ? OciLayout.create(layout.folder())
              : scratch.layout();
      ImageSource.RawManifest changed = rewriter.rewrite(image, source.images(), work);
      work.store(changed);
      Image result = Image.load(work, changed.descriptor().digest().toString(), platform);
      return write(from, to, work, result);
    }
  }

  /// Signs an image where it is: in a layout or a registry. What is signed is the index if the
  /// reference names one, else the manifest.
  ///
  /// @param identity the name to sign it under; its repository is what counts
  /// @throws RefusedException as [#copy(ImageReference, ImageReference)], and if the keys do not
  ///   fit
  public ImageReport.Signed sign(
      ImageReference reference, ImageName identity, PrivateKey key, SignerKey signer)
      throws IOException, RefusedException {
    try (ImagePlaces.Source source = places.read(reference)) {
      Image image = load(source);
      Digest digest = image.index().map(Descriptor::digest).orElse(image.descriptor().digest());
      ImageTarget target = places.beside(reference);
      CosignSignatures.sign(identity, digest, key, signer, source.images(), target, random);
      return new ImageReport.Signed(
          reference.toString(),
          digest,
          identity.name(),
          CosignSignatures.tag(digest),
          signer.fingerprint());
    }
  }

  /// Judges an image by a policy.
  ///
  /// @param name what the policy is asked about: for an image in a registry its own name
  /// @throws RefusedException with the code of the first check that fails
  public ImageReport.Verified verify(
      ImageReference reference, ImageName name, ImagePolicy policy, ImagePolicy.Keys keys)
      throws IOException, RefusedException {
    try (ImagePlaces.Source source = places.read(reference)) {
      Image image = load(source);
      Checklist checks = new Checklist();
      List<Digest> signers = policy.verify(name, image, source.images(), keys, checks);
      return new ImageReport.Verified(
          reference.toString(), image.descriptor().digest(), signers, checks.results());
    }
  }

  /// Says what an image is.
  public ImageReport.Inspected inspect(ImageReference reference)
      throws IOException, RefusedException {
    try (ImagePlaces.Source source = places.read(reference)) {
      Image image = load(source);
      boolean signed =
          source.images().find(CosignSignatures.tag(image.descriptor().digest())).isPresent();
      return new ImageReport.Inspected(reference.toString(), image, signed);
    }
  }
}
