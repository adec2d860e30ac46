package io.vouchsafe.oci;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Writes tar archives of plain files, for archives of images: no times, no owners, so that the
/// same files give the same bytes.
final class TarWriter implements AutoCloseable {
  private static final int BLOCK = 512;
  private static final int MAX_NAME = 99;
  private static final long MAX_OCTAL = 1L << 33;

  private final OutputStream out;

  /// @param out closed by [#close()]
  TarWriter(OutputStream out) {
    this.out = out;
  }

  void file(String name, byte[] content) throws IOException {
    header(name, content.length);
    out.write(content);
    pad(content.length);
  }

  void file(String name, Path content) throws IOException {
    long size = Files.size(content);
    header(name, size);
    long copied = Files.copy(content, out);
    if (copied != size) {
      throw new IOException(content + " changed while it was read");
    }
    pad(size);
  }

  private void header(String name, long size) throws IOException {
    byte[] block = new byte[BLOCK];
    if (name.length() > MAX_NAME) {
      throw new IllegalArgumentException("a name of at most " + MAX_NAME + ": " + name);
    }
    put(block, 0, name);
    put(block, 100, "0000644");
    put(block, 108, "0000000");
    put(block, 116, "0000000");
    if (size < MAX_OCTAL) {
      put(block, 124, "%011o".formatted(size));
    } else {
      block[124] = (byte) 0x80;
      for (int i = 0; i < 8; i++) {
        block[135 - i] = (byte) (size >>> 8 * i);
      }
    }
    put(block, 136, "00000000000");
    put(block, 148, "        ");
    block[156] = '0';
    put(block, 257, "ustar");
    put(block, 263, "00");
    int sum = 0;
    for (byte value : block) {
      sum += value & 0xff;
    }
    put(block, 148, "%06o\0 ".formatted(sum));
    out.write(block);
  }

  private static void put(byte[] block, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, block, at, bytes.length);
  }

  private void pad(long size) throws IOException {
    out.write(new byte[(int) (-size & (BLOCK - 1))]);
  }

  /// Ends the archive.
  @Override
  public void close() throws IOException {
    try (out) {
      out.write(new byte[2 * BLOCK]);
    }
  }
}
