package io.vouchsafe.testkit.amd;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DerTag;
import io.vouchsafe.encoding.DerWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The extensions of a signing key's certificate, under the last arcs of their identifiers.
///
/// @param values value of each, as it stands in the certificate
public record VekExtensions(Map<String, Bytes> values) {
  private static final String ARC = "1.3.6.1.4.1.3704.1.";

  public VekExtensions {
    values = new LinkedHashMap<>(values);
  }

  /// Those of a chip, with the extensions of the family that the versions are of.
  public static VekExtensions chip(String product, SimulatedTcb tcb, Bytes hardwareId) {
    return base(product, tcb).with("4", hardwareId);
  }

  /// Those of a provider's key, with the extensions of the family that the versions are of.
  public static VekExtensions provider(String product, SimulatedTcb tcb, String provider) {
    return base(product, tcb).with("5", text(provider));
  }

  private static VekExtensions base(String product, SimulatedTcb tcb) {
    boolean turin = tcb.fmc().isPresent();
    VekExtensions start =
        new VekExtensions(Map.of())
            .with("1", DerWriter.integer(turin ? 1 : 0))
            .with("2", text(product));
    if (turin) {
      // First of the versions in real certificates.
      start = start.with("3.9", DerWriter.integer(tcb.fmc().getAsInt()));
    }
    for (String spare :
        turin ? List.of("3.5", "3.6", "3.7") : List.of("3.4", "3.5", "3.6", "3.7")) {
      start = start.with(spare, DerWriter.integer(0));
    }
    return start
        .with("3.1", DerWriter.integer(tcb.bootLoader()))
        .with("3.2", DerWriter.integer(tcb.tee()))
        .with("3.3", DerWriter.integer(tcb.snp()))
        .with("3.8", DerWriter.integer(tcb.microcode()));
  }

  private static Bytes text(String value) {
    return DerWriter.element(DerTag.IA5_STRING, Bytes.utf8(value));
  }

  /// These, with one set.
  public VekExtensions with(String arc, Bytes value) {
    Map<String, Bytes> all = new LinkedHashMap<>(values);
    all.put(arc, value);
    return new VekExtensions(all);
  }

  /// These, without one.
  public VekExtensions without(String arc) {
    Map<String, Bytes> all = new LinkedHashMap<>(values);
    all.remove(arc);
    return new VekExtensions(all);
  }

  List<Bytes> all() {
    List<Bytes> all = new ArrayList<>();
    values.forEach((arc, value) ->
        all.add(DerWriter.sequence(DerWriter.oid(ARC + arc), DerWriter.octetString(value))));
    return all;
  }
}
