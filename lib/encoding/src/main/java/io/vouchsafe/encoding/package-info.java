/// What every parser here stands on.
///
/// Start from [io.vouchsafe.encoding.Bytes] (an immutable byte string),
/// [io.vouchsafe.encoding.ByteReader] (a bounded cursor over one) and [io.vouchsafe.encoding.Json]
/// (the one JSON model):
///
/// ```java
/// ByteReader in = ByteReader.bigEndian(Bytes.of(raw));
/// int version = in.u16("version");
/// Bytes nonce = in.sized16("nonce", 64);
/// in.end();
/// ```
@NullMarked
package io.vouchsafe.encoding;

import org.jspecify.annotations.NullMarked;
