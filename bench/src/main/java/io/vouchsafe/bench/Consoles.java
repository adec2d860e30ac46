package io.vouchsafe.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Watches the serial consoles of a home's machines and notes when each line came, counted from the
/// start of the machine's hypervisor, and what processor time that had used by then.
final class Consoles implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofMillis(10);
  private static final String HYPERVISOR = "qemu-system";

  private final Path machines;
  private final Thread thread;
  private final Map<String, List<Line>> lines = new HashMap<>();
  private final Map<String, Integer> read = new HashMap<>();
  private final Map<String, ProcessHandle> hypervisors = new HashMap<>();
  private volatile boolean ended;

  /// @param after since the machine's start
  /// @param cpuSeconds of the hypervisor
  /// @param text of the line
  record Line(Duration after, double cpuSeconds, String text) {}

  private Consoles(Path machines) {
    this.machines = machines;
    this.thread = Thread.ofPlatform().daemon().name("consoles").unstarted(this::watch);
  }

  /// @param machines the folder with one folder for each running machine
  static Consoles watch(Path machines) {
    Consoles consoles = new Consoles(machines);
    consoles.thread.start();
    return consoles;
  }

  /// The first line that contains `text`, on a machine whose name starts with `name`.
  synchronized Optional<Line> first(String name, String text) {
    return lines.entrySet().stream()
        .filter(machine -> machine.getKey().startsWith(name))
        .flatMap(machine -> machine.getValue().stream())
        .filter(line -> line.text().contains(text))
        .findFirst();
  }

  private void watch() {
    try {
      while (!ended) {
        look();
        Thread.sleep(INTERVAL);
      }
    } catch (InterruptedException _) {
      ended = true;
    }
  }

  private synchronized void look() {
    if (!Files.isDirectory(machines)) {
      return;
    }
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(machines)) {
      for (Path folder : folders) {
        look(folder);
      }
    } catch (NoSuchFileException _) {
      // A machine ended and took its folder along.
      return;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void look(Path folder) throws IOException {
    String name = folder.getFileName().toString();
    Path console = folder.resolve("console.log");
    Optional<ProcessHandle> hypervisor = hypervisor(name);
    Optional<Instant> start = hypervisor.flatMap(process -> process.info().startInstant());
    if (!Files.exists(console) || start.isEmpty()) {
      return;
    }
    Duration after = Duration.between(start.get(), Instant.now());
    double cpu = ProcFs.cpuSeconds(hypervisor.get().pid());
    byte[] text = Files.readAllBytes(console);
    int from = read.getOrDefault(name, 0);
    for (int at = from; at < text.length; at++) {
      if (text[at] == '\n') {
        lines
            .computeIfAbsent(name, _ -> new ArrayList<>())
            .add(new Line(after, cpu, new String(text, from, at - from, StandardCharsets.UTF_8)));
        from = at + 1;
      }
    }
    read.put(name, from);
  }

  private Optional<ProcessHandle> hypervisor(String name) {
    Optional<ProcessHandle> known = Optional.ofNullable(hypervisors.get(name));
    if (known.isPresent()) {
      return known;
    }
    Optional<ProcessHandle> found =
        ProcessHandle.allProcesses()
            .filter(process -> process.info().command().orElse("").contains(HYPERVISOR))
            .filter(process ->
                List.of(process.info().arguments().orElse(new String[0])).stream()
                    .anyMatch(word -> word.contains("/" + name + "/")))
            .findFirst();
    found.ifPresent(process -> hypervisors.put(name, process));
    return found;
  }

  @Override
  public void close() {
    ended = true;
    thread.interrupt();
  }
}
