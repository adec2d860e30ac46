package io.vouchsafe.cli;

import io.vouchsafe.appraisal.Provenance;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.statement.ReferenceSet;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.measure.MeasuredPart;
import io.vouchsafe.measure.Measurement;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What a launch will report, by the names that appraisal compares it under, and what it was
/// predicted from.
final class Prediction {
  /// A measurement under its name.
  ///
  /// @param expected whether it becomes a reference value
  private record Named(String name, Measurement measurement, boolean expected) {}

  /// What becomes a reference value beside the measurements.
  private record Stated(String name, Json value, Provenance provenance) {}

  private final String tee;
  private final List<Artifacts.Input> inputs;
  private final List<Named> measurements = new ArrayList<>();
  private final List<Stated> stated = new ArrayList<>();
  private final Json.ObjBuilder facts = Json.object();
  private final List<String> factLines = new ArrayList<>();

  Prediction(String tee, List<Artifacts.Input> inputs) {
    this.tee = tee;
    this.inputs = List.copyOf(inputs);
  }

  Prediction add(String name, Measurement measurement) {
    measurements.add(new Named(name, measurement, true));
    return this;
  }

  /// As [#add(String, Measurement)], not to be a reference value.
  Prediction show(String name, Measurement measurement) {
    measurements.add(new Named(name, measurement, false));
    return this;
  }

  /// A number that appraisal compares.
  Prediction number(String name, long value) {
    return value(name, Json.of(value), Provenance.PREDICTED);
  }

  /// A value that appraisal compares and that nothing was measured for.
  Prediction value(String name, Json value, Provenance provenance) {
    stated.add(new Stated(name, value, provenance));
    return fact(name, value.compact());
  }

  Prediction add(String name, Bytes value) {
    return add(name, new Measurement(value, List.of()));
  }

  /// Something that is worth showing and is not measured.
  Prediction fact(String name, String value) {
    facts.put(name, value);
    factLines.add("%-18s %s".formatted(name, value));
    return this;
  }

  /// For a terminal: each measurement with its parts, then the inputs.
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (Named named : measurements) {
      lines.add("%-18s %s".formatted(named.name(), named.measurement().value()));
      for (MeasuredPart part : named.measurement().parts()) {
        lines.add("  %-44s %s".formatted(part.name(), part.value()));
      }
    }
    lines.addAll(factLines);
    lines.add("from");
    for (Artifacts.Input input : inputs) {
      lines.add("  %-14s sha256:%s  %s".formatted(input.role(), input.sha256(), input.file()));
    }
    return lines;
  }

  Json.Obj json() {
    List<Json> values = new ArrayList<>();
    for (Named named : measurements) {
      List<Json> parts = new ArrayList<>();
      for (MeasuredPart part : named.measurement().parts()) {
        parts.add(Json.object().put("name", part.name()).put("value", part.value().hex()).build());
      }
      values.add(
          Json.object()
              .put("name", named.name())
              .put("value", named.measurement().value().hex())
              .put("parts", Json.array(parts))
              .build());
    }
    return Json.object()
        .put("tee", tee)
        .put("measurements", Json.array(values))
        .put("facts", facts.build())
        .put("inputs", inputsJson())
        .build();
  }

  /// Reference values, in the form that the trust server takes them in, with the inputs beside.
  Json.Obj document(Instant expires) {
    return Json.object()
        .put(
            "entries",
            Json.array(referenceValues(expires).stream().map(ReferenceValue::json).toList()))
        .put("inputs", inputsJson())
        .build();
  }

  List<ReferenceValue> referenceValues(Instant expires) {
    List<ReferenceValue> values = new ArrayList<>();
    for (Named named : measurements) {
      if (named.expected()) {
        Json hex = Json.of(named.measurement().value().hex());
        values.add(predicted(named.name(), hex, expires));
      }
    }
    for (Stated each : stated) {
      values.add(
          new ReferenceValue(each.name(), each.value(), expires, each.provenance(), origin()));
    }
    return values;
  }

  String tee() {
    return tee;
  }

  /// What a build says about itself.
  ///
  /// @param options what the prediction depends on beside its inputs
  ReferenceSet statement(
      String name, long version, Instant issued, Instant expires, Json.Obj options) {
    List<ReferenceSet.Input> files = new ArrayList<>();
    for (Artifacts.Input input : inputs) {
      // A path says something about the machine that it was built on, and nothing about the build.
      String file =
          input.isText() ? input.file() : String.valueOf(Path.of(input.file()).getFileName());
      files.add(new ReferenceSet.Input(input.role(), file, input.sha256()));
    }
    return new ReferenceSet(
        ReferenceSet.Kind.STATEMENT,
        name,
        version,
        issued,
        expires,
        Vouchsafe.VERSION,
        Json.object().put("tee", tee).put("options", options).put("facts", facts.build()).build(),
        files,
        referenceValues(expires));
  }

  private ReferenceValue predicted(String name, Json value, Instant expires) {
    return new ReferenceValue(name, value, expires, Provenance.PREDICTED, origin());
  }

  private Json inputsJson() {
    List<Json> files = new ArrayList<>();
    for (Artifacts.Input input : inputs) {
      files.add(
          Json.object()
              .put("role", input.role())
              .put("file", input.file())
              .put("sha256", input.sha256().hex())
              .build());
    }
    return Json.array(files);
  }

  /// In words: where the values come from.
  String origin() {
    StringBuilder text = new StringBuilder("vouchsafe measure ").append(tee);
    for (Artifacts.Input input : inputs) {
      text.append(", ").append(input.role()).append(" sha256:").append(input.sha256());
    }
    return text.length() <= ReferenceValue.MAX_ORIGIN
        ? text.toString()
        : text.substring(0, ReferenceValue.MAX_ORIGIN);
  }
}
