package io.vouchsafe.trust.server;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.http.server.HttpAnswer;
import io.vouchsafe.trust.core.ChangeOutcome;

/// What a change came to, as administrators are told.
final class Outcomes {
  private Outcomes() {}

  /// 200 if it was made; 202 if it waits for an approval.
  static HttpAnswer answer(ChangeOutcome outcome) {
    return switch (outcome) {
      case ChangeOutcome.Made made -> HttpAnswer.json(200, made(made));
      case ChangeOutcome.Proposed(long number, String digest) ->
          HttpAnswer.json(
              202,
              Json.object()
                  .put("state", "proposed")
                  .put("proposal", number)
                  .put("digest", digest)
                  .build());
    };
  }

  private static Json.Obj made(ChangeOutcome.Made made) {
    Json.ObjBuilder active = Json.object().put("state", "active");
    return switch (made) {
      case ChangeOutcome.InForce(long version, String digest) ->
          active.put("version", version).put("digest", digest).build();
      case ChangeOutcome.ApprovalsSet(long wanted) -> active.put("approvals", wanted).build();
      case ChangeOutcome.KeyTrusted(Bytes spki) -> active.put("spki", spki.base64()).build();
      case ChangeOutcome.ValuesChanged(int added, int removed) ->
          active.put("added", added).put("deleted", removed).build();
      case ChangeOutcome.SetTaken taken ->
          active
              .put("set", taken.source().set())
              .put("version", taken.source().version())
              .put("statement", taken.source().statement())
              .put("signer", taken.source().signer())
              .put("added", taken.added())
              .put("removed", taken.removed())
              .put("expired", taken.expired())
              .build();
    };
  }
}
