package io.vouchsafe.oci;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.io.InputStream;

/// Zstandard. A class of its own so that the native library is loaded only when such a layer comes.
final class ZstdDecoder implements Compression.Source {
  private final ZstdInputStreamNoFinalizer zstd;
  private boolean some;

  private ZstdDecoder(ZstdInputStreamNoFinalizer zstd) {
    this.zstd = zstd;
  }

  static Compression.Source open(Compression.Source in) {
    return new Lazy(in);
  }

  /// Opens on the first read: opening allocates native memory, which a failed pull must not leave.
  private static final class Lazy implements Compression.Source {
    private final Compression.Source in;
    private java.util.Optional<ZstdDecoder> decoder = java.util.Optional.empty();

    private Lazy(Compression.Source in) {
      this.in = in;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException, RefusedException {
      if (decoder.isEmpty()) {
        decoder =
            java.util.Optional.of(new ZstdDecoder(new ZstdInputStreamNoFinalizer(new Adapter(in))));
      }
      return decoder.get().read(buffer, offset, length);
    }
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException, RefusedException {
    try {
      int total = 0;
      while (total < length) {
        int got = zstd.read(buffer, offset + total, length - total);
        if (got < 0) {
          break;
        }
        total += got;
      }
      if (total == 0 && length > 0) {
        zstd.close();
        if (!some) {
          throw Compression.malformed("zstd", "nothing");
        }
        return -1;
      }
      some = true;
      return total;
    } catch (Tunnel e) {
      throw e.refused;
    } catch (ZstdIOException e) {
      zstd.close();
      throw Compression.malformed("zstd, as the media type says", String.valueOf(e.getMessage()));
    }
  }

  /// Carries a refusal through an interface that knows only [IOException].
  private static final class Tunnel extends IOException {
    private static final long serialVersionUID = 1L;
    private final transient RefusedException refused;

    private Tunnel(RefusedException refused) {
      super(refused);
      this.refused = refused;
    }
  }

  private static final class Adapter extends InputStream {
    private final Compression.Source in;

    private Adapter(Compression.Source in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      try {
        return in.read(buffer, offset, length);
      } catch (RefusedException e) {
        throw new Tunnel(e);
      }
    }
  }
}
