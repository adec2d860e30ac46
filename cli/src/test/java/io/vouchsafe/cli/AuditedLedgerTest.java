package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.trust.store.LedgerAudit;
import io.vouchsafe.trust.store.LedgerHead;
import io.vouchsafe.trust.store.Shared;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class AuditedLedgerTest {
  private static final int PAGE = 2;
  private static final Shared PIECE = Shared.of(Json.object().put("shared", "text").build());

  private final List<Bytes> texts = new ArrayList<>();
  private Bytes piece = Bytes.utf8("{\"shared\":\"text\"}");

  AuditedLedgerTest() {
    for (int i = 0; i < 5; i++) {
      texts.add(entry(i, "x"));
    }
  }

  private static Bytes entry(int index, String what) {
    return Json.object()
        .put("v", 2)
        .put("index", index)
        .put("what", what)
        .put("list", Json.array(PIECE.reference()))
        .build()
        .utf8();
  }

  private static LedgerHead head(List<Bytes> texts) {
    LedgerAudit audit = new LedgerAudit();
    texts.forEach(audit::add);
    return audit.head();
  }

  private Json.Obj page(LedgerHead head, List<Bytes> served, long from) {
    List<Json> entries = new ArrayList<>();
    for (long i = from; i < Math.min(served.size(), from + PAGE); i++) {
      entries.add(Json.object().put("data", served.get((int) i).base64()).build());
    }
    String digest =
        PIECE.reference().members().values().iterator().next() instanceof Json.Str(String d)
            ? d
            : "";
    return Json.object()
        .put("size", head.size())
        .put("root", head.root().hex())
        .put("entries", Json.array(entries))
        .put("pieces", Json.object().put(digest, piece.base64()).build())
        .build();
  }

  private AuditedLedger audit(LedgerHead stated, List<Bytes> served, Optional<LedgerHead> known)
      throws Exception {
    return AuditedLedger.of(from -> page(stated, served, from), known);
  }

  private static void assertCorrupt(ThrowingCallable audit) {
    assertThatThrownBy(audit)
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.getMessage()).contains("STORE_CORRUPT"));
  }

  @Test
  void audit_untouched_hasTheStatedRoot() throws Exception {
    AuditedLedger audited = audit(head(texts), texts, Optional.of(head(texts.subList(0, 3))));
    assertThat(audited.head()).isEqualTo(head(texts));
    assertThat(audited.pieces()).isEqualTo(1);
  }

  @Test
  void audit_entriesThatCameSince_areNotCounted() throws Exception {
    LedgerHead stated = head(texts.subList(0, 3));
    assertThat(audit(stated, texts, Optional.empty()).head()).isEqualTo(stated);
  }

  @Test
  void audit_empty_isTheEmptyTree() throws Exception {
    assertThat(audit(head(List.of()), List.of(), Optional.empty()).head().size()).isZero();
  }

  @Test
  void audit_entryChanged_isCorrupt() {
    LedgerHead stated = head(texts);
    texts.set(3, entry(3, "y"));
    assertCorrupt(() -> audit(stated, texts, Optional.empty()));
  }

  @Test
  void audit_entryGone_isCorrupt() {
    LedgerHead stated = head(texts);
    assertCorrupt(() -> audit(stated, texts.subList(0, 4), Optional.empty()));
  }

  @Test
  void audit_pieceChanged_isCorrupt() {
    piece = Bytes.utf8("{\"shared\":\"other\"}");
    assertCorrupt(() -> audit(head(texts), texts, Optional.empty()));
  }

  @Test
  void audit_pieceNotServed_isMalformed() {
    texts.add(
        Json.object().put("v", 2).put("a", Shared.of(Json.array()).reference()).build().utf8());
    assertThatThrownBy(() -> audit(head(texts), texts, Optional.empty()))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void audit_anotherHistoryThanKnown_isCorrupt() {
    LedgerHead known = head(List.of(entry(0, "before"), entry(1, "before")));
    assertCorrupt(() -> audit(head(texts), texts, Optional.of(known)));
  }

  @Test
  void audit_shorterThanKnown_isCorrupt() {
    LedgerHead known = head(texts);
    List<Bytes> cut = texts.subList(0, 2);
    assertCorrupt(() -> audit(head(cut), cut, Optional.of(known)));
  }

  @Test
  void head_ofAnotherForm_isRefused() throws Exception {
    String root = "ab".repeat(32);
    assertThat(AuditedLedger.head("7:" + root)).isEqualTo(new LedgerHead(7, Bytes.fromHex(root)));
    for (String text : List.of("", "7", ":" + root, "x:" + root, "7:ab", "-1:" + root)) {
      assertThatThrownBy(() -> AuditedLedger.head(text)).isInstanceOf(Failure.class);
    }
  }
}
