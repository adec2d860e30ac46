package io.vouchsafe.bench;

import com.sun.management.ThreadMXBean;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.rego.Capabilities;
import io.vouchsafe.rego.Evaluation;
import io.vouchsafe.rego.HostFunction;
import io.vouchsafe.rego.NullValue;
import io.vouchsafe.rego.ObjectValue;
import io.vouchsafe.rego.Policy;
import io.vouchsafe.rego.Query;
import io.vouchsafe.rego.RegoException;
import io.vouchsafe.rego.Source;
import io.vouchsafe.rego.Value;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Evaluation of policies, beside OPA and regorus if asked for: processor time of a whole process,
/// collecting garbage included, in short turns one after the other, so that other load hits all
/// alike.
final class PolicyBench {
  private static final List<String> MODES = List.of("parsed", "text");
  private static final int TURNS = 9;
  private static final double TURN_MICROS = 20_000;
  private static final int WARM_UP_TURNS = 60;
  private static final int PEER_WARM_UP_TURNS = 10;
  private static final int COMPILATIONS = 10;
  private static final int WARM_UP_COMPILATIONS = 60;
  private static final long THROUGHPUT_NANOS = 2_000_000_000L;
  private static final double GOAL_RATIO = 0.5;
  private static final double GOAL_COMPILE_MILLIS = 100;
  private static final String LOOK_UP = "query_reference_value";
  private static final Capabilities CAPABILITIES =
      Capabilities.of(InstantSource.fixed(Instant.EPOCH), System::nanoTime, new Random(1));

  private final int runs;
  private final Path root;
  private final boolean withPeers;
  private final List<Figure> figures = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  /// @param root of the checkout
  PolicyBench(int runs, Path root, boolean withPeers) {
    this.runs = runs;
    this.root = root;
    this.withPeers = withPeers;
  }

  /// One sample, ready.
  ///
  /// @param value the input
  private record Ready(
      PolicySample sample,
      Policy policy,
      Query query,
      Value value,
      ObjectValue data,
      Map<String, HostFunction> host) {

    static Ready of(PolicySample sample) throws FormatException, RegoException {
      ObjectValue references = (ObjectValue) Value.of(sample.references());
      HostFunction lookUp =
          operands ->
              Optional.of(
                  Optional.ofNullable(references.get(operands.getFirst())).orElse(NullValue.NULL));
      Policy policy = compiled(sample);
      return new Ready(
          sample,
          policy,
          policy.query(sample.query()),
          parsed(sample),
          (ObjectValue) Value.of(sample.data()),
          Map.of(LOOK_UP, lookUp));
    }

    static Policy compiled(PolicySample sample) throws RegoException {
      return Policy.compile(
          List.of(Source.of(sample.name() + ".rego", sample.module())), Map.of(LOOK_UP, 1));
    }

    static Value parsed(PolicySample sample) throws FormatException {
      return Value.of(Json.parse(sample.input(), JsonLimits.MESSAGE));
    }

    Value evaluate(Value input) throws RegoException {
      return query
          .evaluate(Evaluation.of(input, CAPABILITIES).withData(data).withHost(host))
          .value()
          .orElse(NullValue.NULL);
    }

    void evaluate(String mode, int count) throws RegoException, FormatException {
      boolean text = mode.equals("text");
      for (int i = 0; i < count; i++) {
        evaluate(text ? parsed(sample) : value);
      }
    }

    /// Processor time of one evaluation in microseconds.
    double micros(String mode, int count) throws RegoException, FormatException {
      long start = ProcessorTime.nanos();
      evaluate(mode, count);
      return (ProcessorTime.nanos() - start) / 1e3 / count;
    }
  }

  Report run() throws IOException, BenchException, FormatException {
    List<PolicySample> samples = PolicySample.all();
    try {
      firstCompilation(samples.getLast());
      List<Ready> ready = new ArrayList<>();
      for (PolicySample sample : samples) {
        ready.add(Ready.of(sample));
      }
      List<PolicyPeer> peers = new ArrayList<>();
      try (Scratch scratch = Scratch.create()) {
        if (withPeers) {
          startPeers(peers, samples, scratch.folder());
        }
        for (Ready one : ready) {
          agree(one, peers);
          for (String mode : MODES) {
            compare(one, mode, peers);
          }
        }
      } finally {
        for (PolicyPeer peer : peers) {
          peer.close();
        }
      }
      compilation(samples.getLast());
      throughput(ready.getLast());
      figures.addAll(new PolicyScale(runs).figures());
    } catch (RegoException e) {
      throw new BenchException("a sample cannot be evaluated", e);
    }
    notes.add("parsed: the input is a value already; text: it is JSON, and parsing is included");
    notes.add("processor time of the whole process; medians of " + TURNS + " turns a run");
    return new Report("policy", figures, notes);
  }

  private void startPeers(List<PolicyPeer> peers, List<PolicySample> samples, Path folder)
      throws IOException, BenchException {
    for (PolicySample sample : samples) {
      sample.write(folder);
    }
    for (PolicyPeer.Kind kind : PolicyPeer.Kind.ALL) {
      PolicyPeer.start(kind, root, folder, notes).ifPresent(peers::add);
    }
  }

  /// All engines must answer the same, and what is expected, or one of them does less.
  private static void agree(Ready ready, List<PolicyPeer> peers)
      throws IOException, BenchException, FormatException, RegoException {
    Value ours = ready.evaluate(ready.value);
    if (!ours.toString().contains(ready.sample.expected())) {
      throw new BenchException(ready.sample.name() + ": " + ours);
    }
    for (PolicyPeer peer : peers) {
      Value theirs = Value.of(Json.parse(peer.answer(ready.sample.name()), JsonLimits.MESSAGE));
      if (!theirs.equals(ours)) {
        throw new BenchException(
            "%s: we say %s, %s says %s".formatted(ready.sample.name(), ours, peer.name(), theirs));
      }
    }
  }

  /// Somebody who evaluates.
  private interface Contender {
    OptionalDouble micros(int count)
        throws IOException, BenchException, RegoException, FormatException;
  }

  private record Lane(String name, Contender contender, int count, List<Double> perRun) {}

  private void compare(Ready ready, String mode, List<PolicyPeer> peers)
      throws IOException, BenchException, FormatException, RegoException {
    for (int i = 0; i < WARM_UP_TURNS; i++) {
      ready.evaluate(mode, countFor(ready.micros(mode, 10)));
    }
    List<Lane> lanes = new ArrayList<>();
    Contender ours = count -> OptionalDouble.of(ready.micros(mode, count));
    lanes.add(new Lane("", ours, countFor(ready.micros(mode, 100)), new ArrayList<>()));
    for (PolicyPeer peer : peers) {
      for (String variant : peer.modes()) {
        Contender theirs = count -> peer.micros(ready.sample.name(), mode + variant, count);
        OptionalDouble once = theirs.micros(50);
        if (once.isPresent()) {
          int count = countFor(once.getAsDouble());
          for (int i = 0; i < PEER_WARM_UP_TURNS; i++) {
            theirs.micros(count);
          }
          lanes.add(new Lane(peer.name() + variant, theirs, count, new ArrayList<>()));
        }
      }
    }
    for (int run = 0; run < runs; run++) {
      double[][] turns = new double[lanes.size()][TURNS];
      for (int turn = 0; turn < TURNS; turn++) {
        for (int i = 0; i < turns.length; i++) {
          Lane lane = lanes.get(i);
          turns[i][turn] = lane.contender.micros(lane.count).orElseThrow();
        }
      }
      for (int i = 0; i < turns.length; i++) {
        lanes.get(i).perRun.add(median(turns[i]));
      }
    }
    report(ready, mode, lanes);
  }

  private void report(Ready ready, String mode, List<Lane> lanes)
      throws RegoException, FormatException {
    String name = ready.sample.what() + ", " + mode;
    figures.add(Figure.of(name, "µs", lanes.getFirst().perRun));
    List<Double> ratios = new ArrayList<>();
    for (int run = 0; run < runs && lanes.size() > 1; run++) {
      int at = run;
      double fastest =
          lanes.stream().skip(1).mapToDouble(lane -> lane.perRun.get(at)).min().orElseThrow();
      ratios.add(lanes.getFirst().perRun.get(run) / fastest);
    }
    lanes.stream()
        .skip(1)
        .forEach(lane -> figures.add(Figure.of(name + ", " + lane.name, "µs", lane.perRun)));
    if (!ratios.isEmpty()) {
      figures.add(Figure.of(name + ", against the fastest", "x", ratios).atMost(GOAL_RATIO));
    }
    figures.add(Figure.of(name + ", allocated", "KiB", List.of(allocated(ready, mode) / 1024)));
  }

  private static double allocated(Ready ready, String mode) throws RegoException, FormatException {
    if (!(ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads)) {
      throw new IllegalStateException("this runtime does not count allocations");
    }
    int count = 100;
    long start = threads.getCurrentThreadAllocatedBytes();
    ready.evaluate(mode, count);
    return (double) (threads.getCurrentThreadAllocatedBytes() - start) / count;
  }

  /// Nothing of the engine was loaded before.
  private void firstCompilation(PolicySample sample) throws RegoException {
    long wall = System.nanoTime();
    long start = ProcessorTime.nanos();
    Ready.compiled(sample).query(sample.query());
    figures.add(
        millis(
            "compile " + sample.what() + ": first in the JVM, processor time",
            ProcessorTime.nanos() - start));
    figures.add(
        millis("compile " + sample.what() + ": first in the JVM, wall", System.nanoTime() - wall));
  }

  private static Figure millis(String name, long nanos) {
    return Figure.of(name, "ms", List.of(nanos / 1e6));
  }

  private void compilation(PolicySample sample) throws RegoException {
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < WARM_UP_COMPILATIONS; i++) {
      Ready.compiled(sample);
    }
    for (int run = 0; run < runs; run++) {
      long start = ProcessorTime.nanos();
      for (int i = 0; i < COMPILATIONS; i++) {
        Ready.compiled(sample).query(sample.query());
      }
      values.add((ProcessorTime.nanos() - start) / 1e6 / COMPILATIONS);
    }
    figures.add(
        Figure.of("compile " + sample.what() + ": warm", "ms", values).atMost(GOAL_COMPILE_MILLIS));
  }

  private void throughput(Ready ready) throws BenchException {
    int cores = Runtime.getRuntime().availableProcessors();
    for (int threads = 1; threads <= Math.max(2, cores); threads *= 2) {
      List<Double> values = new ArrayList<>();
      for (int run = 0; run < runs; run++) {
        values.add(perSecond(ready, threads));
      }
      figures.add(
          Figure.of(
              "%s: %d %s"
                  .formatted(ready.sample.what(), threads, threads == 1 ? "thread" : "threads"),
              "/s",
              values));
    }
  }

  private static double perSecond(Ready ready, int threads) throws BenchException {
    long end = System.nanoTime() + THROUGHPUT_NANOS;
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<Long>> all = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        all.add(
            pool.submit(() -> {
              long count = 0;
              while (System.nanoTime() < end) {
                ready.evaluate(ready.value);
                count++;
              }
              return count;
            }));
      }
      long count = 0;
      for (Future<Long> one : all) {
        count += one.get();
      }
      return count * 1e9 / THROUGHPUT_NANOS;
    } catch (ExecutionException e) {
      throw new BenchException("an evaluation failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }

  private static int countFor(double micros) {
    return (int) Math.clamp(TURN_MICROS / micros, 1, 100_000);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
