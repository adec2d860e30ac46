package io.vouchsafe.ttrpc;

import com.google.protobuf.ByteString;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// Frames over a pair of streams. One thread reads; any thread writes: the lock guards the output,
/// so that frames never mix.
final class FrameChannel {
  private static final int DRAIN_CHUNK = 8192;

  private final InputStream in;
  private final OutputStream out;
  private final ReentrantLock writing = new ReentrantLock();

  FrameChannel(InputStream in, OutputStream out) {
    this.in = in;
    this.out = out;
  }

  /// The next frame, or empty at the end of input between two frames.
  ///
  /// @throws EOFException if the input ends inside of a frame
  Optional<Frame> read() throws IOException {
    byte[] header = new byte[Frame.HEADER];
    int got = in.readNBytes(header, 0, header.length);
    if (got == 0) {
      return Optional.empty();
    }
    if (got < header.length) {
      throw new EOFException("the stream ended inside of a frame header");
    }
    long length = u32(header, 0);
    long stream = u32(header, 4);
    int type = header[8] & 0xff;
    int flags = header[9] & 0xff;
    if (length > Frame.MAX_PAYLOAD) {
      drain(length);
      return Optional.of(new Frame.Oversized(stream, type, length));
    }
    // Grows with what arrives: a header alone must not make us allocate 4 MiB.
    byte[] payload = in.readNBytes((int) length);
    if (payload.length < length) {
      throw new EOFException("the stream ended inside of a frame");
    }
    return Optional.of(new Frame.Whole(stream, type, flags, ByteString.copyFrom(payload)));
  }

  private void drain(long length) throws IOException {
    byte[] chunk = new byte[DRAIN_CHUNK];
    for (long left = length; left > 0; ) {
      int got = in.read(chunk, 0, (int) Math.min(left, chunk.length));
      if (got < 0) {
        throw new EOFException("the stream ended inside of a frame");
      }
      left -= got;
    }
  }

  private static long u32(byte[] header, int at) {
    return (header[at] & 0xffL) << 24
        | (header[at + 1] & 0xffL) << 16
        | (header[at + 2] & 0xffL) << 8
        | (header[at + 3] & 0xffL);
  }

  /// Writes one frame. The caller has checked the length.
  void write(long stream, int type, int flags, ByteString payload) throws IOException {
    byte[] frame = new byte[Frame.HEADER + payload.size()];
    putU32(frame, 0, payload.size());
    putU32(frame, 4, stream);
    frame[8] = (byte) type;
    frame[9] = (byte) flags;
    payload.copyTo(frame, Frame.HEADER);
    writing.lock();
    try {
      out.write(frame);
      out.flush();
    } finally {
      writing.unlock();
    }
  }

  private static void putU32(byte[] out, int at, long value) {
    out[at] = (byte) (value >>> 24);
    out[at + 1] = (byte) (value >>> 16);
    out[at + 2] = (byte) (value >>> 8);
    out[at + 3] = (byte) value;
  }
}
