package io.vouchsafe.measure;

import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import java.util.ArrayList;
import java.util.List;

/// Builds firmware images with the tables that OVMF has.
public final class TestFirmware {
  public static final EfiGuid SEV = EfiGuid.of("dc886566-984a-4798-a75e-5585a7bf67cc");
  public static final EfiGuid TDX = EfiGuid.of("e47a6535-984a-4798-865e-4685a7bf8ec2");
  public static final EfiGuid HASHES = EfiGuid.of("7255371f-3a3b-4b04-927b-1da6efa8d454");
  public static final EfiGuid RESET = EfiGuid.of("00f771de-1a7e-4fcb-890e-68c77e2fb44e");
  public static final EfiGuid SVSM = EfiGuid.of("a789a612-0597-4c4b-a49f-cbb1fe9d1ddd");
  private static final EfiGuid FOOTER = EfiGuid.of("96b582de-1fb2-45f7-baea-a366c55a082d");
  private static final EfiGuid TDX_BEFORE = EfiGuid.of("e9eaf9f3-168e-44d5-a8eb-7f4d8738f6ae");
  private static final int TAIL = 32;

  private record Entry(EfiGuid guid, Bytes data) {}

  private final List<Entry> entries = new ArrayList<>();
  private Bytes before = Bytes.EMPTY;
  private int size = 4096;

  public TestFirmware size(int bytes) {
    size = bytes;
    return this;
  }

  public TestFirmware entry(EfiGuid guid, Bytes data) {
    entries.add(new Entry(guid, data));
    return this;
  }

  public TestFirmware number(EfiGuid guid, long value) {
    return entry(guid, ByteWriter.littleEndian().u32(value).toBytes());
  }

  public TestFirmware hashTable(long address) {
    return entry(HASHES, ByteWriter.littleEndian().u32(address).u32(0x400).toBytes());
  }

  /// Puts something before the table, with an entry that says how far from the end it is.
  public TestFirmware located(EfiGuid guid, Bytes data) {
    before = data;
    return entry(guid, Bytes.EMPTY);
  }

  /// Sections of address, size and type.
  public TestFirmware sev(long... sections) {
    int count = sections.length / 3;
    return sevOf(1, 16 + 12L * count, count, sections);
  }

  public TestFirmware sevOf(long version, long length, long count, long... sections) {
    ByteWriter out =
        ByteWriter.littleEndian().bytes(Bytes.utf8("ASEV")).u32(length).u32(version).u32(count);
    for (long each : sections) {
      out.u32(each);
    }
    return located(SEV, out.toBytes());
  }

  /// Sections of data offset, data size, address, size, type and attributes.
  public TestFirmware tdx(long... sections) {
    int count = sections.length / 6;
    return tdxOf(1, 16 + 32L * count, count, sections);
  }

  public TestFirmware tdxOf(long version, long length, long count, long... sections) {
    ByteWriter out =
        ByteWriter.littleEndian()
            .bytes(TDX_BEFORE.encode())
            .bytes(Bytes.utf8("TDVF"))
            .u32(length)
            .u32(version)
            .u32(count);
    for (int i = 0; i < sections.length; i += 6) {
      out.u32(sections[i])
          .u32(sections[i + 1])
          .u64(sections[i + 2])
          .u64(sections[i + 3])
          .u32(sections[i + 4])
          .u32(sections[i + 5]);
    }
    return located(TDX, out.toBytes());
  }

  public Bytes build() {
    int table = 18;
    for (Entry entry : entries) {
      table += 18 + Math.max(entry.data().size(), entry.data().isEmpty() ? 4 : 0);
    }
    int skip = entries.stream().anyMatch(e -> e.guid().equals(TDX)) ? EfiGuid.SIZE : 0;
    long back = (long) TAIL + table + before.size() - skip;
    ByteWriter out = ByteWriter.littleEndian();
    byte[] body = new byte[size - TAIL - table - before.size()];
    for (int i = 0; i < body.length; i++) {
      body[i] = (byte) (i * 31 + i / 251);
    }
    out.bytes(Bytes.of(body)).bytes(before);
    for (Entry entry : entries.reversed()) {
      Bytes data =
          entry.data().isEmpty() ? ByteWriter.littleEndian().u32(back).toBytes() : entry.data();
      out.bytes(data).u16(data.size() + 18).bytes(entry.guid().encode());
    }
    return out.u16(table).bytes(FOOTER.encode()).bytes(Bytes.zeros(TAIL)).toBytes();
  }
}
