package io.vouchsafe.oci;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes any tar, sound or not.
final class Tars {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  static Tars tar() {
    return new Tars();
  }

  Tars folder(String name) {
    return entry('5', name, "", 0755, new byte[0]);
  }

  Tars file(String name, String content) {
    return entry('0', name, "", 0644, content.getBytes(StandardCharsets.UTF_8));
  }

  Tars symlink(String name, String target) {
    return entry('2', name, target, 0777, new byte[0]);
  }

  Tars hardLink(String name, String target) {
    return entry('1', name, target, 0644, new byte[0]);
  }

  Tars pax(String... records) {
    StringBuilder all = new StringBuilder();
    for (String record : records) {
      int length = record.getBytes(StandardCharsets.UTF_8).length + 2;
      int digits = Integer.toString(length + 1).length();
      all.append(length + digits).append(' ').append(record).append('\n');
    }
    return entry('x', "pax", "", 0644, all.toString().getBytes(StandardCharsets.UTF_8));
  }

  Tars entry(char type, String name, String link, int mode, byte[] content) {
    byte[] header = header(type, name, link, mode, content.length);
    out.writeBytes(header);
    out.writeBytes(content);
    out.writeBytes(new byte[-content.length & 511]);
    return this;
  }

  static byte[] header(char type, String name, String link, int mode, long size) {
    byte[] block = new byte[512];
    put(block, 0, name);
    put(block, 100, "%07o".formatted(mode));
    put(block, 108, "%07o".formatted(1000));
    put(block, 116, "%07o".formatted(1000));
    put(block, 124, "%011o".formatted(size));
    put(block, 136, "%011o".formatted(1_700_000_000));
    block[156] = (byte) type;
    put(block, 157, link);
    put(block, 257, "ustar");
    put(block, 263, "00");
    return sum(block);
  }

  static byte[] sum(byte[] block) {
    Arrays.fill(block, 148, 156, (byte) ' ');
    int sum = 0;
    for (byte value : block) {
      sum += value & 0xff;
    }
    put(block, 148, "%06o\0 ".formatted(sum));
    return block;
  }

  static void put(byte[] block, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, block, at, bytes.length);
  }

  Tars raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  byte[] unended() {
    return out.toByteArray();
  }

  byte[] bytes() {
    out.writeBytes(new byte[1024]);
    return out.toByteArray();
  }
}
