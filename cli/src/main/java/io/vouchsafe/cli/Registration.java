package io.vouchsafe.cli;

import io.vouchsafe.appraisal.ReferenceSource;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.statement.ReferenceSet;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.Refusal;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Brings what a build says of itself to a trust server: as one signed statement, and only if the
/// server has not got the same in force. What changed becomes a new version of its set.
final class Registration {
  /// Others may bring versions of the same set meanwhile.
  private static final int ATTEMPTS = 3;

  private final TrustClient trust;
  private final StatementKeys keys;

  Registration(TrustClient trust, StatementKeys keys) {
    this.trust = trust;
    this.keys = keys;
  }

  /// What is said, whenever and under whatever version it is.
  @FunctionalInterface
  interface Content {
    ReferenceSet statement(long version, Instant issued, Instant expires);
  }

  /// What is to be in force.
  ///
  /// @param set the name of what it is about; the same for all its releases
  /// @param version empty for one above all that were taken
  /// @param life how long it counts
  /// @param replace whether older versions go out of force
  /// @param content says it; of the same arguments the same
  record Release(
      String set, Optional<Long> version, Duration life, boolean replace, Content content) {

    /// Whether a statement need not be renewed yet. One with a version of the caller's cannot be:
    /// its version stands for its content.
    private boolean lasts(Instant expires, Instant now) {
      return now.isBefore(version.isPresent() ? expires : expires.minus(life.dividedBy(2)));
    }
  }

  /// What is in force.
  ///
  /// @param statement as it was signed
  /// @param before whether it was in force before
  /// @param removed how many values of older versions are not in force any more
  record Registered(ReferenceSet statement, boolean before, long removed) {}

  /// Sees to it that a release is in force.
  ///
  /// @throws Failure if it cannot be signed, or the server refuses it
  Registered register(Release release) throws IOException, FormatException, Failure {
    long newest = 0;
    for (int attempt = 1; ; attempt++) {
      Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
      List<ReferenceValue> entries = entries(release.set());
      for (ReferenceValue entry : entries) {
        newest = Math.max(newest, entry.source().orElseThrow().version());
      }
      Optional<ReferenceSet> known = known(release, entries, now);
      if (known.isPresent()
          && (!release.replace() || known.get().values().size() == entries.size())) {
        return new Registered(known.get(), true, 0);
      }
      long highest = newest;
      long version = release.version().orElse(Math.max(now.getEpochSecond(), highest + 1));
      // The newest one is taken once more where only what is older has to go.
      ReferenceSet statement =
          known
              .filter(it -> it.version() == highest)
              .orElseGet(() -> release.content().statement(version, now, now.plus(release.life())));
      try {
        Json.Obj taken =
            trust.importSet(keys.sign(statement), List.of(keys.signer()), release.replace());
        return new Registered(statement, false, taken.integer("removed"));
      } catch (Failure e) {
        Optional<Code> code = e.refusal().map(Refusal::code);
        boolean late = code.equals(Optional.of(Code.REFERENCE_VALUE_ROLLBACK));
        if (!late || release.version().isPresent() || attempt == ATTEMPTS) {
          throw e;
        }
        newest = newestTaken(release.set());
      }
    }
  }

  /// What the server has of the set.
  private List<ReferenceValue> entries(String set) throws IOException, FormatException, Failure {
    List<ReferenceValue> entries = new ArrayList<>();
    for (Json.Obj entry : trust.referenceValues()) {
      ReferenceValue value = ReferenceValue.parse(entry);
      if (value.source().filter(source -> source.set().equals(set)).isPresent()) {
        entries.add(value);
      }
    }
    return entries;
  }

  /// A statement that says the same, by our key, as a whole in force and for as long as is wanted.
  /// The same content with the same dates has the same digest, so nothing needs to be fetched.
  private Optional<ReferenceSet> known(Release release, List<ReferenceValue> entries, Instant now) {
    Map<ReferenceSource, List<ReferenceValue>> statements = new LinkedHashMap<>();
    for (ReferenceValue entry : entries) {
      statements.computeIfAbsent(entry.source().orElseThrow(), _ -> new ArrayList<>()).add(entry);
    }
    for (Map.Entry<ReferenceSource, List<ReferenceValue>> each : statements.entrySet()) {
      ReferenceSource source = each.getKey();
      boolean wanted =
          source.signer().equals(keys.signer().keyId())
              && release.version().orElse(source.version()) == source.version();
      Instant expires = each.getValue().getFirst().expires();
      if (wanted && release.lasts(expires, now)) {
        ReferenceSet same =
            release.content().statement(source.version(), expires.minus(release.life()), expires);
        if (same.digest().equals(source.statement())
            && same.values().size() == each.getValue().size()) {
          return Optional.of(same);
        }
      }
    }
    return Optional.empty();
  }

  /// The highest version that was ever taken, whether its values are there or not.
  private long newestTaken(String set) throws IOException, FormatException, Failure {
    long newest = 0;
    for (Json.Obj taken : trust.referenceSets()) {
      if (taken.string("set").equals(set)) {
        newest = Math.max(newest, taken.integer("version"));
      }
    }
    return newest;
  }
}
