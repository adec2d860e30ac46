package io.vouchsafe.encoding;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A bounded cursor over a byte string. Every read names its field, so that an error says what was
/// being read and where. Lengths that come from the input are compared with a bound before anything
/// is allocated.
public final class ByteReader {
  private final Bytes source;
  private final ByteBuffer in;
  private final int base;

  private ByteReader(Bytes source, int from, int to, ByteOrder order) {
    this.source = source;
    this.base = from;
    this.in = ByteBuffer.wrap(source.raw(), from, to - from).slice().order(order);
  }

  /// Reads integers most significant byte first: TPM, TLS, EIF.
  public static ByteReader bigEndian(Bytes source) {
    return new ByteReader(source, 0, source.size(), ByteOrder.BIG_ENDIAN);
  }

  /// Reads integers least significant byte first: event logs, x86 reports.
  public static ByteReader littleEndian(Bytes source) {
    return new ByteReader(source, 0, source.size(), ByteOrder.LITTLE_ENDIAN);
  }

  /// Offset of the next byte, from the start of the outermost input.
  public int offset() {
    return base + in.position();
  }

  /// Bytes not read yet.
  public int remaining() {
    return in.remaining();
  }

  private void need(String field, long length) throws FormatException {
    if (length < 0) {
      // A length that was computed from the input and fell below zero is the input's fault.
      throw FormatException.malformed(offset(), field + " of no negative length", length + "");
    }
    if (length > in.remaining()) {
      throw FormatException.malformed(
          offset(), length + " bytes of " + field, in.remaining() + " bytes");
    }
  }

  /// An unsigned 8-bit integer.
  public int u8(String field) throws FormatException {
    need(field, 1);
    return in.get() & 0xff;
  }

  /// An unsigned 16-bit integer.
  public int u16(String field) throws FormatException {
    need(field, 2);
    return in.getShort() & 0xffff;
  }

  /// An unsigned 32-bit integer.
  public long u32(String field) throws FormatException {
    need(field, 4);
    return in.getInt() & 0xffff_ffffL;
  }

  /// A 64-bit integer; the caller decides about its sign.
  public long u64(String field) throws FormatException {
    need(field, 8);
    return in.getLong();
  }

  /// Exactly `length` bytes.
  public Bytes bytes(String field, int length) throws FormatException {
    need(field, length);
    Bytes result = Bytes.of(source.raw(), offset(), length);
    in.position(in.position() + length);
    return result;
  }

  /// A 16-bit length, then that many bytes (a TPM2B).
  public Bytes sized16(String field, int max) throws FormatException {
    int at = offset();
    int length = u16(field);
    bound(field, at, length, max);
    return bytes(field, length);
  }

  /// A 32-bit length, then that many bytes.
  public Bytes sized32(String field, int max) throws FormatException {
    int at = offset();
    long length = u32(field);
    bound(field, at, length, max);
    return bytes(field, (int) length);
  }

  /// A 32-bit count of items, at most `max`.
  public int count32(String field, int max) throws FormatException {
    int at = offset();
    long count = u32(field);
    bound(field, at, count, max);
    return (int) count;
  }

  private static void bound(String field, int at, long value, int max) throws FormatException {
    if (value > max) {
      throw FormatException.oversized(at, field + " of at most " + max, Long.toString(value));
    }
  }

  /// A reader over the next `length` bytes, in the same byte order; this reader skips them.
  public ByteReader sub(String field, int length) throws FormatException {
    need(field, length);
    ByteReader part = new ByteReader(source, offset(), offset() + length, in.order());
    in.position(in.position() + length);
    return part;
  }

  /// Skips `length` bytes.
  public void skip(String field, int length) throws FormatException {
    need(field, length);
    in.position(in.position() + length);
  }

  /// Skips `length` bytes that must be zero.
  public void zeros(String field, int length) throws FormatException {
    need(field, length);
    for (int i = 0; i < length; i++) {
      int at = offset();
      int value = in.get() & 0xff;
      if (value != 0) {
        throw FormatException.malformed(at, "zero in " + field, Integer.toString(value));
      }
    }
  }

  /// All bytes that are left.
  public Bytes rest() {
    Bytes result = Bytes.of(source.raw(), offset(), in.remaining());
    in.position(in.limit());
    return result;
  }

  /// The bytes from `start` (an earlier [#offset()]) up to the cursor: what a signature is over.
  public Bytes since(int start) {
    return source.slice(start, offset());
  }

  /// Demands that nothing is left.
  public void end() throws FormatException {
    if (in.hasRemaining()) {
      throw FormatException.malformed(offset(), "end of input", in.remaining() + " more bytes");
    }
  }
}
