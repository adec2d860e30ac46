package io.vouchsafe.measure.sev;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.verdict.Code;

/// What the owner of an SEV-SNP guest signs, so that the platform starts nothing else
/// (specs/evidence-x86 §1.9).
///
/// @param launchDigest that the launch must come to, 48 bytes
/// @param familyId of the owner's choice, 16 bytes
/// @param imageId of the owner's choice, 16 bytes
/// @param guestSvn security version of the guest, 32 bits
/// @param policy that the guest must be started with
public record IdBlock(
    Bytes launchDigest, Bytes familyId, Bytes imageId, long guestSvn, long policy) {
  /// Bytes of the binary form.
  public static final int SIZE = 96;

  private static final int DIGEST = 48;
  private static final int ID = 16;
  private static final int VERSION = 1;

  public IdBlock {
    if (launchDigest.size() != DIGEST || familyId.size() != ID || imageId.size() != ID) {
      throw new IllegalArgumentException("a launch digest has 48 bytes, an id 16");
    }
    if (guestSvn >>> 32 != 0) {
      throw new IllegalArgumentException("a guest SVN has 32 bits, not " + guestSvn);
    }
  }

  /// Without ids, of security version 0.
  public static IdBlock of(Bytes launchDigest, long policy) {
    return new IdBlock(launchDigest, Bytes.zeros(ID), Bytes.zeros(ID), 0, policy);
  }

  /// Parses the 96 bytes.
  public static IdBlock parse(Bytes block) throws FormatException {
    ByteReader in = ByteReader.littleEndian(block);
    Bytes digest = in.bytes("launch digest", DIGEST);
    Bytes family = in.bytes("family id", ID);
    Bytes image = in.bytes("image id", ID);
    int at = in.offset();
    long version = in.u32("version");
    if (version != VERSION) {
      throw new FormatException(
          Code.UNSUPPORTED_VERSION, at, "an ID block of version 1", Long.toString(version));
    }
    IdBlock parsed = new IdBlock(digest, family, image, in.u32("guest SVN"), in.u64("policy"));
    in.end();
    return parsed;
  }

  /// The 96 bytes.
  public Bytes encode() {
    return ByteWriter.littleEndian()
        .bytes(launchDigest)
        .bytes(familyId)
        .bytes(imageId)
        .u32(VERSION)
        .u32(guestSvn)
        .u64(policy)
        .toBytes();
  }
}
