package io.vouchsafe.cli;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "explain",
    description = "Say what a refusal code or the id of a check means, and what to do.")
final class ExplainCommand implements Callable<Integer> {

  @Spec CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "CODE",
      description =
          "A code such as NONCE_MISMATCH, or a check such as tpm.quote.nonce; none lists all.")
  String subject = "";

  @Option(names = "--json", description = "Print one JSON document.")
  boolean json;

  @Override
  public Integer call() throws Failure {
    if (subject.isEmpty()) {
      print(list());
      return 0;
    }
    Optional<Code> code =
        Arrays.stream(Code.values())
            .filter(candidate -> candidate.name().equals(subject.toUpperCase(Locale.ROOT)))
            .findFirst();
    if (code.isPresent()) {
      print(describe(code.get()));
      return 0;
    }
    Optional<Check> check =
        Catalogue.checks().stream().filter(each -> each.id().equals(subject)).findFirst();
    if (check.isPresent()) {
      print(describe(check.get()));
      return 0;
    }
    throw new Failure(
        "nothing is called '%s': `vouchsafe explain` lists all codes and checks"
            .formatted(subject));
  }

  private void print(Json.Obj document) {
    if (json) {
      spec.commandLine().getOut().println(document.compact());
      return;
    }
    document
        .members()
        .forEach((name, value) -> {
          if (value instanceof Json.Arr(List<Json> items)) {
            spec.commandLine().getOut().println(name + ":");
            items.forEach(item -> spec.commandLine().getOut().println("  " + item.plain()));
          } else {
            spec.commandLine().getOut().printf("%-10s %s%n", name, value.plain());
          }
        });
    spec.commandLine().getOut().flush();
  }

  private static Json.Obj list() {
    return Json.object()
        .put("codes", Json.strings(Arrays.stream(Code.values()).map(Code::name).toList()))
        .put("checks", Json.strings(Catalogue.checks().stream().map(Check::id).toList()))
        .build();
  }

  private static Json.Obj describe(Code code) {
    return Json.object()
        .put("code", code.name())
        .put("meaning", code.meaning())
        .put("remedy", code.remedy())
        .put(
            "checks",
            Json.strings(
                Catalogue.checks().stream()
                    .filter(check -> check.codes().contains(code))
                    .map(check -> check.id() + ": " + check.title())
                    .toList()))
        .build();
  }

  private static Json.Obj describe(Check check) {
    return Json.object()
        .put("check", check.id())
        .put("holds when", check.title())
        .put(
            "codes",
            Json.strings(
                check.codes().stream().sorted().map(code -> code + ": " + code.meaning()).toList()))
        .build();
  }
}
