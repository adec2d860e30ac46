package io.vouchsafe.oci;

import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Gzip of RFC 1952 with any number of members, straight from one large buffer into the caller's.
/// The CRC of each member is not computed: the diff-id covers the same bytes with SHA-256.
final class GzipDecoder implements Compression.Source {
  private static final int BUFFER = 128 << 10;
  private static final int FLAG_HEADER_CRC = 2;
  private static final int FLAG_EXTRA = 4;
  private static final int FLAG_NAME = 8;
  private static final int FLAG_COMMENT = 16;
  private static final int FLAGS_RESERVED = 0xe0;
  private static final int TRAILER = 8;

  private final Compression.Source in;
  private final byte[] buffer = new byte[BUFFER];
  private final Inflater inflater = new Inflater(true);
  private int position;
  private int limit;
  private boolean inMember;
  private boolean started;
  private boolean ended;

  GzipDecoder(Compression.Source in) {
    this.in = in;
  }

  @Override
  public int read(byte[] out, int offset, int length) throws IOException, RefusedException {
    int total = 0;
    while (total < length && !ended) {
      if (!inMember) {
        startMember();
      } else {
        total += inflate(out, offset + total, length - total);
      }
    }
    return total == 0 && ended ? -1 : total;
  }

  private void startMember() throws IOException, RefusedException {
    if (position == limit && !fill()) {
      if (!started) {
        throw Compression.malformed("gzip", "nothing");
      }
      ended = true;
      inflater.end();
      return;
    }
    header();
    started = true;
    inMember = true;
    give();
  }

  private void give() {
    inflater.setInput(buffer, position, limit - position);
    position = limit;
  }

  private int inflate(byte[] out, int offset, int length) throws IOException, RefusedException {
    int got;
    try {
      got = inflater.inflate(out, offset, length);
    } catch (DataFormatException e) {
      throw Compression.malformed("deflated data", String.valueOf(e.getMessage()));
    }
    if (inflater.finished()) {
      position = limit - inflater.getRemaining();
      skip(TRAILER);
      inflater.reset();
      inMember = false;
    } else if (inflater.needsDictionary()) {
      throw Compression.malformed("gzip without preset dictionary", "one");
    } else if (got == 0) {
      if (!fill()) {
        throw Compression.malformed("the rest of a gzip member", "the end");
      }
      give();
    }
    return got;
  }

  private void header() throws IOException, RefusedException {
    int magic = u8() | u8() << 8;
    int method = u8();
    if (magic != 0x8b1f || method != 8) {
      throw Compression.malformed("gzip, as the media type says", "something else");
    }
    int flags = u8();
    if ((flags & FLAGS_RESERVED) != 0) {
      throw Compression.malformed("gzip without reserved flags", Integer.toString(flags));
    }
    skip(6); // time, extra flags, operating system
    if ((flags & FLAG_EXTRA) != 0) {
      skip(u8() | u8() << 8);
    }
    if ((flags & FLAG_NAME) != 0) {
      skipText();
    }
    if ((flags & FLAG_COMMENT) != 0) {
      skipText();
    }
    if ((flags & FLAG_HEADER_CRC) != 0) {
      skip(2);
    }
  }

  private void skipText() throws IOException, RefusedException {
    int next;
    do {
      next = u8();
    } while (next != 0);
  }

  private void skip(int count) throws IOException, RefusedException {
    for (int i = 0; i < count; i++) {
      u8();
    }
  }

  private int u8() throws IOException, RefusedException {
    if (position == limit && !fill()) {
      throw Compression.malformed("the rest of a gzip member", "the end");
    }
    return buffer[position++] & 0xff;
  }

  private boolean fill() throws IOException, RefusedException {
    position = 0;
    limit = Math.max(0, in.read(buffer, 0, buffer.length));
    return limit > 0;
  }
}
