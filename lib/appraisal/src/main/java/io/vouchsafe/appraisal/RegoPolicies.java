package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.rego.Capabilities;
import io.vouchsafe.rego.Evaluation;
import io.vouchsafe.rego.HostFunction;
import io.vouchsafe.rego.ObjectValue;
import io.vouchsafe.rego.Policy;
import io.vouchsafe.rego.Query;
import io.vouchsafe.rego.RegoException;
import io.vouchsafe.rego.Source;
import io.vouchsafe.rego.StringValue;
import io.vouchsafe.rego.Value;
import io.vouchsafe.verdict.Code;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

/// Policies compiled from their text, and what they are evaluated with. Compiling takes
/// milliseconds and a policy decides again and again, so what was compiled last is remembered.
final class RegoPolicies {
  /// Longest text of a policy, in characters.
  static final int MAX_TEXT = 1 << 20;

  private static final int MAX_REMEMBERED = 4_096;

  /// Characters of all texts that are remembered: what is compiled takes some ten times as much.
  private static final int MAX_REMEMBERED_TEXT = 8 << 20;

  private static final int MAX_EXPLAINED = 2_000;

  /// How many names, and of each how many values, are recorded with a decision.
  static final int MAX_LOOKED_UP = 64;

  private static final String LOOK_UP = "query_reference_value";
  private static final String NAME = "policy.rego";

  // The lock guards the map, which reorders itself on reading, and the length of its texts.
  private static final ReentrantLock LOCK = new ReentrantLock();
  private static final SequencedMap<Asked, Compiled> REMEMBERED =
      new LinkedHashMap<>(16, 0.75f, true);
  private static long rememberedText;

  private record Asked(String text, String query) {}

  /// A policy and the one query that decides.
  ///
  /// @param others that were asked of it too
  record Compiled(Policy policy, Query query, ConcurrentMap<String, Query> others) {
    Compiled(Policy policy, Query query) {
      this(policy, query, new ConcurrentHashMap<>());
    }

    /// Another query on the same policy, one of a few constants.
    Query also(String text) throws RegoException {
      Query known = others.get(text);
      if (known == null) {
        known = policy.query(text);
        others.put(text, known);
      }
      return known;
    }
  }

  private RegoPolicies() {}

  /// The policy of a text, which may ask for reference values, and a query on it.
  ///
  /// @throws FormatException with position and hint if it does not compile
  static Compiled compiled(String text, String query) throws FormatException {
    Asked asked = new Asked(text, query);
    LOCK.lock();
    try {
      Compiled known = REMEMBERED.get(asked);
      if (known != null) {
        return known;
      }
    } finally {
      LOCK.unlock();
    }
    if (text.length() > MAX_TEXT) {
      throw FormatException.oversized(
          0, "a policy of at most " + MAX_TEXT + " characters", text.length() + " characters");
    }
    Compiled made;
    try {
      Policy policy = Policy.compile(List.of(Source.of(NAME, text)), Map.of(LOOK_UP, 1));
      made = new Compiled(policy, policy.query(query));
    } catch (RegoException e) {
      throw new FormatException(
          Code.MALFORMED,
          FormatException.NO_OFFSET,
          "a policy in Rego",
          String.valueOf(e.getMessage()));
    }
    remember(asked, made);
    return made;
  }

  private static void remember(Asked asked, Compiled made) {
    LOCK.lock();
    try {
      if (REMEMBERED.put(asked, made) == null) {
        rememberedText += asked.text.length();
      }
      while (REMEMBERED.size() > MAX_REMEMBERED || rememberedText > MAX_REMEMBERED_TEXT) {
        rememberedText -= REMEMBERED.pollFirstEntry().getKey().text.length();
      }
    } finally {
      LOCK.unlock();
    }
  }

  /// What a policy is evaluated on, and which names of reference values it asked for.
  record Run(Evaluation evaluation, Set<String> asked, ReferenceValues values, Instant at) {
    /// The values in force that the policy looked up, of the first names that it asked for.
    List<Finding.Compared> lookedUp() {
      return asked.stream()
          .limit(MAX_LOOKED_UP)
          .map(name ->
              new Finding.Compared(
                  name, values.entries(name, at).stream().limit(MAX_LOOKED_UP).toList()))
          .toList();
    }

    Run withData(ObjectValue data) {
      return new Run(evaluation.withData(data), asked, values, at);
    }
  }

  /// What a policy is evaluated on; a reference value that is not there is null, as the reference
  /// broker answers, and what no name can be, or no value, is undefined. Its clock stands still,
  /// and chance is the same for the same instant: a decision can be repeated. The watch runs on.
  static Run run(Json input, ReferenceValues values, DecisionTime time) throws FormatException {
    Instant at = time.at();
    Capabilities capabilities =
        Capabilities.of(
            InstantSource.fixed(at),
            time.watch(),
            new SplittableRandom(at.getEpochSecond() ^ at.getNano()));
    Set<String> asked = new LinkedHashSet<>();
    HostFunction lookUp =
        operands -> {
          if (!(operands.getFirst() instanceof StringValue name)) {
            return Optional.empty();
          }
          if (asked.size() <= MAX_LOOKED_UP) {
            asked.add(name.text());
          }
          return values.rego(name.text(), at);
        };
    Evaluation evaluation =
        Evaluation.of(Value.of(input), capabilities).withHost(Map.of(LOOK_UP, lookUp));
    return new Run(evaluation, asked, values, at);
  }

  /// Why a query gave what it gave, short enough for a record.
  ///
  /// @param hidden what must not stand in it
  static String why(Policy policy, String query, Run run, Set<String> hidden) {
    try {
      String text = policy.query(query).explain(run.evaluation()).text().strip();
      for (String secret : hidden) {
        text = text.replace(secret, RecordedClaims.HIDDEN);
      }
      return text.length() <= MAX_EXPLAINED ? text : text.substring(0, MAX_EXPLAINED) + "…";
    } catch (RegoException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
