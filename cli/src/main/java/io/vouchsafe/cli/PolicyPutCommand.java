package io.vouchsafe.cli;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "put",
    description = {
      "Put a policy in force on a server: Rego from FILE, or built-in rules.",
      "POLICY is release, attestation/CLASS (such as attestation/cpu), or attestation.",
      "Prints which version is in force then. What does not compile replaces nothing."
    })
final class PolicyPutCommand implements Callable<Integer> {
  /// Longest text that is sent; the server's own bound is lower.
  private static final int MAX_FILE = 2 << 20;

  @Spec CommandSpec spec;

  @ParentCommand PolicyCommand parent;

  @Parameters(index = "0", paramLabel = "POLICY")
  String policy = "";

  @Parameters(
      index = "1",
      paramLabel = "FILE",
      arity = "0..1",
      description = "Rego; - for standard input. For attestation: JSON, as `get` prints it.")
  Optional<Path> file = Optional.empty();

  @Option(
      names = "--builtin",
      paramLabel = "NAME",
      description =
          "Built-in rules instead of FILE: default, affirming, trustee-default, trustee-affirming,"
              + " allow-all, deny-all; default alone for attestation.")
  Optional<String> builtin = Optional.empty();

  @Mixin PolicyChangeOptions change = new PolicyChangeOptions();

  @Mixin TenantTrustOptions trust = new TenantTrustOptions();

  @Override
  public Integer call() throws IOException, FormatException, Failure {
    PolicyName name = PolicyName.parse(policy);
    if (parent.old) {
      throw new Failure("a server takes policies in Rego v1: --v0 does not go with put");
    }
    if (file.isPresent() == builtin.isPresent()) {
      throw new Failure("name either a FILE or --builtin NAME");
    }
    Json.Obj form;
    List<String> notes = List.of();
    if (builtin.isPresent()) {
      form = Json.object().put("type", "builtin").put("name", builtin.get()).build();
    } else {
      String text = text(file.get());
      form = form(name, text);
      if (form.optionalString("text").isPresent()) {
        notes = PolicyNotes.of(name, text);
      }
    }
    try (TrustClient client = TrustClient.open(Home.here(), trust.place())) {
      Json.Obj outcome = new ServerPolicies(client).put(name, form, change.condition());
      boolean noted = parent.json && !notes.isEmpty();
      print(
          spec.commandLine().getOut(),
          parent.json,
          name,
          noted ? outcome.with("notes", Json.strings(notes)) : outcome);
    }
    PrintWriter err = spec.commandLine().getErr();
    notes.forEach(note -> err.println("note: " + note));
    err.flush();
    return 0;
  }

  /// A policy that is not stored yet, from the text of a file.
  static Json.Obj form(PolicyName name, String text) throws Failure {
    if (!name.kind().equals("attestation") || name.teeClass().isPresent()) {
      return Json.object().put("type", "rego").put("text", text).build();
    }
    try {
      return Json.parseObject(Bytes.utf8(text), JsonLimits.DOCUMENT);
    } catch (FormatException e) {
      throw new Failure(
          "the whole attestation policy is JSON, {\"type\":\"rego\",\"classes\":{…}}; for Rego name a class, as in attestation/cpu: "
              + e.getMessage(),
          e);
    }
  }

  static String text(Path file) throws IOException, Failure {
    byte[] raw;
    if (file.toString().equals("-")) {
      raw = System.in.readNBytes(MAX_FILE + 1);
    } else {
      GivenFile.requireFile(file);
      try (InputStream in = Files.newInputStream(file)) {
        raw = in.readNBytes(MAX_FILE + 1);
      }
    }
    if (raw.length > MAX_FILE) {
      throw new Failure("%s is longer than %d bytes".formatted(file, MAX_FILE));
    }
    return GivenFile.text(file.toString(), raw);
  }

  /// What a change came to.
  static void print(PrintWriter out, boolean json, PolicyName name, Json.Obj outcome)
      throws FormatException {
    if (json) {
      out.println(outcome.compact());
    } else if (outcome.string("state").equals("proposed")) {
      out.println(
          "%s: proposal %d waits for the approval of another subject"
              .formatted(name, outcome.integer("proposal")));
    } else {
      out.println(
          "%s: version %d is in force, sha256 %s"
              .formatted(name.kind(), outcome.integer("version"), outcome.string("digest")));
    }
    out.flush();
  }
}
