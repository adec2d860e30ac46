package io.vouchsafe.appraisal.corim;

import io.vouchsafe.appraisal.Provenance;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The reference values of a manifest. A value is named by vendor, model, measured element, name
/// and serial number, as far as they are given, joined by `/`, and by what it is: `digests` (an
/// array of lower-case hex), `raw_bytes` (hex), `svn`, `min_svn` (numbers), `registers/N` (an array
/// of hex). So does Trustee's extractor, which knows the first two. Several triples of one name are
/// alternatives: their values become one array.
///
/// @param values entries, in the order of the manifest
/// @param notUnderstood what the manifest has and no entry stands for, in words
public record CorimValues(List<ReferenceValue> values, List<String> notUnderstood) {
  public CorimValues {
    values = List.copyOf(values);
    notUnderstood = List.copyOf(notUnderstood);
  }

  /// Takes the reference values over.
  ///
  /// @param expires when they stop to count; the manifest's own end wins if it is earlier
  /// @param origin for operators
  /// @throws RefusedException with [CorimCheck#AGREEMENT] if one measurement contradicts itself
  public static CorimValues of(Corim corim, Instant expires, String origin)
      throws RefusedException {
    Collected collected = new Collected();
    collected.notUnderstood.addAll(corim.notUnderstood());
    for (Comid module : corim.modules()) {
      collected.take(module);
    }
    Instant end = corim.validity().map(Validity::notAfter).filter(expires::isAfter).orElse(expires);
    List<ReferenceValue> values = new ArrayList<>();
    collected.byName.forEach((name, alternatives) ->
        values.add(
            new ReferenceValue(name, value(name, alternatives), end, Provenance.DECLARED, origin)));
    return new CorimValues(values, collected.notUnderstood);
  }

  /// Digests are an array also where there is one, as the names of their kind have it elsewhere.
  private static Json value(String name, Set<Json> alternatives) {
    boolean array = name.endsWith("/digests") || name.contains("/registers/");
    return alternatives.size() == 1 && !array
        ? alternatives.iterator().next()
        : Json.array(alternatives);
  }

  private static final class Collected {
    private final Map<String, Set<Json>> byName = new LinkedHashMap<>();
    private final List<String> notUnderstood = new ArrayList<>();
    private final Checklist checks = new Checklist();

    void take(Comid module) throws RefusedException {
      String id = module.id();
      module.notUnderstood().forEach(what -> notUnderstood.add(id + ": " + what));
      if (!module.endorsed().isEmpty()) {
        notUnderstood.add(id + ": " + module.endorsed().size() + " endorsed triples");
      }
      if (!module.keys().isEmpty()) {
        notUnderstood.add(id + ": " + module.keys().size() + " key triples");
      }
      for (Comid.Values triple : module.references()) {
        for (Measurement measurement : triple.measurements()) {
          measurement.notUnderstood().forEach(what -> notUnderstood.add(id + ": " + what));
          take(triple.environment(), measurement);
        }
      }
    }

    private void take(Environment environment, Measurement measurement) throws RefusedException {
      List<String> parts = environment.nameParts();
      measurement.key().ifPresent(parts::add);
      measurement.name().ifPresent(parts::add);
      measurement.serial().ifPresent(parts::add);
      String name = String.join("/", parts);
      addDigests(name + "/digests", measurement.digests());
      if (measurement.rawMask().isPresent()) {
        notUnderstood.add(name + ": a raw value under a mask");
      } else if (measurement.rawValue().isPresent()) {
        add(name + "/raw_bytes", Json.of(measurement.rawValue().get().hex()));
      }
      if (measurement.svn().isPresent()) {
        add(name + "/svn", Json.of(measurement.svn().get()));
      }
      if (measurement.minSvn().isPresent()) {
        add(name + "/min_svn", Json.of(measurement.minSvn().get()));
      }
      for (Map.Entry<String, List<Measurement.Digest>> register :
          measurement.registers().entrySet()) {
        addDigests(name + "/registers/" + register.getKey(), register.getValue());
      }
    }

    /// Digests of one measurement are of the same thing: two of one algorithm cannot both be.
    private void addDigests(String name, List<Measurement.Digest> digests) throws RefusedException {
      Map<String, Measurement.Digest> byAlgorithm = new HashMap<>();
      for (Measurement.Digest digest : digests) {
        Measurement.Digest other = byAlgorithm.putIfAbsent(digest.algorithm(), digest);
        checks.require(
            CorimCheck.AGREEMENT,
            other == null || other.equals(digest),
            Code.REFERENCE_VALUE_CONTRADICTION,
            "one " + digest.algorithm() + " digest of " + name,
            "two that differ");
        add(name, Json.of(digest.value().hex()));
      }
    }

    private void add(String name, Json value) {
      if (name.length() > ReferenceValue.MAX_NAME) {
        notUnderstood.add("a name of " + name.length() + " characters");
        return;
      }
      byName.computeIfAbsent(name, _ -> new LinkedHashSet<>()).add(value);
    }
  }

  /// The vendors that the manifest has values or keys of.
  static Set<String> vendors(Corim corim) {
    Set<String> vendors = new TreeSet<>();
    for (Comid module : corim.modules()) {
      module.references().forEach(triple -> vendors.add(vendor(triple.environment())));
      module.endorsed().forEach(triple -> vendors.add(vendor(triple.environment())));
      module.keys().forEach(triple -> vendors.add(vendor(triple.environment())));
    }
    return vendors;
  }

  private static String vendor(Environment environment) {
    return environment.vendor().orElse("no vendor");
  }
}
