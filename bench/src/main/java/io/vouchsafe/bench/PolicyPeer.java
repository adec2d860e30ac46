package io.vouchsafe.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/// Another engine: a program of `bench/peers` in a process of its own, which evaluates the samples
/// of a folder as often as it is told and says what processor time it took.
final class PolicyPeer implements AutoCloseable {

  /// How to make one.
  ///
  /// @param name as figures show it
  /// @param folder of its sources below `bench/peers`
  /// @param modes of evaluation: what is added to the name of a mode
  /// @param tool that builds it
  /// @param steps what the tool is told, in the folder of its copy
  /// @param program what comes out, there
  record Kind(
      String name,
      String folder,
      List<String> modes,
      String tool,
      List<List<String>> steps,
      String program) {

    static final List<Kind> ALL =
        List.of(
            new Kind(
                "OPA",
                "opa",
                List.of(""),
                "go",
                List.of(
                    List.of("go", "mod", "tidy"),
                    List.of("go", "build", "-buildvcs=false", "-o", "peer", ".")),
                "peer"),
            new Kind(
                "regorus",
                "regorus",
                List.of("", "-vm"),
                "cargo",
                List.of(List.of("cargo", "build", "--quiet", "--release")),
                "target/release/regorus-peer"));

    private boolean toolIsThere() {
      return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
          .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
    }
  }

  private final Kind kind;
  private final Process process;
  private final BufferedReader out;
  private final Writer in;

  private PolicyPeer(Kind kind, Process process) {
    this.kind = kind;
    this.process = process;
    this.out = process.inputReader();
    this.in = process.outputWriter();
  }

  /// Builds and starts one.
  ///
  /// @param root of the checkout
  /// @param samples their folder
  /// @return empty if its tool is not there; `missing` then says so
  static Optional<PolicyPeer> start(Kind kind, Path root, Path samples, List<String> missing)
      throws IOException, BenchException {
    if (!kind.toolIsThere()) {
      missing.add(kind.name + " is not measured: there is no `" + kind.tool + "`");
      return Optional.empty();
    }
    Path copy = root.resolve("bench/target/peers").resolve(kind.folder);
    copy(root.resolve("bench/peers").resolve(kind.folder), copy);
    for (List<String> step : kind.steps) {
      Path log = copy.resolveSibling(kind.folder + ".log");
      Process process =
          new ProcessBuilder(step)
              .directory(copy.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (waitFor(process) != 0) {
        missing.add(
            "%s is not measured: `%s` failed: %s"
                .formatted(kind.name, String.join(" ", step), lastLine(log)));
        return Optional.empty();
      }
    }
    Process process =
        new ProcessBuilder(copy.resolve(kind.program).toString(), samples.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    return Optional.of(new PolicyPeer(kind, process));
  }

  private static int waitFor(Process process) throws BenchException {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }

  private static String lastLine(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    return lines.isEmpty() ? "no word" : lines.getLast();
  }

  private static void copy(Path from, Path to) throws IOException {
    List<Path> files;
    try (Stream<Path> tree = Files.walk(from)) {
      files = new ArrayList<>(tree.filter(Files::isRegularFile).toList());
    }
    for (Path file : files) {
      Path copy = to.resolve(from.relativize(file));
      Files.createDirectories(copy.getParent());
      Files.copy(
          file, copy, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    }
  }

  String name() {
    return kind.name;
  }

  List<String> modes() {
    return kind.modes;
  }

  /// Processor time in microseconds of one evaluation, or empty if it cannot do that.
  OptionalDouble micros(String sample, String mode, int count) throws IOException, BenchException {
    String line = ask(sample + " " + mode + " " + count);
    return line.equals("none")
        ? OptionalDouble.empty()
        : OptionalDouble.of(Long.parseLong(line) / 1e3 / count);
  }

  /// What it answers, as JSON.
  String answer(String sample) throws IOException, BenchException {
    return ask(sample + " result 1");
  }

  private String ask(String request) throws IOException, BenchException {
    in.write(request + "\n");
    in.flush();
    String line = out.readLine();
    if (line == null) {
      throw new BenchException(kind.name + " ended at `" + request + "`");
    }
    return line;
  }

  @Override
  public void close() throws IOException {
    in.close();
    process.destroy();
  }
}
