package io.vouchsafe.encoding;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The core deterministic encoding of RFC 8949 §4.2.1.
final class CborWriter {
  private static final int CANONICAL_NAN = 0x7e00;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private CborWriter() {}

  static Bytes encode(Cbor value) {
    CborWriter writer = new CborWriter();
    writer.write(value);
    return Bytes.of(writer.out.toByteArray());
  }

  private void write(Cbor value) {
    switch (value) {
      case Cbor.Int(BigInteger number) -> {
        boolean negative = number.signum() < 0;
        // longValue keeps the low 64 bits, which is the unsigned argument.
        head(negative ? 1 : 0, (negative ? number.not() : number).longValue());
      }
      case Cbor.ByteString(Bytes bytes) -> {
        head(2, bytes.size());
        out.writeBytes(bytes.raw());
      }
      case Cbor.Text(String text) -> {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        head(3, utf8.length);
        out.writeBytes(utf8);
      }
      case Cbor.Arr(List<Cbor> items) -> {
        head(4, items.size());
        items.forEach(this::write);
      }
      case Cbor.Dict map -> write(map);
      case Cbor.Tagged(long tag, Cbor content) -> {
        head(6, tag);
        write(content);
      }
      case Cbor.Simple(int simple) -> head(7, simple);
      case Cbor.Real(double real) -> write(real);
    }
  }

  private void write(Cbor.Dict map) {
    Map<Bytes, Cbor> sorted = new TreeMap<>();
    map.entries().forEach(entry -> sorted.put(entry.key().encode(), entry.value()));
    head(5, sorted.size());
    sorted.forEach((key, value) -> {
      out.writeBytes(key.raw());
      write(value);
    });
  }

  /// The shortest of half, single and double precision that keeps the value.
  private void write(double real) {
    if (Double.isNaN(real)) {
      number(7 << 5 | 25, CANONICAL_NAN, 2);
      return;
    }
    float single = (float) real;
    if (single != real) {
      number(7 << 5 | 27, Double.doubleToRawLongBits(real), 8);
      return;
    }
    short half = Float.floatToFloat16(single);
    if (Float.float16ToFloat(half) == single) {
      number(7 << 5 | 25, half, 2);
    } else {
      number(7 << 5 | 26, Float.floatToRawIntBits(single), 4);
    }
  }

  private void head(int major, long argument) {
    int high = major << 5;
    if (Long.compareUnsigned(argument, 24) < 0) {
      out.write(high | (int) argument);
    } else if (Long.compareUnsigned(argument, 0xff) <= 0) {
      number(high | 24, argument, 1);
    } else if (Long.compareUnsigned(argument, 0xffff) <= 0) {
      number(high | 25, argument, 2);
    } else if (Long.compareUnsigned(argument, 0xffff_ffffL) <= 0) {
      number(high | 26, argument, 4);
    } else {
      number(high | 27, argument, 8);
    }
  }

  private void number(int initial, long value, int width) {
    out.write(initial);
    for (int i = width - 1; i >= 0; i--) {
      out.write((int) (value >>> (8 * i)));
    }
  }
}
