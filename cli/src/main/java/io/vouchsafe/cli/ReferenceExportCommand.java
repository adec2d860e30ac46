package io.vouchsafe.cli;

import io.vouchsafe.appraisal.ReferenceSource;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.statement.ReferenceSet;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.Pem;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "export",
    description = {
      "Write the values in force into one signed bundle that another server can import.",
      "Whoever imports it names the key FILE.pub, which is written beside it; an older bundle is refused there."
    })
final class ReferenceExportCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @ParentCommand ReferenceValueCommand parent;

  @Parameters(paramLabel = "FILE")
  Path file = Path.of("");

  @Option(
      names = "--set",
      defaultValue = "bundle",
      paramLabel = "NAME",
      description = "Name of the bundle; the same each time. Default: ${DEFAULT-VALUE}.")
  String set = "";

  @Option(
      names = "--set-version",
      paramLabel = "N",
      description = "Grows each time. Default: seconds since 1970.")
  Optional<Long> version = Optional.empty();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Only values of NAME. Repeatable. Default: all.")
  @Nullable List<String> names;

  @Option(
      names = "--max-age",
      defaultValue = "7d",
      paramLabel = "T",
      description = "How old it may be when it is imported: 12h, 7d. Default: ${DEFAULT-VALUE}.")
  String maxAge = "";

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "The key that signs it, PKCS #8 in PEM. Default: the home's own.")
  Optional<Path> key = Optional.empty();

  @Mixin TenantTrustOptions trust = new TenantTrustOptions();

  @Override
  public Integer call() throws IOException, FormatException, Failure {
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    Home home = Home.here();
    List<ReferenceValue> values;
    try (TrustClient client = TrustClient.open(home, trust.place())) {
      values = wanted(client.valuesInForce(now));
    }
    if (values.isEmpty()) {
      throw new Failure("no such value is in force: there is nothing to export");
    }
    StatementKeys keys = StatementKeys.of(key, home);
    ReferenceSet bundle =
        new ReferenceSet(
            ReferenceSet.Kind.BUNDLE,
            ReferenceSource.setName(set),
            ReferenceSource.version(version.orElse(now.getEpochSecond())),
            now,
            now.plus(Durations.parse("--max-age", maxAge)),
            Vouchsafe.VERSION,
            Json.object().build(),
            List.of(),
            values);
    Files.write(file, keys.sign(bundle).toByteArray());
    Path publicKey = file.resolveSibling(file.getFileName() + ".pub");
    Files.writeString(
        publicKey, Pem.encode("PUBLIC KEY", Bytes.of(keys.signer().key().getEncoded())));
    PrintWriter out = spec.commandLine().getOut();
    if (parent.json) {
      out.println(
          Json.object()
              .put("file", file.toString())
              .put("publicKey", publicKey.toString())
              .put("set", bundle.name())
              .put("version", bundle.version())
              .put("expires", bundle.expires().toString())
              .put("values", values.size())
              .build()
              .compact());
      out.flush();
      return 0;
    }
    out.printf(
        "%d values as %s version %d, to be imported until %s with --signer %s%n",
        values.size(), bundle.name(), bundle.version(), bundle.expires(), publicKey);
    out.flush();
    return 0;
  }

  /// Each value once: of two entries with one value the one that lasts longer.
  private List<ReferenceValue> wanted(List<ReferenceValue> values) {
    Map<String, ReferenceValue> longest = new LinkedHashMap<>();
    for (ReferenceValue value : values) {
      if (names == null || names.contains(value.name())) {
        longest.merge(
            value.name() + "=" + value.value().canonical(),
            value,
            (one, other) -> one.expires().isBefore(other.expires()) ? other : one);
      }
    }
    return new ArrayList<>(longest.values());
  }
}
