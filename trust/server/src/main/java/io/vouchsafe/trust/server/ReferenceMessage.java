package io.vouchsafe.trust.server;

import io.vouchsafe.appraisal.Provenance;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The message with which reference values are registered (specs/kbs-protocol §11.3), of type
/// `sample`: an object from names to values.
final class ReferenceMessage {
  private static final String VERSION = "0.1.0";
  private static final String TYPE = "sample";
  private static final int MAX_VALUES = 10_000;

  private ReferenceMessage() {}

  /// The entries of a message.
  ///
  /// @param expires when they end
  /// @throws FormatException if it does not parse, or is of another version or type
  static List<ReferenceValue> parse(Bytes message, Instant expires) throws FormatException {
    Json.Obj envelope = Json.parseObject(message, JsonLimits.MESSAGE);
    String version = envelope.optionalString("version").orElse(VERSION);
    if (!version.equals(VERSION)) {
      throw FormatException.malformed(0, "version " + VERSION, version);
    }
    String type = envelope.string("type");
    if (!type.equals(TYPE)) {
      throw FormatException.malformed(0, "type " + TYPE, type);
    }
    Bytes payload = Bytes.fromBase64(envelope.string("payload"));
    List<ReferenceValue> values = new ArrayList<>();
    for (Map.Entry<String, Json> value :
        Json.parseObject(payload, JsonLimits.MESSAGE).members().entrySet()) {
      String name = value.getKey();
      if (name.isEmpty() || name.length() > ReferenceValue.MAX_NAME) {
        throw FormatException.malformed(0, "names of 1 to 256 characters", "another");
      }
      values.add(
          new ReferenceValue(
              name, value.getValue(), expires, Provenance.DECLARED, "registered over kbs/v0"));
      if (values.size() > MAX_VALUES) {
        throw FormatException.oversized(0, "at most " + MAX_VALUES + " values", "more");
      }
    }
    return values;
  }
}
