package io.vouchsafe.conformance;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.rego.Answer;
import io.vouchsafe.rego.Capabilities;
import io.vouchsafe.rego.Evaluation;
import io.vouchsafe.rego.HostFunction;
import io.vouchsafe.rego.Limits;
import io.vouchsafe.rego.NullValue;
import io.vouchsafe.rego.ObjectValue;
import io.vouchsafe.rego.Policy;
import io.vouchsafe.rego.Query;
import io.vouchsafe.rego.RegoException;
import io.vouchsafe.rego.Source;
import io.vouchsafe.rego.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// Runs the Rego conformance cases: YAML files with queries, modules, documents and what must come
/// out.
public final class RegoConformance {
  /// Groups of built-in functions that the platform's policies do not need.
  private static final List<String> NOT_APPLICABLE =
      List.of(
          "graphql",
          "providers-aws",
          "planner-ir",
          "netlookupipaddr",
          "jsonschema",
          "rendertemplate",
          "cryptox509",
          "httpsend");

  /// A function of the suite itself: it waits, which no policy can otherwise.
  private static final String SLEEP = "test.sleep";

  private static final Map<String, HostFunction> SUITE = Map.of(SLEEP, _ -> pause());

  private final Capabilities capabilities;
  private final List<String> passed = new ArrayList<>();
  private final List<Failure> failed = new ArrayList<>();
  private int notApplicable;

  public RegoConformance(Capabilities capabilities) {
    this.capabilities = capabilities;
  }

  /// As long as the one case that asks for it.
  private static Optional<Value> pause() {
    LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    return Optional.of(NullValue.NULL);
  }

  /// A case that did not give what it must.
  ///
  /// @param name the dialect and the case's note
  public record Failure(String name, String reason) {}

  public int passed() {
    return passed.size();
  }

  public List<Failure> failed() {
    return List.copyOf(failed);
  }

  public int notApplicable() {
    return notApplicable;
  }

  /// Runs all case files below a folder. Files below a folder named `v0` are of the older syntax.
  public void runAll(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.walk(folder)) {
      files = found.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
    for (Path file : files) {
      runFile(file);
    }
  }

  private void runFile(Path file) throws IOException {
    boolean old = file.toString().contains("/v0/");
    String group = file.getName(Math.max(0, file.getNameCount() - 2)).toString();
    Json document = YamlText.parse(Files.readString(file));
    if (!(document instanceof Json.Obj object)) {
      return;
    }
    try {
      for (Json one : object.array("cases")) {
        Json.Obj unit = one.asObject("case");
        if (NOT_APPLICABLE.stream().anyMatch(group::startsWith)) {
          notApplicable++;
        } else {
          runCase(unit, old);
        }
      }
    } catch (FormatException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  private void runCase(Json.Obj unit, boolean old) throws FormatException {
    String name = (old ? "v0/" : "v1/") + unit.string("note");
    Optional<String> wrong;
    try {
      wrong = check(unit, old);
    } catch (RegoException e) {
      wrong = checkError(unit, e);
    }
    if (wrong.isEmpty()) {
      passed.add(name);
    } else {
      failed.add(new Failure(name, wrong.get()));
    }
  }

  private Optional<String> check(Json.Obj unit, boolean old) throws FormatException, RegoException {
    Source.Dialect dialect = old ? Source.Dialect.V0 : Source.Dialect.V1;
    List<Source> sources = new ArrayList<>();
    if (unit.present("modules").isPresent()) {
      for (Json module : unit.array("modules")) {
        String name = "test-" + sources.size() + ".rego";
        sources.add(new Source(name, module.asString("module"), dialect));
      }
    }
    Policy policy = Policy.compile(sources, Map.of(SLEEP, 1));
    Query query = policy.query(new Source("query", unit.string("query"), dialect));
    Answer answer = query.evaluate(evaluation(unit, policy));
    if (unit.present("want_error_code").isPresent() || unit.present("want_error").isPresent()) {
      return Optional.of("no error, but " + answer.bindings());
    }
    return compare(unit, answer);
  }

  private Evaluation evaluation(Json.Obj unit, Policy policy)
      throws FormatException, RegoException {
    Optional<Value> input = Optional.empty();
    if (unit.get("input").isPresent()) {
      input = Optional.of(Value.of(unit.require("input")));
    }
    Optional<String> term = unit.optionalString("input_term");
    if (term.isPresent()) {
      Answer answer =
          policy
              .query("x = " + term.get())
              .evaluate(Evaluation.of(capabilities).withLimits(Limits.GENEROUS));
      input = Optional.ofNullable(answer.bindings().getFirst().get("x"));
    }
    ObjectValue data = ObjectValue.EMPTY;
    if (unit.present("data").isPresent()
        && Value.of(unit.require("data")) instanceof ObjectValue object) {
      data = object;
    }
    boolean strict =
        (unit.present("strict_error").isPresent() && unit.bool("strict_error"))
            || unit.present("want_error_code").isPresent()
            || unit.present("want_error").isPresent();
    return new Evaluation(input, data, Limits.GENEROUS, withEnvironment(unit), strict, SUITE);
  }

  private Capabilities withEnvironment(Json.Obj unit) throws FormatException {
    if (unit.present("env").isEmpty()) {
      return capabilities;
    }
    ObjectValue environment =
        new ObjectValue.Builder().put("env", Value.of(unit.require("env"))).build();
    return new Capabilities(
        capabilities.clock(),
        capabilities.watch(),
        capabilities.random(),
        environment,
        capabilities.printer());
  }

  private Optional<String> checkError(Json.Obj unit, RegoException e) throws FormatException {
    Optional<String> code = unit.optionalString("want_error_code");
    Optional<String> text = unit.optionalString("want_error");
    if (code.isEmpty() && text.isEmpty()) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
    if (code.isPresent() && !code.get().equals(e.code().text())) {
      return Optional.of("error " + e.getMessage() + " instead of " + code.get());
    }
    String line = e.position().map(at -> at.source() + ":" + at.line() + ": ").orElse("");
    String message = line + e.code().text() + ": " + e.problem();
    if (text.isPresent() && !message.contains(text.get())) {
      return Optional.of("error " + message + " instead of " + text.get());
    }
    return Optional.empty();
  }

  private static Optional<String> compare(Json.Obj unit, Answer answer) throws FormatException {
    if (unit.present("want_defined").isPresent()) {
      boolean wanted = unit.bool("want_defined");
      return wanted == answer.isDefined()
          ? Optional.empty()
          : Optional.of("defined: " + answer.isDefined());
    }
    if (unit.get("want_result").isEmpty()) {
      return Optional.empty();
    }
    boolean sorted = unit.present("sort_bindings").isPresent() && unit.bool("sort_bindings");
    Set<String> wanted = new TreeSet<>();
    for (Json row :
        unit.get("want_result").get() instanceof Json.Arr(List<Json> rows)
            ? rows
            : List.<Json>of()) {
      wanted.add(normal(row, sorted));
    }
    Set<String> found = new TreeSet<>();
    for (Map<String, Value> row : answer.bindings()) {
      Json.ObjBuilder object = Json.object();
      row.forEach((name, value) -> object.put(name, value.toJson()));
      found.add(normal(object.build(), sorted));
    }
    return wanted.equals(found)
        ? Optional.empty()
        : Optional.of(String.format(Locale.ROOT, "found %s, expected %s", found, wanted));
  }

  /// A text that is the same for what counts as the same: members in order, numbers as doubles,
  /// arrays as sets where the case says so.
  private static String normal(Json json, boolean sorted) {
    return switch (json) {
      case Json.Null _ -> "null";
      case Json.Bool(boolean value) -> String.valueOf(value);
      case Json.Str(String text) -> Json.of(text).compact();
      case Json.Num number -> number.value().stripTrailingZeros().toString();
      case Json.Arr(List<Json> items) -> {
        Stream<String> texts = items.stream().map(item -> normal(item, sorted));
        yield (sorted ? texts.sorted() : texts).toList().toString();
      }
      case Json.Obj object -> {
        List<String> members = new ArrayList<>();
        object
            .members()
            .forEach((name, value) ->
                members.add(Json.of(name).compact() + ":" + normal(value, sorted)));
        yield "{" + String.join(",", members.stream().sorted().toList()) + "}";
      }
    };
  }
}
