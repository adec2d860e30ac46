package io.vouchsafe.testkit.amd;

import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/// What the owner of a guest signs about it: the ID block, which the firmware compares with the
/// guest at launch, and the ID authentication information with the keys.
///
/// @param block 96 bytes
/// @param idKey signs the block
/// @param authorKey signs the ID key, if there is one
public record SimulatedIdBlock(Bytes block, KeyPair idKey, Optional<KeyPair> authorKey) {
  private static final int KEY_SIZE = 1028;
  private static final int FIELD = 72;
  private static final int SIZE = 48;
  private static final int SIGNATURE_SIZE = 512;
  private static final int AUTH_SIZE = 4096;
  private static final int P384 = 2;
  private static final int FAMILY_ID = 0x010;
  private static final int IMAGE_ID = 0x020;

  /// A block with new keys.
  ///
  /// @param launchDigest 48 bytes
  /// @param familyId 16 bytes
  /// @param imageId 16 bytes
  /// @param guestSvn security version
  /// @param policy of the guest
  public static SimulatedIdBlock of(
      Bytes launchDigest, Bytes familyId, Bytes imageId, long guestSvn, long policy) {
    Bytes block =
        ByteWriter.littleEndian()
            .bytes(launchDigest.fit(SIZE))
            .bytes(familyId.fit(16))
            .bytes(imageId.fit(16))
            .u32(1)
            .u32(guestSvn)
            .u64(policy)
            .toBytes();
    return new SimulatedIdBlock(block, SimulatedAmd.p384(), Optional.of(SimulatedAmd.p384()));
  }

  /// The ID authentication information, 4096 bytes.
  public Bytes authentication() {
    Bytes id = structure(idKey);
    ByteWriter out =
        ByteWriter.littleEndian()
            .u32(1)
            .u32(authorKey.isPresent() ? 1 : 0)
            .bytes(Bytes.zeros(56))
            .bytes(SimulatedAmd.fields(idKey.getPrivate(), block).fit(SIGNATURE_SIZE))
            .bytes(id)
            .bytes(Bytes.zeros(60));
    authorKey.ifPresent(author ->
        out.bytes(SimulatedAmd.fields(author.getPrivate(), id).fit(SIGNATURE_SIZE))
            .bytes(structure(author)));
    return out.toBytes().fit(AUTH_SIZE);
  }

  /// What stands in reports of the guest as the digest of the ID key.
  public Bytes idKeyDigest() {
    return digest(structure(idKey));
  }

  /// What stands in reports of the guest as the digest of the author key: zeros without one.
  public Bytes authorKeyDigest() {
    return authorKey.map(key -> digest(structure(key))).orElseGet(() -> Bytes.zeros(SIZE));
  }

  /// `report` as a guest that was launched with this makes it.
  public SimulatedReport into(SimulatedReport report) {
    SimulatedReport result =
        report
            .with(0x004, block.slice(84, 88))
            .with(0x008, block.slice(88, 96))
            .with(FAMILY_ID, block.slice(SIZE, SIZE + 16))
            .with(IMAGE_ID, block.slice(SIZE + 16, SIZE + 32))
            .with(0x090, block.slice(0, SIZE))
            .with(0x0e0, idKeyDigest());
    return authorKey.isPresent() ? result.with(0x048, 1).with(0x110, authorKeyDigest()) : result;
  }

  private static Bytes structure(KeyPair key) {
    byte[] spki = key.getPublic().getEncoded();
    int x = spki.length - 2 * SIZE;
    return ByteWriter.littleEndian()
        .u32(P384)
        .bytes(SimulatedAmd.reversed(Bytes.of(spki, x, SIZE)).fit(FIELD))
        .bytes(SimulatedAmd.reversed(Bytes.of(spki, x + SIZE, SIZE)).fit(FIELD))
        .toBytes()
        .fit(KEY_SIZE);
  }

  private static Bytes digest(Bytes structure) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-384");
      structure.update(digest);
      return Bytes.of(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the JDK lacks SHA-384", e);
    }
  }
}
