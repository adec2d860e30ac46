package io.vouchsafe.cli;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.GenuineDocument;
import io.vouchsafe.trust.collateral.CollateralDocument;
import io.vouchsafe.trust.collateral.CollateralFolder;
import io.vouchsafe.trust.collateral.CollateralRoots;
import io.vouchsafe.trust.collateral.DocumentVerifier;
import io.vouchsafe.verdict.Refusal;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a home holds of the vendors' documents at one moment.
///
/// @param at the moment
/// @param held every document that can be read
/// @param failures what could not be had lately
record CollateralStatus(Instant at, List<Held> held, List<CollateralFolder.Failed> failures) {

  /// A document, verified again.
  ///
  /// @param facts what it says, if it counts
  /// @param refusal why it does not count
  record Held(
      CollateralDocument document, Optional<GenuineDocument> facts, Optional<Refusal> refusal) {

    private Json.Obj json() {
      Json.ObjBuilder json =
          Json.object()
              .put("key", document.key().text())
              .put("fetched", document.fetched().toString())
              .put("source", document.source())
              .put("counts", facts.isPresent());
      facts.ifPresent(genuine ->
          json.put("about", genuine.about())
              .put("issued", genuine.issued().toString())
              .put("until", genuine.until().toString())
              .put("number", genuine.number())
              .put("anchor", genuine.anchor().text()));
      return json.putIf("refused", refusal.map(Vouchsafe::json)).build();
    }
  }

  static CollateralStatus of(CollateralFolder folder, CollateralRoots roots, Instant at)
      throws IOException {
    DocumentVerifier verifier = new DocumentVerifier(roots);
    List<Held> held = new ArrayList<>();
    for (CollateralDocument document : folder.all()) {
      held.add(verified(verifier, document, at));
    }
    return new CollateralStatus(at, held, folder.failures());
  }

  private static Held verified(DocumentVerifier verifier, CollateralDocument document, Instant at) {
    try {
      GenuineDocument facts = verifier.verify(document, at).facts();
      return new Held(document, Optional.of(facts), Optional.empty());
    } catch (RefusedException e) {
      return new Held(document, Optional.empty(), Optional.of(e.refusal()));
    }
  }

  boolean allCounts() {
    return held.stream().allMatch(each -> each.facts().isPresent());
  }

  Json.Obj json() {
    List<Json> failed = new ArrayList<>();
    for (CollateralFolder.Failed failure : failures) {
      failed.add(
          Json.object()
              .put("key", failure.key().text())
              .put("at", failure.at().toString())
              .put("code", failure.code())
              .put("found", failure.found())
              .build());
    }
    return Json.object()
        .put("at", at.toString())
        .put("documents", Json.array(held.stream().map(Held::json).toList()))
        .put("failures", Json.array(failed))
        .build();
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    if (held.isEmpty()) {
      lines.add("nothing is held");
    }
    for (Held each : held) {
      lines.add(each.document().key().text());
      each.facts()
          .ifPresent(facts ->
              lines.add(
                  "  %s, until %s (%s)"
                      .formatted(facts.about(), facts.until(), span(at, facts.until()))));
      each.refusal()
          .ifPresent(why ->
              lines.add("  does not count: %s, found %s".formatted(why.code(), why.found())));
      lines.add(
          "  fetched %s (%s ago) from %s"
              .formatted(
                  each.document().fetched(),
                  span(each.document().fetched(), at),
                  each.document().source()));
    }
    if (!failures.isEmpty()) {
      lines.add("");
      lines.add("could not be had:");
    }
    for (CollateralFolder.Failed failure : failures) {
      lines.add(
          "  %s: %s at %s, found %s"
              .formatted(failure.key().text(), failure.code(), failure.at(), failure.found()));
    }
    return lines;
  }

  private static String span(Instant from, Instant to) {
    Duration time = Duration.between(from, to);
    return time.toDays() > 1 ? time.toDays() + " days" : time.toHours() + " hours";
  }
}
