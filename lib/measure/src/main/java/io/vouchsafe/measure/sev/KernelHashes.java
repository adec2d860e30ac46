package io.vouchsafe.measure.sev;

import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.measure.EfiGuid;
import io.vouchsafe.measure.OvmfImage;
import io.vouchsafe.tpm.HashAlg;

/// The table of hashes by which measured firmware knows kernel, initrd and command line that the
/// host hands it (specs/evidence-x86 §10.1).
///
/// @param kernel SHA-256 of the file as it is
/// @param initrd SHA-256 of the file; of nothing if there is none
/// @param commandLine SHA-256 of the text with a terminating zero
public record KernelHashes(Bytes kernel, Bytes initrd, Bytes commandLine) {
  /// Bytes of the table, padded as it is measured.
  public static final int TABLE_SIZE = 176;

  private static final EfiGuid TABLE = EfiGuid.of("9438d606-4f22-4cc9-b479-a793d411fd21");
  private static final EfiGuid COMMAND_LINE = EfiGuid.of("97d02dd8-bd20-4c94-aa78-e7714d36ab2a");
  private static final EfiGuid INITRD = EfiGuid.of("44baf731-3a2f-4bd7-9af1-41e29169781d");
  private static final EfiGuid KERNEL = EfiGuid.of("4de79437-abd2-427f-b835-d5b172d2045b");
  private static final int USED = 168;
  private static final int ENTRY = 50;

  public KernelHashes {
    for (Bytes hash : new Bytes[] {kernel, initrd, commandLine}) {
      if (hash.size() != HashAlg.SHA256.size()) {
        throw new IllegalArgumentException("SHA-256 has 32 bytes, not " + hash.size());
      }
    }
  }

  /// Hashes the artifacts.
  ///
  /// @param initrd empty if there is none
  public static KernelHashes of(Bytes kernel, Bytes initrd, String commandLine) {
    return ofDigests(HashAlg.SHA256.digest(kernel), HashAlg.SHA256.digest(initrd), commandLine);
  }

  /// For kernel and initrd whose SHA-256 is known.
  public static KernelHashes ofDigests(Bytes kernel, Bytes initrd, String commandLine) {
    return new KernelHashes(
        kernel, initrd, HashAlg.SHA256.digest(Bytes.utf8(commandLine).concat(Bytes.zeros(1))));
  }

  /// The table: 168 bytes, padded with zeros to 176.
  public Bytes table() {
    ByteWriter out = ByteWriter.littleEndian().bytes(TABLE.encode()).u16(USED);
    entry(out, COMMAND_LINE, commandLine);
    entry(out, INITRD, initrd);
    entry(out, KERNEL, kernel);
    return out.toBytes().fit(TABLE_SIZE);
  }

  private static void entry(ByteWriter out, EfiGuid name, Bytes hash) {
    out.bytes(name.encode()).u16(ENTRY).bytes(hash);
  }

  /// The page that holds the table, and zeros around it.
  ///
  /// @param address of the table; its place in the page counts
  /// @throws FormatException if the table does not fit into the page
  public Bytes page(long address) throws FormatException {
    int offset = (int) (address % OvmfImage.PAGE);
    if (address < 0 || offset + TABLE_SIZE > OvmfImage.PAGE) {
      throw FormatException.unexpected(
          "a table of %d bytes inside of a page".formatted(TABLE_SIZE),
          "one at 0x" + Long.toHexString(address));
    }
    return Bytes.zeros(offset).concat(table()).fit(OvmfImage.PAGE);
  }
}
