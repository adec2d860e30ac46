package io.vouchsafe.trust.core;

import io.vouchsafe.appraisal.ReferenceSource;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.statement.ReferenceSet;
import io.vouchsafe.appraisal.statement.SignedReferenceSet;
import io.vouchsafe.appraisal.statement.StatementCheck;
import io.vouchsafe.appraisal.statement.StatementSigner;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.trust.store.StoreException;
import io.vouchsafe.trust.store.StoredReferenceSet;
import io.vouchsafe.trust.store.StoredReferenceValue;
import io.vouchsafe.trust.store.Transaction;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.Refusal;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The values of a signed set are to be in force.
sealed interface SetChange extends ReferenceChange {
  /// Name of the set.
  String set();

  @Override
  default List<StoredReferenceValue> touched(Transaction tx) throws StoreException {
    return tx.referenceValues().stream()
        .filter(it -> it.value().source().filter(from -> from.set().equals(set())).isPresent())
        .toList();
  }

  @Override
  default Json around(Transaction tx) throws StoreException {
    return tx.referenceSet(set()).<Json>map(it -> Json.of(it.statement())).orElse(Json.NULL);
  }

  /// Puts those in force that still count, and says so.
  private static Done put(
      Transaction tx,
      ReferenceSource source,
      List<ReferenceValue> all,
      List<StoredReferenceValue> removed,
      String comment)
      throws StoreException {
    List<ReferenceValue> values = all.stream().filter(it -> it.inForce(tx.now())).toList();
    List<StoredReferenceValue> added = tx.addReferenceValues(values);
    Json.ObjBuilder detail =
        Json.object()
            .put("set", source.set())
            .put("version", source.version())
            .put("statement", source.statement())
            .put("signer", source.signer());
    if (!comment.isEmpty()) {
      detail.put("comment", comment);
    }
    return new Done(
        new ChangeOutcome.SetTaken(
            source, added.size(), removed.size(), all.size() - values.size()),
        ReferenceChange.detail(detail, removed, added));
  }

  /// A statement or bundle is to be taken.
  ///
  /// @param file as it was signed
  /// @param signers whom the administrator believes
  /// @param whole whether values of older versions of the set go out of force
  /// @param verified what it says
  record Take(
      Bytes file,
      List<StatementSigner> signers,
      boolean whole,
      SignedReferenceSet.Verified verified,
      String base)
      implements SetChange {
    static final String ACTION = "import-reference-set";

    public Take {
      signers = List.copyOf(signers);
    }

    /// Verifies it.
    static Take of(
        Bytes file, List<StatementSigner> signers, boolean replace, String base, Instant at)
        throws RefusedException {
      SignedReferenceSet.Verified verified = SignedReferenceSet.read(file, signers, at);
      boolean whole = replace || verified.set().kind() == ReferenceSet.Kind.BUNDLE;
      return new Take(file, signers, whole, verified, base);
    }

    static Take parse(Json.Obj change, Instant at) throws FormatException, RefusedException {
      List<StatementSigner> signers = new ArrayList<>();
      for (Json item : change.array("signers")) {
        signers.add(StatementSigner.ofSubjectKey(Bytes.fromBase64(item.asString("signer"))));
      }
      Take take =
          of(
              Bytes.fromBase64(change.string(FILE)),
              signers,
              change.bool("whole"),
              change.string(BASE),
              at);
      if (!take.json().equals(change)) {
        throw FormatException.unexpected("what its file says", "something else");
      }
      return take;
    }

    @Override
    public String action() {
      return ACTION;
    }

    @Override
    public String set() {
      return verified.set().name();
    }

    @Override
    public ReferenceChange at(String state) {
      return new Take(file, signers, whole, verified, state);
    }

    @Override
    public Json.Obj json() {
      ReferenceSource source = verified.source();
      List<Json> keys = new ArrayList<>();
      for (StatementSigner signer : signers) {
        keys.add(Json.of(Bytes.of(signer.key().getEncoded()).base64()));
      }
      return Json.object()
          .put(AdminChange.ACTION, ACTION)
          .put("set", source.set())
          .put("version", source.version())
          .put("statement", source.statement())
          .put("signer", source.signer())
          .put("whole", whole)
          .put("entries", Json.array(verified.values().stream().map(ReferenceValue::json).toList()))
          .put("signers", Json.array(keys))
          .put(BASE, base)
          .put(FILE, file.base64())
          .build();
    }

    @Override
    public Optional<Refusal> obstacle(Transaction tx) throws StoreException {
      Optional<Refusal> rollback = tx.referenceSet(set()).flatMap(this::rollback);
      return rollback.isPresent() ? rollback : SetChange.super.obstacle(tx);
    }

    /// An older version, or another content under the same one.
    private Optional<Refusal> rollback(StoredReferenceSet known) {
      ReferenceSource source = verified.source();
      if (known.version() < source.version()
          || known.version() == source.version() && known.statement().equals(source.statement())) {
        return Optional.empty();
      }
      return Optional.of(
          Refusal.of(
              StatementCheck.VERSION,
              Code.REFERENCE_VALUE_ROLLBACK,
              "%s above version %d, which was taken at %s"
                  .formatted(source.set(), known.version(), known.at()),
              known.version() == source.version()
                  ? "another content under that version"
                  : "version " + source.version()));
    }

    @Override
    public Done make(Transaction tx, String by, String approvedBy) throws StoreException {
      ReferenceSource source = verified.source();
      Optional<StoredReferenceSet> newest = tx.referenceSet(set());
      List<StoredReferenceValue> removed =
          ReferenceChange.remove(
              tx, touched(tx).stream().filter(entry -> whole || isOf(source, entry)).toList());
      // What is taken once more stays in force.
      List<StoredReferenceValue> gone =
          removed.stream().filter(entry -> !isOf(source, entry)).toList();
      Done done = put(tx, source, verified.values(), gone, "");
      if (newest.isEmpty() || newest.get().version() < source.version()) {
        tx.putReferenceSet(
            new StoredReferenceSet(
                source.set(),
                source.version(),
                source.statement(),
                source.signer(),
                file,
                tx.now(),
                approvedBy.isEmpty() ? by : by + ", approved by " + approvedBy));
      }
      return done;
    }

    private static boolean isOf(ReferenceSource source, StoredReferenceValue entry) {
      return entry
          .value()
          .source()
          .filter(it -> it.statement().equals(source.statement()))
          .isPresent();
    }
  }

  /// A version that was taken before is to be in force again, in place of those that are. Which
  /// version is the newest that was taken is remembered: what others send must still be newer.
  record Restore(String set, long version, String comment, String base) implements SetChange {
    static final String ACTION = "rollback-reference-set";

    static Restore parse(Json.Obj change) throws FormatException {
      return new Restore(
          change.string("set"),
          change.integer("version"),
          change.string("comment"),
          change.string(BASE));
    }

    @Override
    public String action() {
      return ACTION;
    }

    @Override
    public ReferenceChange at(String state) {
      return new Restore(set, version, comment, state);
    }

    @Override
    public Json.Obj json() {
      return Json.object()
          .put(AdminChange.ACTION, ACTION)
          .put("set", set)
          .put("version", version)
          .put("comment", comment)
          .put(BASE, base)
          .build();
    }

    @Override
    public Optional<Refusal> obstacle(Transaction tx) throws StoreException {
      Optional<StoredReferenceSet> taken = tx.referenceSet(set, version);
      if (taken.isEmpty()) {
        return Optional.of(
            Refusal.of(
                AdminCheck.REFERENCE_SET,
                Code.NO_SUCH_ENTRY,
                "version %d of %s".formatted(version, set),
                "none that was taken"));
      }
      if (values(taken.get()).stream().noneMatch(it -> it.inForce(tx.now()))) {
        return Optional.of(
            Refusal.of(
                AdminCheck.REFERENCE_SET,
                Code.REFERENCE_VALUE_EXPIRED,
                "a version with values that count",
                "version %d of %s, past its end".formatted(version, set)));
      }
      return SetChange.super.obstacle(tx);
    }

    /// Its signature was verified when it was taken, and the row says that it is the same.
    private static List<ReferenceValue> values(StoredReferenceSet taken) throws StoreException {
      ReferenceSource source = source(taken);
      try {
        return SignedReferenceSet.parse(taken.file()).unverifiedContent().values().stream()
            .map(it -> it.from(it.source().map(source::after).orElse(source)))
            .toList();
      } catch (FormatException e) {
        throw new StoreException(Code.STORE_CORRUPT, "a signed set cannot be read: " + e, e);
      }
    }

    private static ReferenceSource source(StoredReferenceSet taken) {
      return new ReferenceSource(
          taken.name(), taken.version(), taken.statement(), taken.signer(), Optional.empty());
    }

    @Override
    public Done make(Transaction tx, String by, String approvedBy) throws StoreException {
      StoredReferenceSet taken =
          tx.referenceSet(set, version)
              .orElseThrow(
                  () -> new StoreException(Code.STORE_CORRUPT, "a signed set is gone: " + set));
      List<StoredReferenceValue> removed = ReferenceChange.remove(tx, touched(tx));
      return put(tx, source(taken), values(taken), removed, comment);
    }
  }
}
