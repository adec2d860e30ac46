package io.vouchsafe.measure.sev;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.measure.MeasureCheck;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.security.GeneralSecurityException;
import java.util.Objects;
import java.util.Optional;

/// Who answers for an ID block: the ID key that signed it and, if there is one, the author key that
/// signed the ID key (specs/evidence-x86 §1.9).
///
/// @param blockSignature of the ID key, over the 96 bytes of the block
/// @param idKey that signed the block
/// @param author who signed the ID key
public record IdAuth(IdSignature blockSignature, IdKey idKey, Optional<Author> author) {
  /// Bytes of the binary form.
  public static final int SIZE = 4096;

  private static final int ALGORITHM = 1; // ECDSA with P-384 and SHA-384
  private static final int BLOCK_SIGNATURE = 0x40;
  private static final int KEY_SIGNATURE = 0x680;
  private static final int AUTHOR_KEY = 0x880;

  /// The author key and its signature.
  ///
  /// @param keySignature over the 1,028 bytes of the ID key
  /// @param key that made it
  public record Author(IdSignature keySignature, IdKey key) {
    public Author {
      Objects.requireNonNull(keySignature, "keySignature");
      Objects.requireNonNull(key, "key");
    }
  }

  public IdAuth {
    Objects.requireNonNull(blockSignature, "blockSignature");
    Objects.requireNonNull(idKey, "idKey");
    Objects.requireNonNull(author, "author");
  }

  /// Signs a block, and the key that signs it.
  ///
  /// @param author signs the ID key; empty if nobody does
  /// @throws GeneralSecurityException if a signer cannot sign
  /// @throws FormatException if what it returns is no signature of P-384
  public static IdAuth sign(IdBlock block, IdSigner signer, Optional<IdSigner> author)
      throws GeneralSecurityException, FormatException {
    IdSignature blockSignature = IdSignature.ofP1363(signer.sign(block.encode()));
    Optional<Author> signed = Optional.empty();
    if (author.isPresent()) {
      Bytes signature = author.get().sign(signer.publicKey().encode());
      signed = Optional.of(new Author(IdSignature.ofP1363(signature), author.get().publicKey()));
    }
    return new IdAuth(blockSignature, signer.publicKey(), signed);
  }

  /// Parses the 4,096 bytes. Nothing is verified.
  public static IdAuth parse(Bytes encoded) throws FormatException {
    ByteReader in = ByteReader.littleEndian(encoded);
    requireAlgorithm(in.u32("algorithm of the ID key"));
    long authorAlgorithm = in.u32("algorithm of the author key");
    in.zeros("reserved", BLOCK_SIGNATURE - in.offset());
    IdSignature blockSignature =
        IdSignature.parse(in.bytes("signature of the block", IdSignature.SIZE));
    IdKey idKey = IdKey.parse(in.bytes("ID key", IdKey.SIZE));
    in.zeros("reserved", KEY_SIGNATURE - in.offset());
    Optional<Author> author = Optional.empty();
    if (authorAlgorithm != 0) {
      requireAlgorithm(authorAlgorithm);
      IdSignature signature =
          IdSignature.parse(in.bytes("signature of the ID key", IdSignature.SIZE));
      author = Optional.of(new Author(signature, IdKey.parse(in.bytes("author key", IdKey.SIZE))));
    }
    in.zeros("reserved", Math.max(0, SIZE - in.offset()));
    in.end();
    return new IdAuth(blockSignature, idKey, author);
  }

  private static void requireAlgorithm(long algorithm) throws FormatException {
    if (algorithm != ALGORITHM) {
      throw new FormatException(
          Code.UNSUPPORTED_ALGORITHM,
          0,
          "algorithm 1 (ECDSA, P-384, SHA-384)",
          Long.toString(algorithm));
    }
  }

  /// The 4,096 bytes.
  public Bytes encode() {
    Bytes head =
        ByteWriter.littleEndian()
            .u32(ALGORITHM)
            .u32(author.isPresent() ? ALGORITHM : 0)
            .toBytes()
            .fit(BLOCK_SIGNATURE)
            .concat(blockSignature.encode())
            .concat(idKey.encode());
    if (author.isPresent()) {
      head =
          head.fit(KEY_SIGNATURE)
              .concat(author.get().keySignature().encode())
              .fit(AUTHOR_KEY)
              .concat(author.get().key().encode());
    }
    return head.fit(SIZE);
  }

  /// Demands that the ID key signed `block`, and the author key, if there is one, the ID key.
  ///
  /// @throws RefusedException with [Code#SIGNATURE_INVALID]
  public void verify(IdBlock block) throws RefusedException {
    if (!idKey.signed(block.encode(), blockSignature)) {
      throw new RefusedException(
          MeasureCheck.ID_BLOCK_SIGNATURE,
          Code.SIGNATURE_INVALID,
          "a signature by the ID key " + idKey,
          "one that does not verify");
    }
    if (author.isPresent()
        && !author.get().key().signed(idKey.encode(), author.get().keySignature())) {
      throw new RefusedException(
          MeasureCheck.ID_KEY_SIGNATURE,
          Code.SIGNATURE_INVALID,
          "a signature by the author key " + author.get().key(),
          "one that does not verify");
    }
  }
}
