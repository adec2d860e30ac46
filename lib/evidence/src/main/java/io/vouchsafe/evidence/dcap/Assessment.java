package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What Intel says about one level.
///
/// @param tcbDate when the level came to be
/// @param advisories security advisories that it is subject to
record Assessment(TcbStatus status, Instant tcbDate, Set<String> advisories) {
  private static final int MAX_ADVISORIES = 1_000;
  static final int MAX_LEVELS = 1_000;
  private static final int MAX_SVN = 0xffff;

  /// A level of a TDX module or a quoting enclave: reached with security version `svn`.
  record Level(int svn, Assessment assessment) {}

  Assessment {
    advisories = Set.copyOf(advisories);
  }

  static Assessment parse(Json.Obj level) throws FormatException {
    Set<String> advisories = new TreeSet<>();
    Optional<Json> list = level.get("advisoryIDs");
    if (list.isPresent()) {
      for (Json advisory : bounded(list.get().asArray("advisoryIDs"), MAX_ADVISORIES)) {
        advisories.add(advisory.asString("advisory id"));
      }
    }
    return new Assessment(
        TcbStatus.parse(level.string("tcbStatus")),
        SignedDocument.time(level, "tcbDate"),
        advisories);
  }

  static List<Json> bounded(List<Json> items, int max) throws FormatException {
    if (items.size() > max) {
      throw FormatException.oversized(
          FormatException.NO_OFFSET, "at most " + max + " items", items.size() + "");
    }
    return items;
  }

  /// The levels by one security version, highest first.
  static List<Level> levels(Json.Obj owner) throws FormatException {
    List<Level> levels = new ArrayList<>();
    for (Json item : bounded(owner.array("tcbLevels"), MAX_LEVELS)) {
      Json.Obj level = item.asObject("level");
      int svn = SignedDocument.integer(level.object("tcb"), "isvsvn", MAX_SVN);
      levels.add(new Level(svn, parse(level)));
    }
    if (levels.isEmpty()) {
      throw FormatException.unexpected("at least one TCB level", "none");
    }
    levels.sort(Comparator.comparingInt(Level::svn).reversed());
    return List.copyOf(levels);
  }

  /// The highest of `levels` that `svn` reaches.
  static Optional<Assessment> reached(List<Level> levels, int svn) {
    return levels.stream().filter(level -> level.svn() <= svn).findFirst().map(Level::assessment);
  }

  /// This, of a platform, together with that of one of its parts.
  Assessment with(Assessment part) {
    Set<String> all = new TreeSet<>(advisories);
    all.addAll(part.advisories());
    Instant earliest = tcbDate.isBefore(part.tcbDate()) ? tcbDate : part.tcbDate();
    return new Assessment(status.with(part.status()), earliest, all);
  }

  Assessment as(TcbStatus other) {
    return new Assessment(other, tcbDate, advisories);
  }
}
