package io.vouchsafe.bench;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// `./vouchsafe bench WHAT`.
@Command(
    name = "bench",
    description =
        "Measure what was promised. Medians; the load of the machine is printed with them.",
    synopsisSubcommandLabel = "WHAT")
final class Bench {

  @Spec CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "This text.")
  boolean help;

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description = "One JSON document to standard output.")
  boolean json;

  @Option(
      names = "--runs",
      scope = ScopeType.INHERIT,
      defaultValue = "5",
      description = "How often each figure is measured; default ${DEFAULT-VALUE}.")
  int runs;

  /// A benchmark.
  @FunctionalInterface
  private interface Work {
    Report run() throws IOException, BenchException, FormatException, RefusedException;
  }

  public static void main(String[] arguments) {
    CommandLine line = new CommandLine(new Bench());
    line.setExecutionExceptionHandler((e, failed, _) -> {
      failed.getErr().println("bench: " + e);
      for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
        failed.getErr().println("  because of " + cause);
      }
      return 1;
    });
    System.exit(line.execute(arguments));
  }

  @Command(
      name = "server",
      description = "Processor time of a trust server for auth, attest and resource.")
  int server(
      @Option(
              names = "--exchanges",
              defaultValue = "2000",
              description = "Exchanges of one measurement; default ${DEFAULT-VALUE}.")
          int exchanges,
      @Option(
              names = "--warm-up",
              defaultValue = "16000",
              description = "Exchanges before the first one; default ${DEFAULT-VALUE}.")
          int warmUp,
      @Option(
              names = "--clients",
              defaultValue = "4",
              description = "Guests at a time; default ${DEFAULT-VALUE}.")
          int clients,
      @Option(
              names = "--recording",
              paramLabel = "FILE",
              description = "Write a flight recording of the server; costs it something.")
          Optional<Path> recording)
      throws IOException, BenchException, FormatException, RefusedException {
    return print(() ->
        new ServerBench(
                Product.here(), new ServerBench.Amount(runs, exchanges, warmUp, clients, recording))
            .run());
  }

  @Command(name = "start", description = "Cold start and idle memory of a trust server.")
  int start() throws IOException, BenchException, FormatException, RefusedException {
    return print(() -> new StartBench(Product.here(), runs).run());
  }

  @Command(
      name = "image",
      description = "Decrypting, verifying and unpacking a layer against its floor.")
  int image() throws IOException, BenchException, FormatException, RefusedException {
    return print(() -> new ImageBench(runs).run());
  }

  @Command(name = "ec", description = "ECDSA verification in Java against AWS-LC.")
  int ec() throws IOException, BenchException, FormatException, RefusedException {
    return print(() -> EcVerify.run(runs));
  }

  @Command(
      name = "evidence",
      description = "Verifying SNP reports and DCAP quotes against AWS-LC's ECDSA.")
  int evidence(
      @Option(
              names = "--vectors",
              paramLabel = "DIR",
              description =
                  "Measure with the real quotes of this folder instead of simulated ones.")
          Optional<Path> vectors)
      throws IOException, BenchException, FormatException, RefusedException {
    return print(() -> new EvidenceBench(runs, vectors).run());
  }

  @Command(name = "policy", description = "Evaluating and compiling policies in Rego.")
  int policy(
      @Option(
              names = "--peers",
              description = "Beside OPA and regorus, built from their registries: needs go, cargo.")
          boolean peers)
      throws IOException, BenchException, FormatException, RefusedException {
    return print(() -> new PolicyBench(runs, Product.here().root(), peers).run());
  }

  @Command(name = "guest", description = "Start, memory and size of the pod VM, and a whole run.")
  int guest() throws IOException, BenchException, FormatException, RefusedException {
    return print(() -> new GuestBench(Product.here(), runs).run());
  }

  @Command(name = "demo", description = "The demo on a new home.")
  int demo() throws IOException, BenchException, FormatException, RefusedException {
    return print(() -> new GuestBench(Product.here(), runs).demo());
  }

  private int print(Work work)
      throws IOException, BenchException, FormatException, RefusedException {
    PrintWriter out = spec.commandLine().getOut();
    Conditions.Watch watch = Conditions.begin();
    Report report = work.run();
    Conditions conditions = watch.end();
    if (json) {
      out.println(report.json(conditions).compact());
    } else {
      report.lines(conditions).forEach(out::println);
    }
    out.flush();
    return 0;
  }
}
