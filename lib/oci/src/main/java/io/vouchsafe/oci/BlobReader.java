package io.vouchsafe.oci;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Optional;

/// Reads content while checking size and digest, and decrypts it if there is a cipher. What it
/// returns is to be discarded unless [#finish()] passes.
final class BlobReader implements AutoCloseable {
  private static final int DRAIN = 64 << 10;

  private final InputStream in;
  private final Descriptor descriptor;
  private final MessageDigest digest;
  private final Optional<LayerCipher> cipher;
  private final Bytes hmac;
  private long count;
  private boolean ended;
  private Optional<RefusedException> failed = Optional.empty();

  /// @param in the content; owned by this from now on
  BlobReader(InputStream in, Descriptor descriptor) {
    this(in, descriptor, Optional.empty(), Bytes.EMPTY);
  }

  /// @param hmac what the ciphertext's HMAC must be, if there is a cipher
  BlobReader(InputStream in, Descriptor descriptor, Optional<LayerCipher> cipher, Bytes hmac) {
    this.in = in;
    this.descriptor = descriptor;
    this.digest = descriptor.digest().algorithm().newDigest();
    this.cipher = cipher;
    this.hmac = hmac;
  }

  /// Reads plain bytes, as many as fit unless the content ends.
  ///
  /// @return how many; -1 at the end
  /// @throws RefusedException as soon as there is more content than the descriptor says
  int read(byte[] buffer, int offset, int length) throws IOException, RefusedException {
    if (ended) {
      return -1;
    }
    int got = fill(buffer, offset, length);
    if (got < length) {
      ended = true;
    }
    count += got;
    if (count > descriptor.size()) {
      failed = Optional.of(sizeMismatch("more"));
      throw failed.get();
    }
    digest.update(buffer, offset, got);
    if (cipher.isPresent()) {
      cipher.get().decrypt(buffer, offset, got);
    }
    return got == 0 && length > 0 ? -1 : got;
  }

  private int fill(byte[] buffer, int offset, int length) throws IOException, RefusedException {
    try {
      return in.readNBytes(buffer, offset, length);
    } catch (TransferException e) {
      failed = Optional.of(e.refused());
      throw failed.get();
    }
  }

  /// Reads to the end and checks size, digest and HMAC. Once.
  void finish() throws IOException, RefusedException {
    if (failed.isPresent()) {
      throw failed.get();
    }
    byte[] rest = new byte[ended ? 0 : DRAIN];
    while (!ended) {
      read(rest, 0, rest.length);
    }
    if (count < descriptor.size()) {
      throw sizeMismatch(Long.toString(count));
    }
    Digest found = Digest.of(descriptor.digest().algorithm(), digest);
    if (!found.equals(descriptor.digest())) {
      throw digestMismatch(descriptor, found);
    }
    if (cipher.isPresent() && !cipher.get().matches(hmac)) {
      throw new RefusedException(
          ImageCheck.LAYER_HMAC,
          Code.HMAC_MISMATCH,
          "the HMAC of the public options of " + descriptor.digest(),
          "another");
    }
  }

  private RefusedException sizeMismatch(String found) {
    return new RefusedException(
        ImageCheck.BLOB_SIZE,
        Code.SIZE_MISMATCH,
        descriptor.size() + " bytes of " + descriptor.digest(),
        found);
  }

  private static RefusedException digestMismatch(Descriptor descriptor, Digest found) {
    return new RefusedException(
        ImageCheck.BLOB_DIGEST,
        Code.DIGEST_MISMATCH,
        descriptor.digest().toString(),
        found.toString());
  }

  /// Checks the size of content that was read at once.
  static void requireSize(Descriptor descriptor, long size) throws RefusedException {
    if (size != descriptor.size()) {
      throw new RefusedException(
          ImageCheck.BLOB_SIZE,
          Code.SIZE_MISMATCH,
          descriptor.size() + " bytes of " + descriptor.digest(),
          size > descriptor.size() ? "more" : Long.toString(size));
    }
  }

  /// Checks the digest of content that was read at once.
  static void requireDigest(Descriptor descriptor, Bytes content) throws RefusedException {
    MessageDigest digest = descriptor.digest().algorithm().newDigest();
    content.update(digest);
    Digest found = Digest.of(descriptor.digest().algorithm(), digest);
    if (!found.equals(descriptor.digest())) {
      throw digestMismatch(descriptor, found);
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
