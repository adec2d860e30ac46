package io.vouchsafe.trust.server;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/// Counters in the names of the reference broker (specs/kbs-protocol §8). The path of a resource is
/// no label here: it would leak names and grow without bound.
final class Metrics {
  private static final double[] DURATION_BOUNDS = {0.0005, 0.001, 0.005, 0.01, 0.05, 0.5, 1};
  private static final double[] SIZE_BOUNDS = {32, 128, 512, 2048, 8192};
  private static final double NANOS_PER_SECOND = 1e9;

  private final ConcurrentMap<Series, LongAdder> counters = new ConcurrentHashMap<>();
  private final Histogram duration =
      new Histogram("kbs_http_request_duration_seconds", "Time to answer", DURATION_BOUNDS);
  private final Histogram requestSize =
      new Histogram("kbs_http_request_size_bytes", "Sizes of request bodies", SIZE_BOUNDS);
  private final Histogram responseSize =
      new Histogram("kbs_http_response_size_bytes", "Sizes of answer bodies", SIZE_BOUNDS);
  private final LongAdder active = new LongAdder();
  private final String version;

  Metrics(String version) {
    this.version = version;
    for (Counter counter : Counter.values()) {
      if (counter.label.isEmpty()) {
        counters.put(new Series(counter, ""), new LongAdder());
      }
    }
  }

  /// The counters there are.
  enum Counter {
    ATTESTATION_ERRORS("kbs_attestation_errors_total", "Failed attempts to attest", ""),
    ATTESTATION_FAILURES("kbs_attestation_failures_total", "Evidence refused", "tee_type"),
    ATTESTATION_REQUESTS("kbs_attestation_requests_total", "Attempts to attest", ""),
    ATTESTATION_SUCCESSES("kbs_attestation_successes_total", "Evidence verified", "tee_type"),
    AUTH_ERRORS("kbs_auth_errors_total", "Failed requests for a challenge", ""),
    AUTH_REQUESTS("kbs_auth_requests_total", "Requests for a challenge", ""),
    AUTH_SUCCESSES("kbs_auth_successes_total", "Challenges given", ""),
    HTTP_REQUESTS("kbs_http_requests_total", "Requests", ""),
    PLUGIN_ERRORS("kbs_plugin_errors_total", "Requests that a plugin failed", "plugin_name"),
    PLUGIN_REQUESTS("kbs_plugin_requests_total", "Requests to a plugin", "plugin_name"),
    POLICY_APPROVALS("kbs_policy_approvals_total", "Releases that the policy allowed", ""),
    POLICY_ERRORS("kbs_policy_errors_total", "Releases that no policy could decide", ""),
    POLICY_EVALUATIONS("kbs_policy_evaluations_total", "Releases that a policy was asked for", ""),
    POLICY_VIOLATIONS("kbs_policy_violations_total", "Releases that the policy denied", ""),
    RESOURCE_DELETES("kbs_resource_deletes_total", "Resources deleted", ""),
    RESOURCE_READS("kbs_resource_reads_total", "Resources released", ""),
    RESOURCE_WRITES("kbs_resource_writes_total", "Resources put", ""),
    REFUSALS("vouchsafe_refusals_total", "Refusals by code", "code");

    private final String name;
    private final String help;
    private final String label;

    Counter(String name, String help, String label) {
      this.name = name;
      this.help = help;
      this.label = label;
    }
  }

  private record Series(Counter counter, String value) {}

  void count(Counter counter) {
    count(counter, "");
  }

  /// @param value of the counter's label: one of a bounded set, never text from outside
  void count(Counter counter, String value) {
    counters.computeIfAbsent(new Series(counter, value), _ -> new LongAdder()).increment();
  }

  void began() {
    active.increment();
  }

  void ended(Duration took, int requestBytes, int responseBytes) {
    active.decrement();
    count(Counter.HTTP_REQUESTS);
    duration.observe(took.toNanos() / NANOS_PER_SECOND);
    requestSize.observe(requestBytes);
    responseSize.observe(responseBytes);
  }

  /// The Prometheus text.
  String text() {
    StringBuilder text = new StringBuilder(4096);
    Map<Counter, Map<String, Long>> byCounter = new TreeMap<>();
    counters.forEach((series, count) ->
        byCounter
            .computeIfAbsent(series.counter(), _ -> new TreeMap<>())
            .put(series.value(), count.sum()));
    byCounter.forEach((counter, values) -> {
      head(text, counter.name, counter.help, "counter");
      values.forEach((value, count) -> {
        text.append(counter.name);
        if (!counter.label.isEmpty()) {
          text.append('{').append(counter.label).append("=\"").append(value).append("\"}");
        }
        text.append(' ').append(count).append('\n');
      });
    });
    head(text, "kbs_build_info", "The build", "gauge");
    text.append("kbs_build_info{version=\"").append(version).append("\"} 1\n");
    head(text, "kbs_http_active_connections", "Requests being answered", "gauge");
    text.append("kbs_http_active_connections ").append(active.sum()).append('\n');
    duration.append(text);
    requestSize.append(text);
    responseSize.append(text);
    return text.toString();
  }

  private static void head(StringBuilder text, String name, String help, String type) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  /// Counts per bound and their sum. The lock guards all three fields.
  private static final class Histogram {
    private final String name;
    private final String help;
    private final double[] bounds;
    private final long[] counts;
    private double sum;

    Histogram(String name, String help, double[] bounds) {
      this.name = name;
      this.help = help;
      this.bounds = bounds;
      this.counts = new long[bounds.length + 1];
    }

    synchronized void observe(double value) {
      int bucket = 0;
      while (bucket < bounds.length && value > bounds[bucket]) {
        bucket++;
      }
      counts[bucket]++;
      sum += value;
    }

    synchronized void append(StringBuilder text) {
      head(text, name, help, "histogram");
      long total = 0;
      for (int i = 0; i < bounds.length; i++) {
        total += counts[i];
        text.append(name).append("_bucket{le=\"").append(number(bounds[i])).append("\"} ");
        text.append(total).append('\n');
      }
      total = Arrays.stream(counts).sum();
      text.append(name).append("_bucket{le=\"+Inf\"} ").append(total).append('\n');
      text.append(name).append("_sum ").append(number(sum)).append('\n');
      text.append(name).append("_count ").append(total).append('\n');
    }

    private static String number(double value) {
      return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
  }
}
