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
      Set.of(MeasureOutput.class, TrustOptions.class, TenantTrustOptions.class, Vouchsafe.class);

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
          "Of a statement: the key that signs it, PKCS #8 in PEM. Default: the home's own.")
  Optional<Path> key = Optional.empty();

  @Option(
      names = "--set",
      paramLabel = "NAME",
      description =
          "Of a statement: what the values are of; the same for each release. Default: the kind.")
  Optional<String> set = Optional.empty();

  @Option(
      names = "--set-version",
      paramLabel = "N",
      description =
          "Of a statement: grows with each release. Default: seconds since 1970; with --put only what changed is a new one.")
  Optional<Long> version = Optional.empty();

  @Option(
      names = "--put",
      description =
          "Sign one statement, as --statement does, and register it with the trust server, unless it is in force there.")
  boolean put;

  @Option(
      names = "--replace",
      description = "With --put: take the values of older versions of the set out of force.")
  boolean replace;

  @Option(
      names = "--days",
      paramLabel = "N",
      description = "How long reference values are in force. Default 30.")
  int days = 30;

  @Mixin TenantTrustOptions trust = new TenantTrustOptions();

  void show(Prediction prediction, PrintWriter out) throws IOException, FormatException, Failure {
    if (days < 1 || days > MAX_DAYS) {
      throw new Failure("--days takes 1 to " + MAX_DAYS);
    }
    boolean said = statement.isPresent() || put;
    if (!said && (key.isPresent() || set.isPresent() || version.isPresent())) {
      throw new Failure("--key, --set and --set-version belong to --statement FILE or --put");
    }
    if (replace && !put) {
      throw new Failure("--replace belongs to --put");
    }
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    if (referenceValues.isPresent()) {
      Instant expires = now.plus(Duration.ofDays(days));
      Files.writeString(referenceValues.get(), prediction.document(expires).compact() + "\n");
    }
    if (said) {
      say(release(prediction), now);
    }
    if (json) {
      out.println(prediction.json().compact());
    } else {
      prediction.lines().forEach(out::println);
    }
    out.flush();
  }

  /// Signs it, registers it, writes it: what is written is what is in force, if both are asked for.
  private void say(Registration.Release release, Instant now)
      throws IOException, FormatException, Failure {
    StatementKeys keys = StatementKeys.of(key, Home.here());
    ReferenceSet signed;
    if (put) {
      try (TrustClient client = TrustClient.open(Home.here(), trust.place())) {
        Registration.Registered done = new Registration(client, keys).register(release);
        signed = done.statement();
        report(done, keys);
      }
    } else {
      signed =
          release
              .content()
              .statement(
                  release.version().orElse(now.getEpochSecond()), now, now.plus(release.life()));
    }
    if (statement.isPresent()) {
      Files.write(statement.get(), keys.sign(signed).toByteArray());
    }
  }

  private void report(Registration.Registered done, StatementKeys keys) {
    if (command == null) {
      return;
    }
    ReferenceSet signed = done.statement();
    PrintWriter err = command.commandLine().getErr();
    err.printf(
        "statement %s version %d, signed by %s: %s%n",
        signed.name(),
        signed.version(),
        keys.signer().keyId(),
        done.before()
            ? "in force already, until " + signed.expires()
            : "%d values in force by it until %s, %d taken out of force"
                .formatted(signed.values().size(), signed.expires(), done.removed()));
    err.flush();
  }

  private Registration.Release release(Prediction prediction) throws Failure {
    Json.Obj options = options();
    try {
      String name = ReferenceSource.setName(set.orElse(prediction.tee()));
      if (version.isPresent()) {
        ReferenceSource.version(version.get());
      }
      return new Registration.Release(
          name,
          version,
          Duration.ofDays(days),
          replace,
          (number, issued, expires) ->
              prediction.statement(name, number, issued, expires, options));
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
