package io.vouchsafe.bench;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A trust server in a process of its own, started as the product starts it.
final class ServerProcess implements AutoCloseable {
  private static final int END_SECONDS = 20;
  private static final String JAVA_OPTIONS = "JDK_JAVA_OPTIONS";
  private static final String RECORDING =
      "-XX:StartFlightRecording=filename=%s,settings=profile,jdk.CPUTimeSample#enabled=true,jdk.CPUTimeSample#throttle=5ms";

  private final Process process;
  private final Path home;
  private final URI url;

  private ServerProcess(Process process, Path home, URI url) {
    this.process = process;
    this.home = home;
    this.url = url;
  }

  /// Starts and waits for the line that says where it serves.
  static ServerProcess start(Product product, Path home, List<String> options)
      throws IOException, BenchException {
    return start(product, home, options, Optional.empty());
  }

  /// As above.
  ///
  /// @param recording where the JVM writes a flight recording of the whole run
  static ServerProcess start(
      Product product, Path home, List<String> options, Optional<Path> recording)
      throws IOException, BenchException {
    List<String> arguments =
        new ArrayList<>(
            List.of("trust", "serve", "--home", home.toString(), "--listen", "127.0.0.1:0"));
    arguments.addAll(options);
    ProcessBuilder command =
        product.command(home, arguments).redirectError(ProcessBuilder.Redirect.INHERIT);
    recording.ifPresent(file ->
        command.environment().put(JAVA_OPTIONS, RECORDING.formatted(file.toAbsolutePath())));
    return serving(command.start(), home);
  }

  /// Another server, started as the product's script started this one: the same Java runtime,
  /// flags, libraries and environment, except that it is not recorded.
  ///
  /// @param main a class of this bench that prints the line that the product prints
  ServerProcess beside(Class<?> main, List<String> arguments) throws IOException, BenchException {
    ProcessHandle.Info info = process.info();
    List<String> started = List.of(info.arguments().orElse(new String[0]));
    int path = started.indexOf("-cp") + 1;
    if (path == 0 || info.command().isEmpty()) {
      throw new BenchException("the system does not say how the trust server was started");
    }
    List<String> words = new ArrayList<>(List.of(info.command().get()));
    words.addAll(started.subList(0, path));
    // Behind the product's, so that its class cache still fits.
    words.add(started.get(path) + File.pathSeparator + ownClasses());
    words.add(main.getName());
    words.addAll(arguments);
    ProcessBuilder command =
        new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT);
    command.environment().clear();
    command.environment().putAll(ProcFs.environment(process.pid()));
    command.environment().remove(JAVA_OPTIONS);
    return serving(command.start(), home);
  }

  /// Where `bench/run.sh` has compiled this to.
  private static String ownClasses() {
    return System.getProperty("java.class.path", "").split(File.pathSeparator, 2)[0];
  }

  private static ServerProcess serving(Process process, Path home)
      throws IOException, BenchException {
    // Closing it is ending the process, which close() does.
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    if (line == null) {
      process.destroy();
      throw new BenchException("the server ended before it served");
    }
    try {
      URI url = URI.create(Json.parse(line, JsonLimits.MESSAGE).asObject("line").string("url"));
      return new ServerProcess(process, home, url);
    } catch (FormatException e) {
      process.destroy();
      throw new BenchException("the server printed '" + line + "'", e);
    }
  }

  URI url() {
    return url;
  }

  /// The folder with its keys and its authority's certificate.
  Path trustHome() {
    return home.resolve("trust");
  }

  double cpuSeconds() throws IOException {
    return ProcFs.cpuSeconds(process.pid());
  }

  /// Processor time of its compilers, by thread.
  Map<String, Double> compilerSeconds() throws IOException {
    return ProcFs.compilerSeconds(process.pid());
  }

  double residentMib() throws IOException {
    return ProcFs.residentMib(process.pid());
  }

  /// Ends it and waits for that.
  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
