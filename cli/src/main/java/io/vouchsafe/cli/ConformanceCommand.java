package io.vouchsafe.cli;

import io.vouchsafe.conformance.Conformance;
import io.vouchsafe.conformance.Report;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "conformance",
    description = {
      "Run the case folders below DIR against the libraries.",
      "Exit status: 0 all as expected, 1 a case differs, 3 a kind is unknown and not skipped."
    })
final class ConformanceCommand implements Callable<Integer> {

  @Spec CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "Searched for cases.json and expected.json.")
  Path folder = Path.of(".");

  @Option(names = "--skip", paramLabel = "KIND", description = "A kind that need not be known.")
  List<String> skip = List.of();

  @Option(names = "--json", description = "Print one JSON document.")
  boolean json;

  @Override
  public Integer call() throws IOException, Failure {
    if (!Files.isDirectory(folder)) {
      throw new Failure("no folder: " + folder);
    }
    Set<String> kinds = new LinkedHashSet<>(skip);
    Report report = Conformance.run(folder, kinds);
    if (report.results().isEmpty()) {
      throw new Failure("no cases below " + folder);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? report.toJson().compact() : report.table());
    out.flush();
    return report.exitCode();
  }
}
