package io.vouchsafe.oci;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.Optional;

/// A layer from its blob to its tar: size and digest of the blob, decryption, decompression,
/// diff-id. All in one pass over large buffers. What it returns is to be discarded unless
/// [#finish()] passes.
final class LayerStream implements Compression.Source, AutoCloseable {
  private static final int DRAIN = 64 << 10;

  private final BlobReader blob;
  private final Compression.Source plain;
  private final Digest diffId;
  private final MessageDigest digest;
  private final long maxBytes;
  private long count;
  private boolean blobFinished;

  private LayerStream(BlobReader blob, Compression.Source plain, Digest diffId, long maxBytes) {
    this.blob = blob;
    this.plain = plain;
    this.diffId = diffId;
    this.digest = diffId.algorithm().newDigest();
    this.maxBytes = maxBytes;
  }

  /// Opens a layer; asks `keys` first if it is encrypted.
  ///
  /// @param maxBytes bound of the tar
  static LayerStream open(
      ImageSource source, Descriptor layer, Digest diffId, LayerKeys keys, long maxBytes)
      throws IOException, RefusedException {
    Compression compression = Compression.of(layer.mediaType());
    BlobReader blob = openBlob(source, layer, keys);
    return new LayerStream(blob, compression.decode(blob::read), diffId, maxBytes);
  }

  /// Opens the compressed bytes of a layer.
  static BlobReader openBlob(ImageSource source, Descriptor layer, LayerKeys keys)
      throws IOException, RefusedException {
    if (!MediaTypes.isEncrypted(layer.mediaType())) {
      return new BlobReader(source.open(layer), layer);
    }
    Bytes hmac = LayerCipher.hmac(layer);
    LayerCipher cipher;
    try (LayerKey key = LayerCipher.open(layer, keys)) {
      cipher = new LayerCipher(key);
    }
    return new BlobReader(source.open(layer), layer, Optional.of(cipher), hmac);
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException, RefusedException {
    int got = plain.read(buffer, offset, length);
    if (got > 0) {
      count += got;
      if (count > maxBytes) {
        throw new RefusedException(
            ImageCheck.LAYER_TAR,
            Code.OVERSIZED,
            "at most " + maxBytes + " bytes of unpacked layers",
            "more");
      }
      digest.update(buffer, offset, got);
    }
    return got;
  }

  /// Bytes of tar so far.
  long count() {
    return count;
  }

  /// Reads what is left and compares everything.
  void finish() throws IOException, RefusedException {
    byte[] rest = new byte[DRAIN];
    int got = 0;
    while (got >= 0) {
      got = read(rest, 0, rest.length);
    }
    blobFinished = true;
    blob.finish();
    Digest found = Digest.of(diffId.algorithm(), digest);
    if (!found.equals(diffId)) {
      throw new RefusedException(
          ImageCheck.LAYER_DIFF_ID, Code.DIFF_ID_MISMATCH, diffId.toString(), found.toString());
    }
  }

  /// After the content turned out to be unusable: finds out whether it is at least the content that
  /// was promised. A flipped bit shows first as broken gzip; its digest is what an operator needs.
  ///
  /// @return the refusal of the blob if it is not, else `refused`
  RefusedException cause(RefusedException refused) throws IOException {
    if (blobFinished) {
      return refused;
    }
    try {
      blob.finish();
      return refused;
    } catch (RefusedException e) {
      return e;
    }
  }

  @Override
  public void close() throws IOException {
    blob.close();
  }
}
