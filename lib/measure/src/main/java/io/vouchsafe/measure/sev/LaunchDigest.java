package io.vouchsafe.measure.sev;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.measure.OvmfImage;
import io.vouchsafe.tpm.HashAlg;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;

/// The chain that SNP_LAUNCH_UPDATE builds (SEV-SNP ABI §8.17.2): for each page, the digest of what
/// came before, of the page, its type and its place.
final class LaunchDigest {
  /// Where the pages of save areas are said to lie.
  static final long VMSA_ADDRESS = 0xffff_ffff_f000L;

  private static final int PAGE_INFO = 0x70;
  private static final int NORMAL = 1;
  private static final int VMSA = 2;

  /// Types of pages whose content is not measured.
  enum Unread {
    ZERO(3),
    UNMEASURED(4),
    SECRETS(5),
    CPUID(6);

    private final int type;

    Unread(int type) {
      this.type = type;
    }
  }

  private final MessageDigest sha384 = HashAlg.SHA384.newDigest();
  private final ByteBuffer info = ByteBuffer.allocate(PAGE_INFO).order(ByteOrder.LITTLE_ENDIAN);
  private byte[] current;

  private LaunchDigest(byte[] current) {
    this.current = current;
  }

  /// Nothing was measured yet.
  static LaunchDigest empty() {
    return new LaunchDigest(new byte[HashAlg.SHA384.size()]);
  }

  /// `digest` was reached already.
  static LaunchDigest after(Bytes digest) {
    return new LaunchDigest(digest.toByteArray());
  }

  Bytes value() {
    return Bytes.of(current);
  }

  /// Pages with content; the last one is filled up with zeros.
  void normal(long address, Bytes content) {
    ByteBuffer all = content.asBuffer();
    for (int at = 0; at < content.size(); at += OvmfImage.PAGE) {
      int length = Math.min(OvmfImage.PAGE, content.size() - at);
      sha384.update(all.slice(at, length));
      sha384.update(new byte[OvmfImage.PAGE - length]);
      extend(sha384.digest(), NORMAL, address + at);
    }
  }

  /// A save area.
  void vmsa(Bytes page) {
    page.update(sha384);
    extend(sha384.digest(), VMSA, VMSA_ADDRESS);
  }

  /// Pages that are measured by their type and place only.
  void unread(Unread kind, long address, long size) {
    for (long at = address; at < address + size; at += OvmfImage.PAGE) {
      extend(new byte[HashAlg.SHA384.size()], kind.type, at);
    }
  }

  private void extend(byte[] contents, int type, long address) {
    info.clear();
    // Last before the address: whether it is an initial migration image, and permissions of the
    // lower privilege levels, all zero.
    info.put(current).put(contents).putShort((short) PAGE_INFO).put((byte) type);
    info.position(PAGE_INFO - Long.BYTES).putLong(address);
    current = sha384.digest(info.array());
  }
}
