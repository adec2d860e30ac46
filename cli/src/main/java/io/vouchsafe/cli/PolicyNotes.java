package io.vouchsafe.cli;

import io.vouchsafe.rego.Policy;
import io.vouchsafe.rego.RegoException;
import io.vouchsafe.rego.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a policy that a server takes is hardly meant to be: one that can never hold, or is never
/// asked. The server takes it all the same, as Trustee does; nobody should notice by an outage.
final class PolicyNotes {
  private static final List<String> PACKAGE = List.of("policy");
  private static final Map<String, Integer> HOST = Map.of("query_reference_value", 1);

  /// Classes that evidence has.
  private static final Set<String> CLASSES = Set.of("cpu", "gpu");

  private PolicyNotes() {}

  /// What to say about a text; nothing of one that does not compile, which the server refuses.
  static List<String> of(PolicyName name, String text) {
    List<String> notes = new ArrayList<>();
    String rule = name.kind().equals("release") ? "allow" : "trust_claims";
    try {
      Policy policy = Policy.compile(List.of(Source.of("policy.rego", text)), HOST);
      if (!policy.hasRule(PACKAGE, rule)) {
        notes.add(
            "it has no rule data.policy.%s: %s"
                .formatted(
                    rule,
                    name.kind().equals("release")
                        ? "nothing is released under it"
                        : "no evidence of that class is affirming under it"));
      }
    } catch (RegoException _) {
      return List.of();
    }
    if (name.teeClass().filter(it -> !CLASSES.contains(it)).isPresent()) {
      notes.add(
          "no evidence is of class %s, so it is not asked: the classes are cpu and gpu"
              .formatted(name.teeClass().get()));
    }
    return notes;
  }
}
