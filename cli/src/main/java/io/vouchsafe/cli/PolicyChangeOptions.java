package io.vouchsafe.cli;

import java.util.Optional;
import picocli.CommandLine.Option;

/// The options of a change of a policy.
final class PolicyChangeOptions {
  @Option(names = "--comment", paramLabel = "TEXT", description = "Why, for the record.")
  Optional<String> comment = Optional.empty();

  @Option(
      names = "--if-version",
      paramLabel = "N",
      description = "Only if version N is in force; 0: only if none is.")
  Optional<Long> ifVersion = Optional.empty();

  ServerPolicies.Condition condition() {
    return new ServerPolicies.Condition(comment, ifVersion);
  }
}
