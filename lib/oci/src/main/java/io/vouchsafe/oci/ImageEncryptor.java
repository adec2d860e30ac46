package io.vouchsafe.oci;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/// Encrypts the layers of an image (specs: guest components §7): compress, then encrypt. The
/// configuration stays readable; its diff-ids bind the plain layers.
public final class ImageEncryptor {
  private static final int BUFFER = 128 << 10;

  private final List<LayerRecipient> recipients;
  private final SecureRandom random;
  private final Progress progress;

  /// @param recipients each can open the image; at least one
  /// @throws IllegalArgumentException if there is none
  public ImageEncryptor(List<LayerRecipient> recipients, SecureRandom random, Progress progress) {
    this.recipients = List.copyOf(recipients);
    this.random = random;
    this.progress = progress;
    if (recipients.isEmpty()) {
      throw new IllegalArgumentException("at least one recipient");
    }
  }

  /// Encrypts every layer that is not encrypted yet.
  ///
  /// @return the manifest of the encrypted image; its content is in `target`, without a tag yet
  /// @throws RefusedException if a layer is not what its descriptor and diff-id say
  public ImageSource.RawManifest encrypt(Image image, ImageSource source, OciLayout target)
      throws IOException, RefusedException {
    Descriptor config = copyConfig(image.manifest().config(), source, target);
    List<Descriptor> plain = image.manifest().layers();
    List<Descriptor> layers = new ArrayList<>();
    for (int i = 0; i < plain.size(); i++) {
      progress.at("encrypting layers", i, plain.size());
      Descriptor layer = plain.get(i);
      if (MediaTypes.isEncrypted(layer.mediaType())) {
        target.put(layer, source.open(layer));
        layers.add(layer);
      } else {
        layers.add(encrypt(layer, image.config().diffIds().get(i), source, target));
      }
    }
    progress.at("encrypting layers", plain.size(), plain.size());
    Manifest manifest = image.manifest().with(config, layers);
    return rawManifest(manifest, target);
  }

  static Descriptor copyConfig(Descriptor config, ImageSource source, OciLayout target)
      throws IOException, RefusedException {
    target.write(source.read(config, Manifest.MAX_BYTES));
    return config.withContent(MediaTypes.toOci(config.mediaType()), config.digest(), config.size());
  }

  static ImageSource.RawManifest rawManifest(Manifest manifest, OciLayout target)
      throws IOException {
    Bytes raw = manifest.encode();
    Digest digest = target.write(raw);
    return new ImageSource.RawManifest(Descriptor.of(MediaTypes.MANIFEST, digest, raw.size()), raw);
  }

  private Descriptor encrypt(Descriptor layer, Digest diffId, ImageSource source, OciLayout target)
      throws IOException, RefusedException {
    boolean compress = Compression.of(layer.mediaType()) == Compression.NONE;
    String type = MediaTypes.toOci(layer.mediaType()) + (compress ? "+gzip" : "");
    byte[] secret = new byte[LayerKey.KEY_LENGTH];
    random.nextBytes(secret);
    byte[] nonce = new byte[LayerKey.NONCE_LENGTH];
    random.nextBytes(nonce);
    try (LayerKey key = new LayerKey(SecretBytes.take(secret), Bytes.of(nonce));
        OciLayout.BlobWriter blob = target.newBlob();
        SealingStream sealing = new SealingStream(blob, new LayerCipher(key))) {
      if (compress) {
        compress(layer, diffId, source, sealing);
      } else {
        copy(layer, source, sealing);
      }
      Descriptor sealed = blob.commit(type + MediaTypes.ENCRYPTED);
      Bytes hmac = sealing.cipher.hmac();
      return layer
          .withContent(sealed.mediaType(), sealed.digest(), sealed.size())
          .withAnnotations(annotations(layer, key, sealing.plainDigest(), hmac));
    }
  }

  private static void copy(Descriptor layer, ImageSource source, OutputStream out)
      throws IOException, RefusedException {
    byte[] buffer = new byte[BUFFER];
    try (BlobReader in = new BlobReader(source.open(layer), layer)) {
      for (int got = in.read(buffer, 0, BUFFER); got >= 0; got = in.read(buffer, 0, BUFFER)) {
        out.write(buffer, 0, got);
      }
      in.finish();
    }
  }

  /// Gzip without name and time: the same layer gives the same bytes.
  private static void compress(
      Descriptor layer, Digest diffId, ImageSource source, OutputStream out)
      throws IOException, RefusedException {
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    byte[] plain = new byte[BUFFER];
    byte[] packed = new byte[BUFFER];
    CRC32 crc = new CRC32();
    try (LayerStream in =
        LayerStream.open(source, layer, diffId, LayerKeys.none(), Descriptor.MAX_SIZE)) {
      out.write(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff});
      for (int got = in.read(plain, 0, BUFFER); got >= 0; got = in.read(plain, 0, BUFFER)) {
        crc.update(plain, 0, got);
        deflater.setInput(plain, 0, got);
        while (!deflater.needsInput()) {
          out.write(packed, 0, deflater.deflate(packed));
        }
      }
      in.finish();
      deflater.finish();
      while (!deflater.finished()) {
        out.write(packed, 0, deflater.deflate(packed));
      }
      out.write(littleEndian(crc.getValue()));
      out.write(littleEndian(in.count()));
    } finally {
      deflater.end();
    }
  }

  private static byte[] littleEndian(long value) {
    return new byte[] {
      (byte) value, (byte) (value >> 8), (byte) (value >> 16), (byte) (value >> 24)
    };
  }

  private Map<String, String> annotations(
      Descriptor layer, LayerKey key, Digest plainDigest, Bytes hmac) throws RefusedException {
    Map<String, String> annotations = new HashMap<>(layer.annotations());
    annotations.put(LayerCipher.PUBLIC_OPTIONS, LayerCipher.publicOptions(hmac).base64());
    try (SecretBytes options = key.encode(plainDigest)) {
      for (LayerRecipient recipient : recipients) {
        String name = WrappedKey.ANNOTATION_PREFIX + scheme(recipient);
        annotations.merge(name, wrap(recipient, options).base64(), (a, b) -> a + "," + b);
      }
    }
    return annotations;
  }

  private static String scheme(LayerRecipient recipient) {
    return switch (recipient) {
      case LayerRecipient.Kek _ -> "provider." + KeyPacket.PROVIDER;
      case LayerRecipient.Jwe _ -> "jwe";
    };
  }

  private Bytes wrap(LayerRecipient recipient, SecretBytes options) throws RefusedException {
    return switch (recipient) {
      case LayerRecipient.Kek(String kid, SecretBytes kek) ->
          KeyPacket.seal(kid, kek, options, random).encode();
      case LayerRecipient.Jwe jwe -> Jwe.seal(options, jwe.keys(), random);
    };
  }

  /// Encrypts what is written through it.
  private static final class SealingStream extends OutputStream {
    private final OutputStream out;
    private final LayerCipher cipher;
    private final java.security.MessageDigest plain = Digest.Algorithm.SHA256.newDigest();

    private SealingStream(OutputStream out, LayerCipher cipher) {
      this.out = out;
      this.cipher = cipher;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    /// Encrypts in place: the buffer's content is ciphertext afterwards.
    @Override
    public void write(byte[] buffer, int offset, int length) throws IOException {
      plain.update(buffer, offset, length);
      cipher.encrypt(buffer, offset, length);
      out.write(buffer, offset, length);
    }

    private Digest plainDigest() {
      return Digest.of(Digest.Algorithm.SHA256, plain);
    }
  }
}
