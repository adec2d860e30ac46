package io.vouchsafe.cli;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.trust.core.TransactionCheck;
import io.vouchsafe.trust.store.LedgerAudit;
import io.vouchsafe.trust.store.LedgerHead;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.Refusal;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// A ledger whose tree was recomputed here, from the texts that its leaves are over.
///
/// @param head that the server stated and that the texts have
/// @param pieces how many shared pieces the entries name; each is what its digest says
record AuditedLedger(LedgerHead head, int pieces) {

  /// Answers pages of the ledger's stored texts.
  @FunctionalInterface
  interface Pages {
    Json.Obj from(long index) throws IOException, FormatException, Failure;
  }

  /// Reads all pages.
  ///
  /// @param known a head of before; the ledger must begin with what it covered
  /// @throws Failure with [Code#STORE_CORRUPT] if the texts do not have the root, a piece is gone
  ///   or is another, or the ledger does not begin with what it had
  static AuditedLedger of(Pages pages, Optional<LedgerHead> known)
      throws IOException, FormatException, Failure {
    LedgerAudit audit = new LedgerAudit();
    Set<String> pieces = new HashSet<>();
    Json.Obj page = pages.from(0);
    LedgerHead stated = new LedgerHead(page.integer("size"), Bytes.fromHex(page.string("root")));
    known(audit, known);
    while (audit.head().size() < stated.size()) {
      long before = audit.head().size();
      for (Json item : page.array("entries")) {
        Json.Obj entry = item.asObject("entry");
        if (audit.head().size() == stated.size()) {
          break; // Written after the head was stated.
        }
        Bytes data = Bytes.fromBase64(entry.string("data"));
        take(data, page.object("pieces"), pieces);
        audit.add(data);
        known(audit, known);
      }
      if (audit.head().size() == before) {
        throw corrupt(stated.size() + " entries", before + " entries");
      }
      if (audit.head().size() < stated.size()) {
        page = pages.from(audit.head().size());
      }
    }
    if (!audit.head().equals(stated)) {
      throw corrupt("root " + stated.root().hex(), audit.head().root().hex());
    }
    if (known.isPresent() && known.get().size() > stated.size()) {
      throw corrupt("at least " + known.get().size() + " entries", "" + stated.size());
    }
    return new AuditedLedger(stated, pieces.size());
  }

  private static void take(Bytes data, Json.Obj texts, Set<String> seen)
      throws FormatException, Failure {
    for (String digest : LedgerAudit.named(data)) {
      Bytes text = Bytes.fromBase64(texts.string(digest));
      if (!LedgerAudit.isPiece(digest, text)) {
        throw corrupt("piece " + digest, "another text");
      }
      seen.add(digest);
    }
  }

  private static void known(LedgerAudit audit, Optional<LedgerHead> known) throws Failure {
    if (known.isPresent()
        && known.get().size() == audit.head().size()
        && !known.get().equals(audit.head())) {
      throw corrupt(
          "the first %d entries to have root %s"
              .formatted(known.get().size(), known.get().root().hex()),
          audit.head().root().hex());
    }
  }

  private static Failure corrupt(String expected, String found) {
    return new Failure(
        Refusal.of(TransactionCheck.STORE, Code.STORE_CORRUPT, "a ledger with " + expected, found));
  }

  /// `{size, root, pieces}`
  Json.Obj json() {
    return Json.object()
        .put("size", head.size())
        .put("root", head.root().hex())
        .put("pieces", pieces)
        .build();
  }

  /// Parses `SIZE:ROOT`, as the members of [#json()].
  ///
  /// @throws Failure if it is of another form
  static LedgerHead head(String text) throws Failure {
    int colon = text.indexOf(':');
    try {
      Bytes root = Bytes.fromHex(text.substring(colon + 1));
      long size = Long.parseLong(text.substring(0, Math.max(colon, 0)));
      if (size >= 0 && root.size() == 32) {
        return new LedgerHead(size, root);
      }
    } catch (FormatException | NumberFormatException _) {
      // The same message as for a root of another length.
    }
    throw new Failure("--known wants SIZE:ROOT, got '" + text + "'");
  }
}
