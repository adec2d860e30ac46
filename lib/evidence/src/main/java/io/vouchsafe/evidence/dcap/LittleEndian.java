package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Integers as they lie in memory of an x86 machine.
final class LittleEndian {
  private LittleEndian() {}

  static Bytes u64(long value) {
    return Bytes.of(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
  }

  static Bytes u32(long value) {
    return u64(value).slice(0, 4);
  }

  static Bytes u16(int value) {
    return u64(value).slice(0, 2);
  }
}
