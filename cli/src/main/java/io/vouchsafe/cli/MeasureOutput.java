package io.vouchsafe.cli;

import io.vouchsafe.encoding.FormatException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What becomes of a prediction.
final class MeasureOutput {
  private static final int MAX_DAYS = 3650;

  @Option(names = "--json", description = "Print one JSON document.")
  boolean json;

  @Option(
      names = "--reference-values",
      paramLabel = "FILE",
      description = "Write the measurements as reference values.")
  Optional<Path> referenceValues = Optional.empty();

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
    Instant expires = Instant.now().plus(Duration.ofDays(days));
    if (referenceValues.isPresent()) {
      Files.writeString(referenceValues.get(), prediction.document(expires).compact() + "\n");
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
}
