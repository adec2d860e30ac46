package io.vouchsafe.trust.core;

import io.vouchsafe.encoding.Json;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// What would be decided.
///
/// @param record as the ledger would have it, with that of the attestation joined; its `outcome` is
///   `granted` or `refused`
/// @param because which lines of policies in Rego decided, in words: under `release`, and under the
///   names of submodules
/// @param claims of the result that a token would bear; empty if the evidence is not genuine
/// @param notTried what the trial could not find out, in words
public record TrialAnswer(
    Json.Obj record, Map<String, String> because, Json.Obj claims, List<String> notTried) {
  public TrialAnswer {
    Objects.requireNonNull(record, "record");
    because = Map.copyOf(because);
    Objects.requireNonNull(claims, "claims");
    notTried = List.copyOf(notTried);
  }
}
