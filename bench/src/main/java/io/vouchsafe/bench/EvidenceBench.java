package io.vouchsafe.bench;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import com.sun.management.ThreadMXBean;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.verdict.RefusedException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Security;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// One verification of hardware evidence, parsing included, against one ECDSA verification by
/// AWS-LC: processor time of one thread, in short turns one after the other, so that other load
/// hits all alike.
final class EvidenceBench {
  private static final int TURNS = 15;
  private static final int WARM_UP_TURNS = 400;
  private static final double GOAL_KNOWN_QUOTE = 2.5;
  private static final double GOAL_NEW_QUOTE = 11;
  private static final double GOAL_KNOWN_CHIP = 0.65;
  private static final double GOAL_NEW_CHIP = 2;

  private final int runs;
  private final EvidenceSamples samples;

  /// @param vectors a folder of real evidence, or none for simulated
  EvidenceBench(int runs, Optional<Path> vectors) throws BenchException {
    this.runs = runs;
    try {
      samples = EvidenceSamples.of(vectors);
    } catch (java.io.IOException | FormatException | GeneralSecurityException e) {
      throw new BenchException("no evidence to measure with", e);
    }
  }

  /// Something that is done several times in a turn.
  ///
  /// @param perTurn how often
  record Task(int perTurn, Work work) {}

  /// One verification.
  @FunctionalInterface
  interface Work {
    void run(int index) throws GeneralSecurityException, FormatException, RefusedException;
  }

  /// Work that is measured against a yardstick.
  ///
  /// @param begin before each turn, not measured
  private record Measured(String name, Runnable begin, Task task, Optional<Double> goal) {}

  Report run() throws BenchException {
    List<Figure> figures = new ArrayList<>();
    try {
      // First without, or the compiled code would know only one provider at the end.
      figures.addAll(quotes("without AWS-LC", false));
      figures.addAll(chips("without AWS-LC", false));
      Security.insertProviderAt(AmazonCorrettoCryptoProvider.INSTANCE, 1);
      figures.addAll(quotes("with AWS-LC", true));
      figures.addAll(chips("with AWS-LC", true));
      figures.addAll(allocation());
    } catch (GeneralSecurityException | FormatException | RefusedException e) {
      throw new BenchException("evidence cannot be measured", e);
    }
    return new Report(
        "evidence",
        figures,
        List.of(
            samples.what(),
            "each ratio is the median of %d turns against AWS-LC's verification in the same turn"
                .formatted(TURNS),
            "with AWS-LC: installed as first provider, as a trust server does, and used for keys"
                + " that were seen less than 24 times"));
  }

  private List<Figure> quotes(String provider, boolean goals)
      throws GeneralSecurityException, FormatException, RefusedException {
    Task yardstick = Yardstick.p256();
    List<Measured> all = new ArrayList<>();
    for (EvidenceSamples.QuoteSample sample : samples.quotes()) {
      all.add(
          new Measured(
              sample.name() + ", collateral and chain known, " + provider,
              () -> {},
              sample.known(),
              goals ? Optional.of(GOAL_KNOWN_QUOTE) : Optional.empty()));
      all.add(
          new Measured(
              sample.name() + ", nothing known, " + provider,
              () -> {},
              sample.unknown(),
              goals ? Optional.of(GOAL_NEW_QUOTE) : Optional.empty()));
    }
    return compare("AWS-LC P-256 verification, " + provider, yardstick, all);
  }

  private List<Figure> chips(String provider, boolean goals)
      throws GeneralSecurityException, FormatException, RefusedException {
    Task yardstick = Yardstick.p384();
    EvidenceSamples.ChipSample chips = samples.chips();
    List<Measured> all =
        List.of(
            new Measured(
                "SNP, chip seen before, " + provider,
                () -> {},
                chips.known(),
                goals ? Optional.of(GOAL_KNOWN_CHIP) : Optional.empty()),
            new Measured(
                "SNP, new chip of a known product, " + provider,
                chips::forget,
                chips.unknown(),
                goals ? Optional.of(GOAL_NEW_CHIP) : Optional.empty()));
    return compare("AWS-LC P-384 verification, " + provider, yardstick, all);
  }

  private List<Figure> compare(String name, Task yardstick, List<Measured> all)
      throws GeneralSecurityException, FormatException, RefusedException {
    for (int i = 0; i < WARM_UP_TURNS; i++) {
      turn(yardstick);
      for (Measured each : all) {
        each.begin().run();
        turn(each.task());
      }
    }
    List<Double> theirs = new ArrayList<>();
    List<List<Double>> ours = new ArrayList<>();
    all.forEach(_ -> ours.add(new ArrayList<>()));
    for (int run = 0; run < runs; run++) {
      double[][] turns = new double[all.size() + 1][TURNS];
      for (int i = 0; i < TURNS; i++) {
        turns[0][i] = turn(yardstick);
        for (int j = 0; j < all.size(); j++) {
          all.get(j).begin().run();
          turns[j + 1][i] = turn(all.get(j).task()) / turns[0][i];
        }
      }
      theirs.add(median(turns[0]));
      for (int j = 0; j < all.size(); j++) {
        ours.get(j).add(median(turns[j + 1]));
      }
    }
    List<Figure> figures = new ArrayList<>();
    figures.add(Figure.of(name, "µs", theirs));
    for (int j = 0; j < all.size(); j++) {
      Figure figure = Figure.of(all.get(j).name(), "x", ours.get(j));
      figures.add(all.get(j).goal().map(figure::atMost).orElse(figure));
    }
    return figures;
  }

  private List<Figure> allocation()
      throws GeneralSecurityException, FormatException, RefusedException {
    List<Figure> figures = new ArrayList<>();
    for (EvidenceSamples.QuoteSample sample : samples.quotes()) {
      figures.add(kib(sample.name() + ", all known, allocated", allocated(sample.known())));
      figures.add(kib(sample.name() + ", nothing known, allocated", allocated(sample.unknown())));
    }
    figures.add(kib("SNP, chip seen before, allocated", allocated(samples.chips().known())));
    for (EvidenceSamples.LogSample log : samples.logs()) {
      figures.add(
          kib(
              "TDX as JSON with %d events (%d KiB), all known, allocated"
                  .formatted(log.events(), log.size() >> 10),
              allocated(log.task())));
    }
    return figures;
  }

  private static Figure kib(String name, double bytes) {
    return Figure.of(name, "KiB", List.of(bytes / 1024));
  }

  private static double allocated(Task task)
      throws GeneralSecurityException, FormatException, RefusedException {
    if (!(ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads)) {
      throw new IllegalStateException("this runtime does not count allocations");
    }
    turn(task);
    long start = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < task.perTurn(); i++) {
      task.work().run(i);
    }
    return (double) (threads.getCurrentThreadAllocatedBytes() - start) / task.perTurn();
  }

  /// Processor time of one piece of work in microseconds.
  private static double turn(Task task)
      throws GeneralSecurityException, FormatException, RefusedException {
    long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    for (int i = 0; i < task.perTurn(); i++) {
      task.work().run(i);
    }
    long end = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    return (end - start) / 1e3 / task.perTurn();
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
