package io.vouchsafe.oci;

import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Decrypts the layers of an image for storage. To run an image, unpack it instead
/// ([LayerUnpacker]): that leaves no plain copy behind.
public final class ImageDecryptor {
  private static final int BUFFER = 128 << 10;

  private final LayerKeys keys;
  private final Progress progress;

  public ImageDecryptor(LayerKeys keys, Progress progress) {
    this.keys = keys;
    this.progress = progress;
  }

  /// Decrypts every encrypted layer and checks it against its diff-id.
  ///
  /// @return the manifest of the plain image; its content is in `target`, without a tag yet
  /// @throws RefusedException if no key opens a layer, or a layer is not what it should be
  public ImageSource.RawManifest decrypt(Image image, ImageSource source, OciLayout target)
      throws IOException, RefusedException {
    Descriptor config = ImageEncryptor.copyConfig(image.manifest().config(), source, target);
    List<Descriptor> sealed = image.manifest().layers();
    List<Descriptor> layers = new ArrayList<>();
    for (int i = 0; i < sealed.size(); i++) {
      progress.at("decrypting layers", i, sealed.size());
      Descriptor layer = sealed.get(i);
      if (MediaTypes.isEncrypted(layer.mediaType())) {
        layers.add(decrypt(layer, image.config().diffIds().get(i), source, target));
      } else {
        target.put(layer, source.open(layer));
        layers.add(layer);
      }
    }
    progress.at("decrypting layers", sealed.size(), sealed.size());
    return ImageEncryptor.rawManifest(image.manifest().with(config, layers), target);
  }

  private Descriptor decrypt(Descriptor layer, Digest diffId, ImageSource source, OciLayout target)
      throws IOException, RefusedException {
    Descriptor plain;
    try (BlobReader in = LayerStream.openBlob(source, layer, keys);
        OciLayout.BlobWriter out = target.newBlob()) {
      byte[] buffer = new byte[BUFFER];
      for (int got = in.read(buffer, 0, BUFFER); got >= 0; got = in.read(buffer, 0, BUFFER)) {
        out.write(buffer, 0, got);
      }
      in.finish();
      plain = out.commit(MediaTypes.decrypted(layer.mediaType()));
    }
    requireDiffId(plain, diffId, target);
    Map<String, String> annotations = new HashMap<>(layer.annotations());
    annotations
        .keySet()
        .removeIf(name ->
            name.equals(LayerCipher.PUBLIC_OPTIONS)
                || name.startsWith(WrappedKey.ANNOTATION_PREFIX));
    return layer
        .withContent(plain.mediaType(), plain.digest(), plain.size())
        .withAnnotations(annotations);
  }

  private static void requireDiffId(Descriptor plain, Digest diffId, OciLayout target)
      throws IOException, RefusedException {
    try (LayerStream stream =
        LayerStream.open(target, plain, diffId, LayerKeys.none(), Descriptor.MAX_SIZE)) {
      stream.finish();
    }
  }
}
