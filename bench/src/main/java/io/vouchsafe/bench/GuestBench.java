package io.vouchsafe.bench;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.guest.image.PodVm;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The guest: how long it takes until its agent has a key, against a busybox init on the same
/// machine with the same kernel and firmware; what the agent takes of memory; how large the pod VM
/// is; how long a whole run takes.
///
/// The busybox init is that of the recording boot, which a run makes by itself for a size of
/// machine that it never saw; each run gets a size of its own.
final class GuestBench {
  private static final double GOAL_BOOT = 8;
  private static final double GOAL_AGENT_MIB = 64;
  private static final double GOAL_ROOT_MB = 120;
  private static final double GOAL_INITRD_MB = 8;
  private static final double GOAL_RUN = 75;
  private static final double GOAL_DEMO = 300;

  private static final int FIRST_MEMORY = 1025;
  private static final int IMAGE_BYTES = 9 << 20;
  private static final Path BUSYBOX = Path.of("/bin/busybox");
  private static final double NANOS = 1e9;
  private static final double MILLIS = 1e3;
  private static final double MEGA = 1e6;
  private static final double KIB_PER_MIB = 1024;

  private static final String BASELINE = "vouchsafe-recording begin";
  private static final String KEY_MADE = "key made";

  private final Product product;
  private final int runs;
  private final List<Double> baseline = new ArrayList<>();
  private final List<Double> key = new ArrayList<>();
  private final List<Double> behind = new ArrayList<>();
  private final List<Double> behindCpu = new ArrayList<>();
  private final List<Double> resident = new ArrayList<>();
  private final List<Double> wall = new ArrayList<>();

  GuestBench(Product product, int runs) {
    this.product = product;
    this.runs = runs;
  }

  Report run() throws IOException, BenchException, FormatException, RefusedException {
    try (Scratch scratch = Scratch.create()) {
      Path layout = scratch.folder().resolve("image");
      SampleImage.small(layout, BUSYBOX, IMAGE_BYTES);
      String image = "oci:" + layout + ":" + SampleImage.TAG;
      for (int run = 0; run < runs; run++) {
        measure(scratch.home(), image, (FIRST_MEMORY + run) + "M");
      }
      PodVm podVm = podVm(scratch.home().resolve("podvm"));
      return report(Files.size(podVm.root()), Files.size(podVm.initrd()));
    }
  }

  private void measure(Path home, String image, String memory)
      throws IOException, BenchException, FormatException {
    Json.Obj document;
    try (Consoles consoles = Consoles.watch(home.resolve("vms"))) {
      document = json(home, List.of("run", "--json", "--memory", memory, image));
      Consoles.Line init = line(consoles.first("recording-", BASELINE), BASELINE);
      Consoles.Line agent = line(consoles.first("run-", KEY_MADE), KEY_MADE);
      baseline.add(seconds(init));
      key.add(seconds(agent));
      behind.add(seconds(agent) - seconds(init));
      behindCpu.add(agent.cpuSeconds() - init.cpuSeconds());
    }
    String kib = document.object("agent").string("VmRSS");
    resident.add(Double.parseDouble(kib.replaceAll("[^0-9]", "")) / KIB_PER_MIB);
    long start = System.nanoTime();
    json(home, List.of("run", "--json", "--memory", memory, image));
    wall.add((System.nanoTime() - start) / NANOS);
  }

  private static Consoles.Line line(Optional<Consoles.Line> found, String text)
      throws BenchException {
    return found.orElseThrow(() -> new BenchException("no machine printed '" + text + "'"));
  }

  private static double seconds(Consoles.Line line) {
    return line.after().toMillis() / MILLIS;
  }

  /// Runs a command that prints one JSON document.
  private Json.Obj json(Path home, List<String> arguments) throws IOException, BenchException {
    Process process =
        product.command(home, arguments).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new BenchException("%s failed: %s".formatted(arguments, text));
      }
      return Json.parse(text, JsonLimits.MESSAGE).asObject("document");
    } catch (FormatException e) {
      throw new BenchException("%s printed '%s'".formatted(arguments, text), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }

  private static PodVm podVm(Path cache) throws IOException, BenchException, FormatException {
    try (Stream<Path> tree = Files.walk(cache, 2)) {
      Optional<Path> manifest = tree.filter(path -> path.endsWith(PodVm.MANIFEST)).findFirst();
      return PodVm.read(
          manifest
              .map(Path::getParent)
              .orElseThrow(() -> new BenchException("no pod VM in " + cache)));
    }
  }

  private Report report(long root, long initrd) {
    return new Report(
        "guest",
        List.of(
            Figure.of("firmware and kernel to a busybox init's first line", "s", baseline),
            Figure.of("the same to our agent's first key", "s", key),
            Figure.of("  more", "s", behind).atMost(GOAL_BOOT),
            Figure.of("  CPU of the hypervisor for that", "s", behindCpu),
            Figure.of("agent resident, container running", "MiB", resident).atMost(GOAL_AGENT_MIB),
            Figure.of("root image", "MB", List.of(root / MEGA)).atMost(GOAL_ROOT_MB),
            Figure.of("initramfs", "MB", List.of(initrd / MEGA)).atMost(GOAL_INITRD_MB),
            Figure.of("run of a 10 MB image, everything cached", "s", wall).atMost(GOAL_RUN)),
        List.of("from the start of the hypervisor's process, by lines on the serial console"));
  }

  /// The demo on a home that was never used, the pod VM built inside.
  Report demo() throws IOException, BenchException {
    List<Double> demos = new ArrayList<>();
    for (int run = 0; run < runs; run++) {
      try (Scratch scratch = Scratch.create()) {
        long start = System.nanoTime();
        json(scratch.home(), List.of("demo", "--json"));
        demos.add((System.nanoTime() - start) / NANOS);
      }
    }
    return new Report(
        "demo",
        List.of(Figure.of("demo, its pod VM built inside", "s", demos).atMost(GOAL_DEMO)),
        List.of("a new home each time; packages and libraries present"));
  }
}
