package io.vouchsafe.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// How long a trust server takes from its command to its first answer over HTTPS, and what it keeps
/// of memory when nobody asks it anything.
final class StartBench {
  private static final double GOAL_SECONDS = 1.0;
  private static final double GOAL_MIB = 150;
  private static final double NANOS = 1e9;

  /// After this long, what a start leaves running has ended.
  private static final Duration IDLE = Duration.ofSeconds(8);

  private final Product product;
  private final int runs;
  private final List<Double> firstWall = new ArrayList<>();
  private final List<Double> firstCpu = new ArrayList<>();
  private final List<Double> wall = new ArrayList<>();
  private final List<Double> cpu = new ArrayList<>();
  private final List<Double> resident = new ArrayList<>();

  StartBench(Product product, int runs) {
    this.product = product;
    this.runs = runs;
  }

  Report run() throws IOException, BenchException {
    for (int run = 0; run < runs; run++) {
      try (Scratch scratch = Scratch.create()) {
        start(scratch, firstWall, firstCpu, false);
        start(scratch, wall, cpu, true);
      }
    }
    return new Report(
        "start",
        List.of(
            Figure.of("cold start to the first answer", "s", wall).atMost(GOAL_SECONDS),
            Figure.of("  CPU of it", "s", cpu),
            Figure.of("the first start of a home, which makes its keys", "s", firstWall)
                .atMost(GOAL_SECONDS),
            Figure.of("  CPU of it", "s", firstCpu),
            Figure.of("idle resident memory", "MiB", resident).atMost(GOAL_MIB)),
        List.of(
            "from the command ./vouchsafe trust serve to 200 of GET /healthz over TLS; memory %d s later"
                .formatted(IDLE.toSeconds())));
  }

  private void start(Scratch scratch, List<Double> walls, List<Double> cpus, boolean idle)
      throws IOException, BenchException {
    long begin = System.nanoTime();
    try (ServerProcess server = ServerProcess.start(product, scratch.home(), List.of())) {
      Authority authority = Authority.of(server.trustHome());
      try (BrokerConnection connection = BrokerConnection.open(server.url(), authority)) {
        connection.get("/healthz", List.of()).orFail();
      }
      walls.add((System.nanoTime() - begin) / NANOS);
      cpus.add(server.cpuSeconds());
      if (idle) {
        Thread.sleep(IDLE);
        resident.add(server.residentMib());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }
}
