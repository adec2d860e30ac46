package io.vouchsafe.testkit.tpm;

import io.vouchsafe.encoding.Bytes;
import java.io.ByteArrayOutputStream;

/// Writes protobuf messages, well formed or not.
public final class ProtobufWriter {
  private static final int SIZED = 2;
  private static final int TYPE_BITS = 3;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /// An integer.
  public ProtobufWriter number(int field, long value) {
    varint((long) field << TYPE_BITS);
    varint(value);
    return this;
  }

  /// A byte string, text or message.
  public ProtobufWriter bytes(int field, Bytes value) {
    varint((long) field << TYPE_BITS | SIZED);
    varint(value.size());
    return raw(value);
  }

  /// A message.
  public ProtobufWriter message(int field, ProtobufWriter value) {
    return bytes(field, value.toBytes());
  }

  /// Bytes as they are.
  public ProtobufWriter raw(Bytes value) {
    out.writeBytes(value.toByteArray());
    return this;
  }

  private void varint(long value) {
    long rest = value;
    while (rest >>> 7 != 0) {
      out.write((int) rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  public Bytes toBytes() {
    return Bytes.of(out.toByteArray());
  }
}
