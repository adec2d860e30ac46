package io.vouchsafe.cli;

import io.vouchsafe.appraisal.ReferenceSource;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.manifest.ConstellationVariant;
import io.vouchsafe.appraisal.statement.ReferenceSet;
import io.vouchsafe.appraisal.statement.SignedReferenceSet;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "diff",
    description = {
      "Show which values differ between A and B, and which guests would be refused if B took A's place:",
      "those of recent decisions that pass now. A and B are statements, bundles or other files of",
      "reference values, whoever signed them, or 'server': what is in force."
    })
final class ReferenceDiffCommand implements Callable<Integer> {
  private static final String SERVER = "server";
  private static final int MAX_LAST = 100_000;

  @Spec CommandSpec spec;

  @ParentCommand ReferenceValueCommand parent;

  @Parameters(index = "0", paramLabel = "A")
  String first = "";

  @Parameters(index = "1", paramLabel = "B")
  String second = "";

  @Option(
      names = "--last",
      defaultValue = "1000",
      paramLabel = "N",
      description =
          "How many of the newest records are looked at; 0: none. Default ${DEFAULT-VALUE}.")
  int last;

  @Option(names = "--since", paramLabel = "T", description = "Only records of the last 12h, 7d, ….")
  Optional<String> since = Optional.empty();

  @Option(
      names = "--variant",
      paramLabel = "V",
      description = "Of measurements of Constellation, those of this attestation variant.")
  Optional<String> variant = Optional.empty();

  @Mixin TenantTrustOptions trust = new TenantTrustOptions();

  /// One side.
  ///
  /// @param bundle its name, if it is one
  private record Side(List<ReferenceValue> values, boolean server, Optional<String> bundle) {}

  @Override
  public Integer call() throws IOException, FormatException, RefusedException, Failure {
    if (last < 0 || last > MAX_LAST) {
      throw new Failure("--last takes 0 to " + MAX_LAST);
    }
    boolean asks = first.equals(SERVER) || second.equals(SERVER) || last > 0;
    if (!asks) {
      show(
          ReferenceDiff.of(side(first, List.of()).values(), side(second, List.of()).values()),
          Optional.empty());
      return 0;
    }
    try (TrustClient client = TrustClient.open(Home.here(), trust.place())) {
      List<ReferenceValue> inForce = client.valuesInForce(Instant.now());
      Side a = side(first, inForce);
      Side b = side(second, inForce);
      show(
          ReferenceDiff.of(a.values(), b.values()),
          last == 0 || b.server()
              ? Optional.empty()
              : Optional.of(forecast(client, inForce, a, b)));
    }
    return 0;
  }

  private Side side(String what, List<ReferenceValue> inForce)
      throws IOException, FormatException, RefusedException, Failure {
    if (what.equals(SERVER)) {
      return new Side(inForce, true, Optional.empty());
    }
    Path file = Path.of(what);
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new Failure("cannot read " + what);
    }
    Bytes content = Bytes.of(Files.readAllBytes(file));
    try {
      if (ReferenceFile.isSigned(content)) {
        ReferenceSet set = SignedReferenceSet.parse(content).unverifiedContent();
        boolean bundle = set.kind() == ReferenceSet.Kind.BUNDLE;
        return new Side(set.values(), false, bundle ? Optional.of(set.name()) : Optional.empty());
      }
      return new Side(read(content, what).values(), false, Optional.empty());
    } catch (FormatException e) {
      throw new Failure(what + ": " + e.getMessage(), e);
    }
  }

  private ReferenceFile read(Bytes content, String name)
      throws FormatException, RefusedException, Failure {
    Optional<ConstellationVariant> wanted =
        variant.isEmpty()
            ? Optional.empty()
            : Optional.of(ConstellationVariant.parse(variant.get()));
    Instant now = Instant.now();
    return ReferenceFile.read(
        content,
        new ReferenceFile.Use(
            String.valueOf(Path.of(name).getFileName()), now.plus(Duration.ofDays(1)), wanted),
        now,
        new ReferenceFile.Trust(List.of(), List.of(), Optional.empty(), true));
  }

  private GuestForecast forecast(TrustClient client, List<ReferenceValue> inForce, Side a, Side b)
      throws IOException, FormatException, Failure {
    List<ReferenceValue> then = new ArrayList<>(b.values());
    then.addAll(then(inForce, a, b));
    GuestForecast forecast = new GuestForecast(inForce, then, Instant.now());
    Instant from =
        since.isEmpty()
            ? Instant.EPOCH
            : Instant.now().minus(Durations.parse("--since", since.get()));
    for (Json.Obj entry : client.ledger(Math.max(0, client.ledgerSize() - last))) {
      if (!Instant.parse(entry.string("at")).isBefore(from)) {
        forecast.add(entry);
      }
    }
    return forecast;
  }

  /// What stays in force beside B. In place of A's values where A is a file; where it is the
  /// server, in place of what it has under the names of B, or of what came with earlier versions of
  /// the bundle that B is.
  private static List<ReferenceValue> then(List<ReferenceValue> inForce, Side a, Side b) {
    if (!a.server()) {
      Set<ReferenceDiff.Named> gone = ReferenceDiff.named(a.values());
      return inForce.stream()
          .filter(value -> !gone.containsAll(ReferenceDiff.named(List.of(value))))
          .toList();
    }
    if (b.bundle().isPresent()) {
      return inForce.stream()
          .filter(value -> !value.source().map(ReferenceSource::set).equals(b.bundle()))
          .toList();
    }
    Set<String> names =
        b.values().stream()
            .map(ReferenceValue::name)
            .collect(Collectors.toCollection(TreeSet::new));
    return inForce.stream().filter(value -> !names.contains(value.name())).toList();
  }

  private void show(ReferenceDiff diff, Optional<GuestForecast> forecast) {
    PrintWriter out = spec.commandLine().getOut();
    if (parent.json) {
      out.println(
          Json.object()
              .put("values", diff.json())
              .putIf("guests", forecast.map(GuestForecast::json))
              .build()
              .compact());
    } else {
      diff.lines().forEach(line -> out.println(Shown.line(line)));
      forecast.ifPresent(guests -> guests.lines().forEach(line -> out.println(Shown.line(line))));
    }
    out.flush();
  }
}
