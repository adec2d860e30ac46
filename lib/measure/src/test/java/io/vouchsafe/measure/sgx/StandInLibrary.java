package io.vouchsafe.measure.sgx;

import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;

/// Builds small ELF files that have the form of Gramine's library.
public final class StandInLibrary {
  public static final int LOAD = 1;

  private int type = 3;
  private int machine = 62;
  private int headerSize = 56;
  private final ByteWriter headers = ByteWriter.littleEndian();
  private int count;

  /// Three segments: read-only, code, and data with zeros after it.
  public static StandInLibrary whole() {
    return new StandInLibrary()
        .segment(LOAD, 4, 0, 0, 0x1234, 0x1234)
        .segment(LOAD, 5, 0x2000, 0x2000, 0x1801, 0x1801)
        .segment(LOAD, 6, 0x3900, 0x4900, 0x300, 0x2400)
        .segment(2, 6, 0x3900, 0x4900, 0x100, 0x100);
  }

  public StandInLibrary segment(
      int kind, int flags, long offset, long address, long fileSize, long memorySize) {
    headers
        .u32(kind)
        .u32(flags)
        .u64(offset)
        .u64(address)
        .u64(address)
        .u64(fileSize)
        .u64(memorySize)
        .u64(0x1000);
    count++;
    return this;
  }

  StandInLibrary type(int type) {
    this.type = type;
    return this;
  }

  StandInLibrary machine(int machine) {
    this.machine = machine;
    return this;
  }

  StandInLibrary headerSize(int size) {
    this.headerSize = size;
    return this;
  }

  public Bytes build() {
    Bytes head =
        ByteWriter.littleEndian()
            .bytes(Bytes.of(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}))
            .u64(0)
            .u16(type)
            .u16(machine)
            .u32(1)
            .u64(0x2040)
            .u64(64)
            .u64(0)
            .u32(0)
            .u16(64)
            .u16(headerSize)
            .u16(count)
            .u16(64)
            .u16(0)
            .u16(0)
            .bytes(headers.toBytes())
            .toBytes();
    byte[] file = new byte[0x4000];
    for (int i = 0; i < file.length; i++) {
      file[i] = (byte) (i * 7 + i / 253);
    }
    System.arraycopy(head.toByteArray(), 0, file, 0, head.size());
    return Bytes.of(file);
  }
}
