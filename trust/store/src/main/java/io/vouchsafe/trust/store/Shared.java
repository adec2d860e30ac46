package io.vouchsafe.trust.store;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Objects;

/// A piece that many ledger entries have word for word: an appraisal of the same boot, say. The
/// store keeps it once; an entry names it by its digest, so that the ledger's tree covers it too.
///
/// An object is referred to by `{"$shared": DIGEST, …}` in its place, with members of its own
/// behind it; an array by `{"$shared": DIGEST}` among the items of another one. Whoever reads an
/// entry sees the whole. Immutable.
public final class Shared {
  /// The member that refers to a piece.
  static final String REFERENCE = "$shared";

  private final Bytes text;
  private final Bytes digest;
  private final Json.Obj reference;

  private Shared(Bytes text) {
    this.text = text;
    this.digest = digest(text);
    this.reference = Json.object().put(REFERENCE, digest.hex()).build();
  }

  /// @param piece an object or an array
  public static Shared of(Json piece) {
    Objects.requireNonNull(piece, "piece");
    return new Shared(piece.utf8());
  }

  /// What stands in an entry in its place.
  public Json.Obj reference() {
    return reference;
  }

  Bytes text() {
    return text;
  }

  Bytes digest() {
    return digest;
  }

  /// SHA-256
  static Bytes digest(Bytes text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      text.update(digest);
      return Bytes.of(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
