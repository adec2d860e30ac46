package io.vouchsafe.cli;

import io.vouchsafe.appraisal.why.Basis;
import io.vouchsafe.appraisal.why.DecisionRecord;
import io.vouchsafe.appraisal.why.Explanation;
import io.vouchsafe.appraisal.why.ExplanationText;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "try",
    description = {
      "Say what a server would decide about evidence, and which line of a policy decides it.",
      "Nothing is stored or released. Whether the evidence is fresh cannot be tried.",
      "Exit status: 0 it would be released, 1 refused."
    })
final class PolicyTryCommand implements Callable<Integer> {
  private static final int REFUSED = 1;

  /// Most bytes of all files together; in base64 they must fit into one message.
  private static final int MAX_BYTES = 1 << 20;

  @Spec CommandSpec spec;

  @ParentCommand PolicyCommand parent;

  @Option(
      names = "--evidence",
      required = true,
      paramLabel = "FILE",
      description =
          "What a guest sends to `attest`, or evidence alone as `verify` takes it, in any form."
              + " Repeatable: certificates, tables, lists and event logs that go with it.")
  List<Path> evidence = List.of();

  @Option(
      names = "--tee",
      paramLabel = "TEE",
      description = "Its kind, where the evidence does not show it.")
  Optional<String> tee = Optional.empty();

  @Option(
      names = "--resource",
      paramLabel = "PATH",
      description = "What the guest would ask for: repository/type/tag.")
  Optional<String> resource = Optional.empty();

  @Option(
      names = "--policy",
      paramLabel = "FILE",
      description = "Try this policy instead of the one in force.")
  Optional<Path> candidate = Optional.empty();

  @Option(
      names = "--as",
      paramLabel = "POLICY",
      description =
          "With --policy: which it stands in for, release or attestation/CLASS. Default release.")
  Optional<String> as = Optional.empty();

  @Option(names = "--claims", description = "Print the claims that the token would bear, too.")
  boolean claims;

  @Mixin TenantTrustOptions trust = new TenantTrustOptions();

  @Override
  public Integer call() throws IOException, FormatException, Failure {
    if (as.isPresent() && candidate.isEmpty()) {
      throw new Failure("--as goes with --policy FILE, which is missing");
    }
    Json.Obj question = question();
    Json.Obj answer;
    try (TrustClient client = TrustClient.open(Home.here(), trust.place())) {
      answer = new ServerPolicies(client).tryOut(question);
    }
    Json.Obj decision = answer.object("decision");
    PrintWriter out = spec.commandLine().getOut();
    Explanation explanation = DecisionRecord.of(decision, System::nanoTime).explain();
    if (parent.json) {
      out.println(answer.with("explanation", explanation.json()).compact());
    } else {
      print(out, explanation, answer.object("because"));
      for (Json what : answer.array("not_tried")) {
        out.println("not tried  " + what.asString("not_tried"));
      }
      if (claims) {
        out.println("claims     " + answer.object("claims").compact());
      }
    }
    out.flush();
    return decision.string("outcome").equals("granted") ? 0 : REFUSED;
  }

  private static void print(PrintWriter out, Explanation explanation, Json.Obj because)
      throws FormatException {
    ExplanationText.lines(explanation).forEach(out::println);
    // The server asked on everything; what is not recorded may be what decided.
    for (Map.Entry<String, Json> why : because.members().entrySet()) {
      if (!isShown(explanation, why.getKey())) {
        out.println();
        out.println("decided for " + ExplanationText.safe(why.getKey()));
        why.getValue()
            .asString(why.getKey())
            .lines()
            .forEach(line -> out.println("  " + ExplanationText.safe(line)));
      }
    }
    out.println();
  }

  /// Whether the lines of a policy that decided are among those of the explanation.
  ///
  /// @param part `release` or the name of a submodule
  private static boolean isShown(Explanation explanation, String part) {
    return explanation.checks().stream()
        .anyMatch(check ->
            check.basis().stream()
                .anyMatch(basis ->
                    basis instanceof Basis.Rules rules
                        && rules.repeated()
                        && !rules.lines().isEmpty()
                        && (part.equals(rules.policy()) || part.equals(check.submodule()))));
  }

  private Json.Obj question() throws IOException, Failure {
    List<Json> documents = documents();
    Json.ObjBuilder question = Json.object().put("document", documents.getFirst());
    if (documents.size() > 1) {
      question.put("beside", Json.array(documents.subList(1, documents.size())));
    }
    tee.ifPresent(kind -> question.put("tee", kind));
    resource.ifPresent(path -> question.put("resource", path));
    if (candidate.isPresent()) {
      PolicyName name = PolicyName.parse(as.orElse("release"));
      String text = PolicyPutCommand.text(candidate.get());
      if (name.teeClass().isPresent()) {
        question.put(
            "attestation_class",
            Json.object().put("class", name.teeClass().get()).put("text", text).build());
      } else {
        question.put(name.kind(), PolicyPutCommand.form(name, text));
      }
    }
    return question.build();
  }

  /// The files in base64.
  private List<Json> documents() throws IOException, Failure {
    List<Json> documents = new ArrayList<>();
    int left = MAX_BYTES;
    for (Path file : evidence) {
      if (!Files.isRegularFile(file)) {
        throw new Failure("no such file: " + file);
      }
      try (InputStream in = Files.newInputStream(file)) {
        byte[] raw = in.readNBytes(left + 1);
        if (raw.length > left) {
          throw new Failure(
              evidence.size() == 1
                  ? "%s is longer than %d bytes".formatted(file, MAX_BYTES)
                  : "the files together are longer than %d bytes".formatted(MAX_BYTES));
        }
        left -= raw.length;
        documents.add(Json.of(Bytes.of(raw).base64()));
      }
    }
    return documents;
  }
}
