package io.vouchsafe.ttrpc;

import com.google.protobuf.ByteString;

/// What the header of a frame announces.
sealed interface Frame {
  /// Bytes of the header: u32 length, u32 stream, u8 type, u8 flags, big endian.
  int HEADER = 10;

  /// Longest payload of a frame.
  int MAX_PAYLOAD = 4 << 20;

  int TYPE_REQUEST = 1;
  int TYPE_RESPONSE = 2;
  int TYPE_DATA = 3;

  int FLAG_REMOTE_CLOSED = 0x01;
  int FLAG_REMOTE_OPEN = 0x02;
  int FLAG_NO_DATA = 0x04;

  /// Stream id, as an unsigned 32-bit number.
  long stream();

  int type();

  /// A frame with its payload.
  record Whole(long stream, int type, int flags, ByteString payload) implements Frame {}

  /// A frame whose payload was beyond [#MAX_PAYLOAD] and was read and thrown away.
  record Oversized(long stream, int type, long length) implements Frame {}
}
