package io.vouchsafe.cli;

import io.vouchsafe.appraisal.why.Change;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.guest.image.PodVm;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "demo",
    description = {
      "Make a small image, run it in a measured VM, then show what is refused, and why.",
      "Exit status 0 if everything went as it must, else 125."
    })
final class DemoCommand implements Callable<Integer> {

  @Spec CommandSpec spec;

  @Option(
      names = "--json",
      description =
          "Container output goes to standard error; one JSON document to standard output.")
  boolean json;

  @Override
  public Integer call()
      throws IOException, RefusedException, Failure, FormatException, InterruptedException {
    Progress progress = Progress.onStandardError();
    PrintStream container = json ? System.err : System.out;
    try (Workbench bench = Workbench.open(Home.here(), TrustPlace.OWN, progress)) {
      return show(bench, container, progress);
    } catch (PodRefusedException e) {
      progress.clear();
      Vouchsafe.print(spec.commandLine().getErr(), e.refusal());
      throw new Failure("the demo's own container was refused; see `vouchsafe why " + e.id() + "`");
    }
  }

  private int show(Workbench bench, PrintStream container, Progress progress)
      throws IOException,
          RefusedException,
          Failure,
          FormatException,
          PodRefusedException,
          InterruptedException {
    PodVm image = bench.podVms().image();
    try (Demonstration demo = new Demonstration(bench, image, progress)) {
      PodRun.Result result = demo.granted(container);
      List<Demonstration.Refused> refusals = demo.refusals();
      progress.clear();
      if (json) {
        print(document(result, refusals));
      } else {
        print(result, refusals);
      }
      return 0;
    }
  }

  private void print(Json.Obj document) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(document.compact());
    out.flush();
  }

  private static Json.Obj document(PodRun.Result result, List<Demonstration.Refused> refusals) {
    List<Json> list = new ArrayList<>();
    for (Demonstration.Refused refused : refusals) {
      list.add(
          Vouchsafe.json(refused.refusal())
              .with("what", Json.of(refused.what()))
              .with("id", Json.of(refused.id()))
              .with("changes", Json.array(refused.changes().stream().map(Change::json).toList())));
    }
    return Json.object()
        .put("run", result.document())
        .put("refusals", Json.array(list))
        .put("caveat", Caveat.VIRTUAL_TPM)
        .build();
  }

  private void print(PodRun.Result result, List<Demonstration.Refused> refusals) {
    PrintWriter out = spec.commandLine().getOut();
    out.println();
    out.println("What was measured, and what it was compared with:");
    result.vouched().table().forEach(line -> out.println("  " + line));
    out.println();
    out.println("What was released, under which decision:");
    result.vouched().released().forEach(line -> out.println("  " + line));
    out.println();
    out.println("What was refused:");
    for (Demonstration.Refused refused : refusals) {
      out.println();
      out.println("  " + refused.what());
      out.println("    code      " + refused.refusal().code());
      out.println("    check     " + refused.refusal().check());
      out.println("    expected  " + shorten(refused.refusal().expected()));
      out.println("    found     " + shorten(refused.refusal().found()));
      if (refused.changes().isEmpty()) {
        out.println("    remedy    " + refused.refusal().remedy());
      }
      refused.changes().forEach(change -> out.println("    change    " + change.sentence()));
      out.println(
          refused.kept()
              ? "    more      ./vouchsafe why " + refused.id()
              : "    more      nothing was proven yet, so it is only counted, in ./vouchsafe trust log");
    }
    out.println();
    out.println(Caveat.VIRTUAL_TPM);
    out.flush();
  }

  private static String shorten(String text) {
    return text.length() <= 160 ? text : text.substring(0, 160) + "…";
  }
}
