package io.vouchsafe.appraisal.corim;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Cbor;
import io.vouchsafe.encoding.DerReader;
import io.vouchsafe.encoding.DerTag;
import io.vouchsafe.encoding.DerWriter;
import io.vouchsafe.encoding.FormatException;
import java.util.HexFormat;
import java.util.StringJoiner;

/// The identifiers of CoRIM as text: UUIDs, OIDs, UEIDs, bytes, text, numbers, and maps of these.
final class Names {
  static final long UUID = 37;
  static final long OID = 111;
  static final long UEID = 550;
  static final long BYTES = 560;

  private static final int UUID_BYTES = 16;
  private static final int[] UUID_GROUPS = {0, 8, 12, 16, 20, 32};

  private Names() {}

  /// An identifier in one line; bytes as lower-case hex, a UUID with its dashes.
  static String text(Cbor item, String what) throws FormatException {
    return switch (item) {
      case Cbor.Text(String text) -> text;
      case Cbor.Int(var value) -> value.toString();
      case Cbor.ByteString(Bytes bytes) -> bytes.size() == UUID_BYTES ? uuid(bytes) : bytes.hex();
      case Cbor.Tagged(long tag, Cbor content) when tag == UUID -> uuid(uuidBytes(content, what));
      case Cbor.Tagged(long tag, Cbor content) when tag == OID -> oid(content.asBytes(what));
      case Cbor.Tagged(long tag, Cbor content) when tag == UEID || tag == BYTES ->
          content.asBytes(what).hex();
      case Cbor.Tagged(long tag, Cbor content) -> tag + "(" + text(content, what) + ")";
      case Cbor.Dict map -> members(map, what);
      case Cbor.Arr _, Cbor.Simple _, Cbor.Real _ ->
          throw FormatException.unexpected(what + ": an identifier", item.toString());
    };
  }

  /// Some profiles identify by several members: `1=BL,4=2.1.0`. Nested ones do not occur.
  private static String members(Cbor.Dict map, String what) throws FormatException {
    StringJoiner text = new StringJoiner(",");
    for (Cbor.Entry entry : map.entries()) {
      if (entry.value() instanceof Cbor.Dict) {
        throw FormatException.unexpected(what + ": an identifier", "a map in a map");
      }
      text.add(text(entry.key(), what) + "=" + text(entry.value(), what));
    }
    return text.toString();
  }

  private static Bytes uuidBytes(Cbor content, String what) throws FormatException {
    Bytes bytes = content.asBytes(what);
    if (bytes.size() != UUID_BYTES) {
      throw FormatException.unexpected(what + ": 16 bytes", bytes.size() + " bytes");
    }
    return bytes;
  }

  private static String uuid(Bytes bytes) {
    String hex = HexFormat.of().formatHex(bytes.toByteArray());
    StringBuilder text = new StringBuilder();
    for (int i = 0; i + 1 < UUID_GROUPS.length; i++) {
      text.append(i == 0 ? "" : "-").append(hex, UUID_GROUPS[i], UUID_GROUPS[i + 1]);
    }
    return text.toString();
  }

  /// CBOR's OIDs are the content octets of the DER form, without tag and length (RFC 9090 §2).
  private static String oid(Bytes content) throws FormatException {
    return DerReader.of(DerWriter.element(DerTag.OID, content)).oid("OID");
  }
}
