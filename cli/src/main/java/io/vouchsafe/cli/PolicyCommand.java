package io.vouchsafe.cli;

import io.vouchsafe.conformance.RegoConformance;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.rego.Answer;
import io.vouchsafe.rego.Capabilities;
import io.vouchsafe.rego.Evaluation;
import io.vouchsafe.rego.Explanation;
import io.vouchsafe.rego.Finding;
import io.vouchsafe.rego.Limits;
import io.vouchsafe.rego.ObjectValue;
import io.vouchsafe.rego.Policy;
import io.vouchsafe.rego.PolicyTests;
import io.vouchsafe.rego.Query;
import io.vouchsafe.rego.RegoException;
import io.vouchsafe.rego.Source;
import io.vouchsafe.rego.Value;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

@Command(
    name = "policy",
    description = {
      "Check, evaluate and test policies in Rego; put them in force on a trust server.",
      "FILE is a policy, or a folder that is searched for *.rego."
    },
    subcommands = {
      PolicyPutCommand.class,
      PolicyGetCommand.class,
      PolicyListCommand.class,
      PolicyDiffCommand.class,
      PolicyRollbackCommand.class,
      PolicyRevokeCommand.class,
      PolicyTryCommand.class,
      PolicyApprovals.ListCommand.class,
      PolicyApprovals.ApproveCommand.class,
      PolicyApprovals.WithdrawCommand.class,
      PolicyApprovals.SettingCommand.class
    })
final class PolicyCommand {
  private static final int WRONG = 1;

  @Spec CommandSpec spec;

  @Option(names = "--json", scope = ScopeType.INHERIT, description = "Print one JSON document.")
  boolean json;

  @Option(
      names = "--v0",
      scope = ScopeType.INHERIT,
      description = "Read policies in the older syntax; imports may add to it.")
  boolean old;

  @Command(
      name = "check",
      description = {
        "Parse and compile policies; say what is wrong or odd, and where.",
        "Exit status: 0 they compile, 1 they do not."
      })
  int check(@Parameters(paramLabel = "FILE", arity = "1..*") List<Path> files)
      throws IOException, Failure {
    List<Source> sources = sources(files);
    List<RegoException> errors = new ArrayList<>();
    List<Finding> findings = List.of();
    for (Source source : sources) {
      try {
        Policy.compile(List.of(source));
      } catch (RegoException e) {
        if (e.code() == RegoException.Code.PARSE) {
          errors.add(e);
        }
      }
    }
    if (errors.isEmpty()) {
      try {
        findings = Policy.compile(sources).findings();
      } catch (RegoException e) {
        errors.add(e);
      }
    }
    PrintWriter out = out();
    if (json) {
      out.println(
          Json.object()
              .put("errors", Json.array(errors.stream().map(PolicyCommand::json).toList()))
              .put("findings", Json.array(findings.stream().map(PolicyCommand::json).toList()))
              .build()
              .compact());
    } else {
      errors.forEach(error -> out.println(Shown.line(String.valueOf(error.getMessage()))));
      findings.forEach(finding -> out.println(Shown.line(finding.toString())));
      out.println(
          "%d file(s), %d error(s), %d finding(s)"
              .formatted(sources.size(), errors.size(), findings.size()));
    }
    out.flush();
    return errors.isEmpty() ? 0 : WRONG;
  }

  @Command(
      name = "eval",
      description = {
        "Evaluate a query, such as data.app.allow.",
        "Exit status: 0 there is an answer, 1 there is none."
      })
  int eval(
      @Parameters(paramLabel = "FILE", arity = "1..*") List<Path> files,
      @Option(
              names = "--query",
              required = true,
              paramLabel = "QUERY",
              description = "What to ask.")
          String query,
      @Option(names = "--input", paramLabel = "FILE", description = "The input document, JSON.")
          Optional<Path> input,
      @Option(
              names = "--data",
              paramLabel = "FILE",
              description = "The stored documents, one JSON object.")
          Optional<Path> data,
      @Option(names = "--explain", description = "Say which expression decided, with its values.")
          boolean explain,
      @Option(names = "--strict", description = "Fail where a built-in function fails.")
          boolean strict)
      throws IOException, FormatException, Failure {
    try {
      Query asked = Policy.compile(sources(files)).query(query);
      Evaluation evaluation = evaluation(input, data).withStrict(strict);
      Optional<Explanation> why =
          explain ? Optional.of(asked.explain(evaluation)) : Optional.empty();
      Answer answer = why.isPresent() ? why.get().answer() : asked.evaluate(evaluation);
      print(answer, why);
      return answer.isDefined() ? 0 : WRONG;
    } catch (RegoException e) {
      throw new Failure(String.valueOf(e.getMessage()));
    }
  }

  private void print(Answer answer, Optional<Explanation> why) {
    PrintWriter out = out();
    Json.ObjBuilder document = Json.object().put("defined", answer.isDefined());
    document.putIf("value", answer.value().map(Value::toJson));
    List<Json> rows = new ArrayList<>();
    for (Map<String, Value> row : answer.bindings()) {
      Json.ObjBuilder members = Json.object();
      row.forEach((name, value) -> members.put(name, value.toJson()));
      rows.add(members.build());
    }
    document.put("bindings", Json.array(rows));
    if (json) {
      why.ifPresent(text -> document.put("explanation", text.text()));
      out.println(document.build().compact());
    } else {
      if (answer.value().isPresent()) {
        out.println(answer.value().get().toJson().compact());
      } else if (answer.isDefined()) {
        rows.forEach(row -> out.println(row.compact()));
      } else {
        out.println("undefined");
      }
      why.ifPresent(text -> out.print(Shown.text(text.text())));
    }
    out.flush();
  }

  @Command(
      name = "test",
      description = {
        "Run the rules named test_… below DIR; say which lines they covered.",
        "Exit status: 0 all passed, 1 one did not."
      })
  int test(
      @Parameters(paramLabel = "DIR") Path folder,
      @Option(
              names = "--data",
              paramLabel = "FILE",
              description = "The stored documents, one JSON object.")
          Optional<Path> data)
      throws IOException, FormatException, Failure {
    try {
      Policy policy = Policy.compile(sources(List.of(folder)));
      PolicyTests.Report report = PolicyTests.run(policy, evaluation(Optional.empty(), data));
      if (report.results().isEmpty()) {
        throw new Failure("no rule is named test_… in %s: nothing was tested".formatted(folder));
      }
      print(report);
      return report.passed() ? 0 : WRONG;
    } catch (RegoException e) {
      throw new Failure(String.valueOf(e.getMessage()));
    }
  }

  private void print(PolicyTests.Report report) {
    PrintWriter out = out();
    if (json) {
      out.println(PolicyReports.json(report).compact());
    } else {
      PolicyReports.lines(report).forEach(line -> out.println(Shown.line(line)));
    }
    out.flush();
  }

  @Command(
      name = "conformance",
      description = {
        "Run the Rego conformance cases (*.yaml) below DIR.",
        "Files below a folder v0 are read in the older syntax.",
        "Exit status: 0 all applicable cases passed, 1 one did not."
      })
  int conformance(@Parameters(paramLabel = "DIR") Path folder) throws IOException, Failure {
    if (!Files.isDirectory(folder)) {
      throw new Failure("no folder: " + folder);
    }
    RegoConformance cases = new RegoConformance(capabilities());
    cases.runAll(folder);
    if (cases.passed() + cases.notApplicable() == 0 && cases.failed().isEmpty()) {
      throw new Failure("no cases (*.yaml) in " + folder);
    }
    PrintWriter out = out();
    if (json) {
      List<String> names = cases.failed().stream().map(RegoConformance.Failure::name).toList();
      out.println(
          Json.object()
              .put("passed", cases.passed())
              .put("failed", Json.strings(names))
              .put("notApplicable", cases.notApplicable())
              .build()
              .compact());
    } else {
      cases.failed().forEach(one -> out.println("failed  " + one.name() + ": " + one.reason()));
      out.println(
          "%d passed, %d failed, %d not applicable"
              .formatted(cases.passed(), cases.failed().size(), cases.notApplicable()));
    }
    out.flush();
    return cases.failed().isEmpty() ? 0 : WRONG;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private Capabilities capabilities() {
    PrintWriter err = spec.commandLine().getErr();
    return new Capabilities(
        InstantSource.system(),
        System::nanoTime,
        new SecureRandom(),
        ObjectValue.EMPTY,
        err::println);
  }

  private Evaluation evaluation(Optional<Path> input, Optional<Path> data)
      throws IOException, FormatException, Failure {
    Optional<Value> inputValue =
        input.isPresent() ? Optional.of(document(input.get())) : Optional.empty();
    ObjectValue dataValue = ObjectValue.EMPTY;
    if (data.isPresent()) {
      if (!(document(data.get()) instanceof ObjectValue object)) {
        throw new Failure(data.get() + ": expected one JSON object, found something else");
      }
      dataValue = object;
    }
    return new Evaluation(inputValue, dataValue, Limits.GENEROUS, capabilities(), false, Map.of());
  }

  private static Value document(Path file) throws IOException, Failure {
    try {
      return Value.of(GivenFile.json(file));
    } catch (FormatException e) {
      throw new Failure(file + ": " + e.getMessage(), e);
    }
  }

  private List<Source> sources(List<Path> files) throws IOException, Failure {
    Source.Dialect dialect = old ? Source.Dialect.V0 : Source.Dialect.V1;
    List<Source> sources = new ArrayList<>();
    for (Path file : files) {
      for (Path one : policies(file)) {
        sources.add(new Source(one.toString(), GivenFile.text(one), dialect));
      }
    }
    if (sources.isEmpty()) {
      throw new Failure("no *.rego in " + files.getFirst());
    }
    return sources;
  }

  private static List<Path> policies(Path file) throws IOException, Failure {
    if (Files.isDirectory(file)) {
      try (Stream<Path> all = Files.walk(file)) {
        return all.filter(one -> one.toString().endsWith(".rego")).sorted().toList();
      }
    }
    GivenFile.requireFile(file);
    return List.of(file);
  }

  private static Json json(RegoException e) {
    Json.ObjBuilder object = Json.object();
    object.put("code", e.code().text());
    e.position()
        .ifPresent(at ->
            object.put("file", at.source()).put("line", at.line()).put("column", at.column()));
    return object.put("problem", e.problem()).put("hint", e.hint()).build();
  }

  private static Json json(Finding finding) {
    return Json.object()
        .put("file", finding.position().source())
        .put("line", finding.position().line())
        .put("column", finding.position().column())
        .put("problem", finding.problem())
        .put("hint", finding.hint())
        .build();
  }
}
