package io.vouchsafe.measure.sgx;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.tpm.HashAlg;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/// An enclave as a stream of what is loaded, in order (SGXS): 64-byte records, some followed by 256
/// bytes of data.
///
/// @param mrEnclave what the processor will report
/// @param size of the enclave's address range
/// @param ssaFramePages pages of one frame of a save area
/// @param pages that are added
/// @param measuredChunks of 256 bytes, whose content is measured
/// @param unmeasuredChunks of 256 bytes, whose content is loaded only
public record SgxsStream(
    Bytes mrEnclave,
    long size,
    long ssaFramePages,
    int pages,
    int measuredChunks,
    int unmeasuredChunks) {
  /// Largest stream.
  public static final int MAX_SIZE = 1 << 30;

  // The first eight bytes of records, least significant first.
  private static final long ECREATE = 0x0045_5441_4552_4345L;
  private static final long EADD = 0x0000_0000_4444_4145L;
  private static final long EEXTEND = 0x0044_4e45_5458_4545L;
  private static final long UNMEASURED = 0x4452_5341_454d_4e55L;
  private static final long UNSIZED = 0x0044_455a_4953_4e55L;

  /// Reads and measures a stream.
  ///
  /// @throws FormatException if it does not start with ECREATE of a known size, adds a page twice
  ///   or outside of the enclave, measures a page that was not added, or a record is not known
  public static SgxsStream measure(Bytes stream) throws FormatException {
    if (stream.size() > MAX_SIZE) {
      throw FormatException.oversized(
          0, "a stream of at most " + MAX_SIZE + " bytes", stream.size() + " bytes");
    }
    return new Pass(ByteReader.littleEndian(stream), stream).run();
  }

  /// One pass over a stream.
  private static final class Pass {
    private final ByteReader in;
    private final Bytes stream;
    private final MessageDigest digest = HashAlg.SHA256.newDigest();
    private final Set<Long> pages = new HashSet<>();
    private long size;
    private int measured;
    private int unmeasured;

    Pass(ByteReader in, Bytes stream) {
      this.in = in;
      this.stream = stream;
    }

    SgxsStream run() throws FormatException {
      long ssaFramePages = create();
      while (in.remaining() > 0) {
        int start = in.offset();
        long tag = in.u64("record");
        if (tag == EADD) {
          add();
          hash(start);
        } else if (tag == EEXTEND) {
          chunk();
          hash(start);
          measured++;
        } else if (tag == UNMEASURED) {
          chunk();
          unmeasured++;
        } else {
          throw FormatException.malformed(
              start, "EADD, EEXTEND or UNMEASRD", "tag 0x" + Long.toHexString(tag));
        }
      }
      return new SgxsStream(
          Bytes.of(digest.digest()), size, ssaFramePages, pages.size(), measured, unmeasured);
    }

    private long create() throws FormatException {
      long tag = in.u64("record");
      if (tag != ECREATE) {
        throw FormatException.malformed(
            0,
            "ECREATE",
            tag == UNSIZED
                ? "an enclave whose size is not filled in yet"
                : "tag 0x" + Long.toHexString(tag));
      }
      long frame = in.u32("pages of a save area's frame");
      size = in.u64("size of the enclave");
      in.zeros("rest of ECREATE", 44);
      if (size <= 0 || Long.bitCount(size) != 1 || size < 2L * SgxsWriter.PAGE || frame == 0) {
        throw FormatException.malformed(
            0,
            "an enclave of a power of two of at least 8192 bytes, with frames",
            "0x%x bytes, frames of %d pages".formatted(size, frame));
      }
      hash(0);
      return frame;
    }

    private void add() throws FormatException {
      int at = in.offset();
      long offset = in.u64("offset of the page");
      in.u64("flags of the page");
      in.zeros("rest of EADD", 40);
      if (offset < 0 || offset >= size || offset % SgxsWriter.PAGE != 0) {
        throw FormatException.malformed(at, "a page of the enclave", hex(offset));
      }
      if (!pages.add(offset)) {
        throw FormatException.malformed(at, "each page once", hex(offset) + " twice");
      }
    }

    private void chunk() throws FormatException {
      int at = in.offset();
      long offset = in.u64("offset of the chunk");
      in.zeros("rest of the record", 48);
      in.skip("data of the chunk", SgxsWriter.CHUNK);
      if (offset % SgxsWriter.CHUNK != 0 || !pages.contains(offset & -SgxsWriter.PAGE)) {
        throw FormatException.malformed(at, "a chunk of a page that was added", hex(offset));
      }
    }

    private void hash(int start) {
      digest.update(stream.asBuffer().slice(start, in.offset() - start));
    }

    private static String hex(long value) {
      return String.format(Locale.ROOT, "0x%x", value);
    }
  }
}
