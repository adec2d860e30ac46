package io.vouchsafe.appraisal.rim;

import io.vouchsafe.appraisal.Provenance;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/// A manifest of measurements in SWID form, parsed, **not vouched for by anyone**: see
/// [SignedSwidRim].
///
/// @param product what it is of, for example `GH100`
/// @param manufacturer who made that
/// @param edition which part, for example `GPU`
/// @param version the version that the platform reports, in the words of the manufacturer
/// @param measurements in the order of the document
public record SwidRim(
    String product,
    String manufacturer,
    String edition,
    String version,
    List<Measurement> measurements) {
  static final String SWID = "http://standards.iso.org/iso/19770/-2/2015/schema.xsd";

  private static final int HASH_BYTES = 48;
  private static final int MAX_INDEX = 255;
  private static final int MAX_ALTERNATIVES = 64;
  private static final Bytes ZERO = Bytes.zeros(HASH_BYTES);

  /// One measurement block of a device.
  ///
  /// @param index of the block, from 0
  /// @param active whether it is to be compared
  /// @param hashes SHA-384 digests of 48 bytes each, any of which is good
  public record Measurement(int index, boolean active, List<Bytes> hashes) {
    public Measurement {
      hashes = List.copyOf(hashes);
    }
  }

  public SwidRim {
    Objects.requireNonNull(product, "product");
    Objects.requireNonNull(manufacturer, "manufacturer");
    Objects.requireNonNull(edition, "edition");
    Objects.requireNonNull(version, "version");
    measurements = List.copyOf(measurements);
  }

  /// Parses a manifest; a signature in it is not looked at.
  ///
  /// @throws FormatException if it is no XML that may be read, or no such manifest
  public static SwidRim parse(Bytes xml) throws FormatException {
    return of(Xml.parse(xml));
  }

  static SwidRim of(Document document) throws FormatException {
    Element root = document.getDocumentElement();
    if (!Xml.is(root, SWID, "SoftwareIdentity")) {
      throw FormatException.unexpected("SoftwareIdentity of SWID", root.getNodeName());
    }
    Element meta = Xml.child(root, SWID, "Meta");
    List<Measurement> measurements = new ArrayList<>();
    Set<Integer> seen = new HashSet<>();
    for (Element resource : Xml.children(Xml.child(root, SWID, "Payload"), SWID, "Resource")) {
      Measurement measurement = measurement(resource);
      if (!seen.add(measurement.index())) {
        throw FormatException.unexpected(
            "each measurement once", "measurement " + measurement.index() + " twice");
      }
      measurements.add(measurement);
    }
    return new SwidRim(
        Xml.require(meta, "product"),
        Xml.require(meta, "PlatformManufacturerStr"),
        Xml.require(meta, "edition"),
        Xml.require(meta, "colloquialVersion"),
        measurements);
  }

  private static Measurement measurement(Element resource) throws FormatException {
    int index = number(resource, "index", 0, MAX_INDEX);
    int alternatives = number(resource, "alternatives", 1, MAX_ALTERNATIVES);
    number(resource, "size", HASH_BYTES, HASH_BYTES);
    List<Bytes> hashes = new ArrayList<>();
    for (int i = 0; i < alternatives; i++) {
      Bytes hash = Bytes.fromHex(Xml.require(resource, "Hash" + i));
      if (hash.size() != HASH_BYTES) {
        throw FormatException.unexpected(HASH_BYTES + " bytes of hash", hash.size() + " bytes");
      }
      hashes.add(hash);
    }
    if (Xml.attribute(resource, "Hash" + alternatives).isPresent()) {
      throw FormatException.unexpected(alternatives + " hashes", "more");
    }
    return new Measurement(index, active(resource), hashes);
  }

  private static boolean active(Element resource) throws FormatException {
    String text = Xml.require(resource, "active");
    return switch (text) {
      case "True", "true" -> true;
      case "False", "false" -> false;
      default -> throw FormatException.unexpected("True or False", text);
    };
  }

  private static int number(Element element, String name, int least, int most)
      throws FormatException {
    String text = Xml.require(element, name);
    if (text.length() <= 3 && !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      int value = Integer.parseInt(text);
      if (value >= least && value <= most) {
        return value;
      }
    }
    throw FormatException.unexpected(name + " from " + least + " to " + most, text);
  }

  /// Reference values named as Trustee's extractor names them:
  /// `NVIDIA_Corporation.GPU.measurement_12`, each the array of the hashes that are not all zero.
  ///
  /// @param expires when they stop to count
  /// @param origin for operators
  public List<ReferenceValue> referenceValues(Instant expires, String origin) {
    List<ReferenceValue> values = new ArrayList<>();
    for (Measurement measurement : measurements) {
      List<Json> hashes =
          measurement.hashes().stream()
              .filter(hash -> !hash.equals(ZERO))
              .map(hash -> Json.of(hash.hex()))
              .toList();
      if (measurement.active() && !hashes.isEmpty()) {
        values.add(
            new ReferenceValue(
                (manufacturer + "." + edition).replace(' ', '_')
                    + ".measurement_"
                    + measurement.index(),
                Json.array(hashes),
                expires,
                Provenance.DECLARED,
                origin));
      }
    }
    return values;
  }
}
