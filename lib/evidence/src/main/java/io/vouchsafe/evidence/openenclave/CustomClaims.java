package io.vouchsafe.evidence.openenclave;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.verdict.Code;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Claims of an enclave as the SDK serialises them, little-endian: version u64 = 1, count u64, then
/// for each the length of its name with the zero byte at the end u64, the length of its value u64,
/// name and value. An enclave may bind other bytes as well: what they mean is between it and
/// whoever reads them.
///
/// @param values by their names, in the order in which they came
public record CustomClaims(Map<String, Bytes> values) {
  private static final int VERSION = 1;
  private static final int MAX_CLAIMS = 256;
  private static final int MAX_NAME = 256;
  private static final int MAX_VALUE = 64 << 10;

  public CustomClaims {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /// Decodes claims, which must fill `raw`.
  ///
  /// @throws FormatException if it is malformed, has a name twice or no name
  public static CustomClaims parse(Bytes raw) throws FormatException {
    ByteReader in = ByteReader.littleEndian(raw);
    long version = in.u64("version");
    if (version != VERSION) {
      throw new FormatException(
          Code.UNSUPPORTED_VERSION, 0, "claims of version 1", Long.toUnsignedString(version));
    }
    int count = bounded(in, "number of claims", MAX_CLAIMS);
    Map<String, Bytes> values = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      int nameSize = bounded(in, "length of a name", MAX_NAME);
      int valueSize = bounded(in, "length of a value", MAX_VALUE);
      int at = in.offset();
      String name = name(in.bytes("name", nameSize), at);
      if (values.put(name, in.bytes("value", valueSize)) != null) {
        throw FormatException.malformed(at, "each claim once", "\"" + name + "\" twice");
      }
    }
    in.end();
    return new CustomClaims(values);
  }

  private static int bounded(ByteReader in, String field, int max) throws FormatException {
    int at = in.offset();
    long value = in.u64(field);
    if (value < 0 || value > max) {
      throw FormatException.oversized(
          at, field + " of at most " + max, Long.toUnsignedString(value));
    }
    return (int) value;
  }

  private static String name(Bytes raw, int at) throws FormatException {
    int end = raw.size() - 1;
    if (end < 1 || raw.at(end) != 0) {
      throw FormatException.malformed(at, "a name that ends with a zero byte", raw.hex());
    }
    for (int i = 0; i < end; i++) {
      if (raw.at(i) == 0) {
        throw FormatException.malformed(at, "one zero byte at the end of a name", raw.hex());
      }
    }
    ByteBuffer text = raw.slice(0, end).asBuffer();
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
    } catch (CharacterCodingException _) {
      throw FormatException.malformed(at, "a name in UTF-8", raw.hex());
    }
  }

  /// The value of a claim.
  public Optional<Bytes> value(String name) {
    return Optional.ofNullable(values.get(name));
  }
}
