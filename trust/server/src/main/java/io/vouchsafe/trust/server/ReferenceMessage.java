package io.vouchsafe.trust.server;

import io.vouchsafe.appraisal.Provenance;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.corim.Corim;
import io.vouchsafe.appraisal.corim.CorimValues;
import io.vouchsafe.appraisal.rim.SwidRim;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The message with which reference values are registered at a reference value provider service of
/// CoCo: version, type, and a payload of that type in base64. Whoever may register them vouches for
/// them: signatures inside are not what counts here.
final class ReferenceMessage {
  private static final String VERSION = "0.1.0";
  private static final String ORIGIN = "registered over kbs/v0";
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
    Bytes payload = Bytes.fromBase64(envelope.string("payload"));
    return switch (type) {
      case "sample" -> sample(payload, expires);
      case "corim" -> corim(payload, expires);
      case "swid" -> swid(payload, expires);
      default -> throw FormatException.malformed(0, "type sample, corim or swid", type);
    };
  }

  /// An object from names to values.
  private static List<ReferenceValue> sample(Bytes payload, Instant expires)
      throws FormatException {
    List<ReferenceValue> values = new ArrayList<>();
    for (Map.Entry<String, Json> value :
        Json.parseObject(payload, JsonLimits.MESSAGE).members().entrySet()) {
      String name = value.getKey();
      if (name.isEmpty() || name.length() > ReferenceValue.MAX_NAME) {
        throw FormatException.malformed(0, "names of 1 to 256 characters", "another");
      }
      values.add(
          new ReferenceValue(name, value.getValue(), expires, Provenance.DECLARED, ORIGIN)
              .usable());
      if (values.size() > MAX_VALUES) {
        throw FormatException.oversized(0, "at most " + MAX_VALUES + " values", "more");
      }
    }
    return values;
  }

  private static List<ReferenceValue> corim(Bytes payload, Instant expires) throws FormatException {
    try {
      Corim corim = Corim.parse(payload);
      return CorimValues.of(corim, expires, ORIGIN + ", manifest " + shortened(corim.id()))
          .values();
    } catch (RefusedException e) {
      throw FormatException.unexpected(e.refusal().expected(), e.refusal().found());
    }
  }

  private static List<ReferenceValue> swid(Bytes payload, Instant expires) throws FormatException {
    SwidRim rim = SwidRim.parse(payload);
    return rim.referenceValues(expires, ORIGIN + ", manifest of " + shortened(rim.version()));
  }

  private static String shortened(String name) {
    return name.substring(0, Math.min(name.length(), ReferenceValue.MAX_ORIGIN / 2));
  }
}
