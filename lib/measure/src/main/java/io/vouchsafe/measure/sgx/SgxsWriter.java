package io.vouchsafe.measure.sgx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// Writes the records that a load of an enclave is measured by, in SGXS form: what ECREATE, EADD
/// and EEXTEND hash (Intel SDM volume 3D; specs/evidence-x86 §10.5). The digest of what it writes
/// is MRENCLAVE.
public final class SgxsWriter {
  /// Bytes of a page.
  public static final int PAGE = 4096;

  /// Bytes that one EEXTEND measures.
  public static final int CHUNK = 256;

  static final int RECORD = 64;
  private static final int TAG = 8;

  /// Takes what is written.
  @FunctionalInterface
  public interface Sink {
    /// @param bytes reused after the call
    void write(byte[] bytes, int offset, int length);
  }

  private final Sink sink;
  private final ByteBuffer record = ByteBuffer.allocate(RECORD).order(ByteOrder.LITTLE_ENDIAN);

  public SgxsWriter(Sink sink) {
    this.sink = Objects.requireNonNull(sink, "sink");
  }

  /// The enclave.
  ///
  /// @param ssaFramePages pages of one frame of a save area
  /// @param size of its address range
  public void create(int ssaFramePages, long size) {
    start("ECREATE").putInt(ssaFramePages).putLong(size);
    finish();
  }

  /// A page.
  ///
  /// @param offset in the enclave
  /// @param flags of its SECINFO: read 1, write 2, execute 4, TCS 0x100, regular 0x200
  public void add(long offset, long flags) {
    start("EADD").putLong(offset).putLong(flags);
    finish();
  }

  /// A page and all of its content.
  ///
  /// @param content [#PAGE] bytes
  public void addMeasured(long offset, long flags, byte[] content) {
    if (content.length != PAGE) {
      throw new IllegalArgumentException("a page has 4096 bytes, not " + content.length);
    }
    add(offset, flags);
    for (int at = 0; at < PAGE; at += CHUNK) {
      start("EEXTEND").putLong(offset + at);
      finish();
      sink.write(content, at, CHUNK);
    }
  }

  private ByteBuffer start(String tag) {
    byte[] name = tag.getBytes(StandardCharsets.US_ASCII);
    record.clear().put(new byte[RECORD]).clear();
    return record.put(name).position(TAG);
  }

  private void finish() {
    sink.write(record.array(), 0, RECORD);
  }
}
