package io.vouchsafe.oci;

import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;

/// How a layer is compressed, by its media type.
enum Compression {
  NONE,
  GZIP,
  ZSTD;

  /// Reads as many bytes as fit unless the content ends; -1 at the end.
  @FunctionalInterface
  interface Source {
    int read(byte[] buffer, int offset, int length) throws IOException, RefusedException;
  }

  /// @param mediaType type of the plain (decrypted) layer
  /// @throws RefusedException if this is no type of a layer
  static Compression of(String mediaType) throws RefusedException {
    String type = MediaTypes.toOci(MediaTypes.decrypted(mediaType));
    if (type.endsWith(".tar")) {
      return NONE;
    }
    if (type.endsWith(".tar+gzip")) {
      return GZIP;
    }
    if (type.endsWith(".tar+zstd")) {
      return ZSTD;
    }
    throw new RefusedException(
        ImageCheck.LAYER_COMPRESSION,
        Code.UNSUPPORTED_ALGORITHM,
        "a tar layer, plain or with gzip or zstd",
        ImageName.quoted(mediaType));
  }

  /// Undoes the compression of `in`.
  Source decode(Source in) {
    return switch (this) {
      case NONE -> in;
      case GZIP -> new GzipDecoder(in);
      case ZSTD -> ZstdDecoder.open(in);
    };
  }

  static RefusedException malformed(String expected, String found) {
    return new RefusedException(ImageCheck.LAYER_COMPRESSION, Code.MALFORMED, expected, found);
  }
}
