package io.vouchsafe.cli;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.guest.image.PodVm;
import io.vouchsafe.verdict.Refusal;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "run",
    description = {
      "Encrypt and sign an image, start it in a measured VM, release its key to that VM only.",
      "The exit status is the container's; 125 is a failure of ours."
    })
final class RunCommand implements Callable<Integer> {

  @Spec CommandSpec spec;

  @Mixin RunOptions options;

  @Option(
      names = "--json",
      description =
          "Container output goes to standard error; one JSON document to standard output.")
  boolean json;

  @Override
  public Integer call()
      throws IOException, RefusedException, Failure, FormatException, InterruptedException {
    RunSpec wanted = options.toSpec();
    PrintStream stderr = System.err;
    Progress progress = Progress.onStandardError();
    try (Workbench bench = Workbench.open(Home.here(), wanted.trust(), progress)) {
      PodVm image = bench.podVms().image();
      bench.expect(image, wanted.size());
      PodRun.Streams streams = new PodRun.Streams(System.in, json ? stderr : System.out, stderr);
      PodRun.Result result = bench.podRun().run(wanted, image, PodRun.Interference.NONE, streams);
      progress.clear();
      if (json) {
        print(result.document());
      } else {
        summary(result).forEach(progress::done);
      }
      return result.exitCode();
    } catch (PodRefusedException e) {
      progress.clear();
      return refused(e.refusal(), e.id());
    } catch (RefusedException e) {
      progress.clear();
      return refused(e.refusal(), "");
    }
  }

  /// @param id of the ledger's entry, empty if there is none
  private int refused(Refusal refusal, String id) {
    if (Ending.underway()) {
      return Failure.STATUS;
    }
    if (json) {
      print(
          Json.object()
              .put("exitCode", Failure.STATUS)
              .put("refusal", Vouchsafe.json(refusal).with("id", Json.of(id)))
              .build());
    }
    PrintWriter err = spec.commandLine().getErr();
    Vouchsafe.print(err, refusal);
    if (!id.isEmpty()) {
      err.println("  more      vouchsafe why " + id);
    }
    err.flush();
    return Failure.STATUS;
  }

  private void print(Json.Obj document) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(document.compact());
    out.flush();
  }

  private static List<String> summary(PodRun.Result result) {
    return List.of("the container ended with status " + result.exitCode(), Caveat.VIRTUAL_TPM);
  }
}
