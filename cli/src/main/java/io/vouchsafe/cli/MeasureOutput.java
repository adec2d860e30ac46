package io.vouchsafe.cli;

import io.vouchsafe.appraisal.ReferenceSource;
import io.vouchsafe.appraisal.statement.ReferenceSet;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// What becomes of a prediction.
final class MeasureOutput {
  private static final int MAX_DAYS = 3650;

  /// Options that say what becomes of a prediction, not what is predicted.
  private static final Set<Class<?>> OUTPUT =
      Set.of(MeasureOutput.class, TrustOptions.class, Vouchsafe.class);

  @Spec(Spec.Target.MIXEE)
  @Nullable CommandSpec command;

  @Option(names = "--json", description = "Print one JSON document.")
  boolean json;

  @Option(
      names = "--reference-values",
      paramLabel = "FILE",
      description = "Write the measurements as reference values.")
  Optional<Path> referenceValues = Optional.empty();

  @Option(
      names = "--statement",
      paramLabel = "FILE",
      description =
          "Write one signed statement: the reference values, and what they were computed from.")
  Optional<Path> statement = Optional.empty();

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description =
          "With --statement: the key that signs it, PKCS #8 in PEM. Default: the home's own.")
  Optional<Path> key = Optional.empty();

  @Option(
      names = "--set",
      paramLabel = "NAME",
      description =
          "With --statement: what the values are of; the same for each release. Default: the kind.")
  Optional<String> set = Optional.empty();

  @Option(
      names = "--set-version",
      paramLabel = "N",
      description = "With --statement: grows with each release. Default: seconds since 1970.")
  Optional<Long> version = Optional.empty();

  @Option(
      names = "--put",
      description = "Register the measurements with the trust server as reference values.")
  boolean put;

  @Option(
      names = "--days",
      paramLabel = "N",
      description = "How long reference values are in force. Default 30.")
  int days = 30;

  @Mixin TrustOptions trust = new TrustOptions();

  void show(Prediction prediction, PrintWriter out) throws IOException, FormatException, Failure {
    if (days < 1 || days > MAX_DAYS) {
      throw new Failure("--days takes 1 to " + MAX_DAYS);
    }
    if (statement.isEmpty() && (key.isPresent() || set.isPresent() || version.isPresent())) {
      throw new Failure("--key, --set and --set-version belong to --statement FILE");
    }
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    Instant expires = now.plus(Duration.ofDays(days));
    if (referenceValues.isPresent()) {
      Files.writeString(referenceValues.get(), prediction.document(expires).compact() + "\n");
    }
    if (statement.isPresent()) {
      StatementKeys keys = StatementKeys.of(key, Home.here());
      Files.write(statement.get(), keys.sign(said(prediction, now, expires)).toByteArray());
    }
    if (put) {
      try (TrustClient client = TrustClient.open(Home.here(), trust.place())) {
        client.register(prediction.referenceValues(expires));
      }
    }
    if (json) {
      out.println(prediction.json().compact());
    } else {
      prediction.lines().forEach(out::println);
    }
    out.flush();
  }

  private ReferenceSet said(Prediction prediction, Instant now, Instant expires) throws Failure {
    try {
      return prediction.statement(
          ReferenceSource.setName(set.orElse(prediction.tee())),
          ReferenceSource.version(version.orElse(now.getEpochSecond())),
          now,
          expires,
          options());
    } catch (FormatException e) {
      throw new Failure("--set, --set-version: " + e.getMessage(), e);
    }
  }

  /// The options that were given and that the prediction depends on, by their names. Of files the
  /// names only: their content is among the inputs.
  private Json.Obj options() {
    Map<String, Json> given = new TreeMap<>();
    if (command != null) {
      for (OptionSpec option : command.commandLine().getParseResult().matchedOptions()) {
        boolean output = option.userObject() instanceof Field field && isOutput(field);
        if (!output && !option.originalStringValues().isEmpty()) {
          given.put(option.longestName().replaceFirst("^--", ""), value(option));
        }
      }
    }
    return Json.object(given);
  }

  private static boolean isOutput(Field field) {
    return OUTPUT.contains(field.getDeclaringClass());
  }

  private static Json value(OptionSpec option) {
    String text = String.join(",", option.originalStringValues());
    boolean file = option.paramLabel().toUpperCase(Locale.ROOT).contains("FILE");
    return Json.of(file ? String.valueOf(Path.of(text).getFileName()) : text);
  }
}
