package io.vouchsafe.measure;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import java.util.Objects;
import java.util.UUID;

/// A GUID as UEFI writes it: its first three groups least significant byte first, the other two as
/// they are read.
public record EfiGuid(UUID value) {
  /// Bytes of the binary form.
  public static final int SIZE = 16;

  public EfiGuid {
    Objects.requireNonNull(value, "value");
  }

  /// A GUID that is known to be one.
  ///
  /// @throws IllegalArgumentException if the text is none
  public static EfiGuid of(String text) {
    return new EfiGuid(UUID.fromString(text));
  }

  /// Parses the text form of five groups.
  public static EfiGuid parse(String text) throws FormatException {
    try {
      EfiGuid guid = of(text);
      if (guid.toString().equalsIgnoreCase(text)) {
        return guid;
      }
    } catch (IllegalArgumentException _) {
      throw FormatException.unexpected("a GUID of five groups", text);
    }
    // UUID.fromString fills up short groups.
    throw FormatException.unexpected("a GUID of five groups", text);
  }

  /// Reads the binary form from a little-endian reader.
  public static EfiGuid read(ByteReader in, String field) throws FormatException {
    long first = in.u32(field);
    long second = in.u16(field);
    long third = in.u16(field);
    long last = ByteReader.bigEndian(in.bytes(field, 8)).u64(field);
    return new EfiGuid(new UUID(first << 32 | second << 16 | third, last));
  }

  /// The binary form.
  public Bytes encode() {
    long high = value.getMostSignificantBits();
    Bytes groups =
        ByteWriter.littleEndian()
            .u32(high >>> 32)
            .u16((int) (high >>> 16 & 0xffff))
            .u16((int) (high & 0xffff))
            .toBytes();
    return groups.concat(ByteWriter.bigEndian().u64(value.getLeastSignificantBits()).toBytes());
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
