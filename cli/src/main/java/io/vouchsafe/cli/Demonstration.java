package io.vouchsafe.cli;

import io.vouchsafe.appraisal.why.Change;
import io.vouchsafe.appraisal.why.Explanation;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.guest.image.PodVm;
import io.vouchsafe.hypervisor.Swtpm;
import io.vouchsafe.hypervisor.VmFolder;
import io.vouchsafe.hypervisor.VmSpec;
import io.vouchsafe.testkit.tpm.SwTpm;
import io.vouchsafe.verdict.Refusal;
import io.vouchsafe.verdict.RefusedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// What the demo shows: one run that is granted, and every way of being refused that a person can
/// try without a TEE. Each refusal must come with the code that belongs to it, or the demo fails.
final class Demonstration implements AutoCloseable {
  private final Workbench bench;
  private final PodVm image;
  private final Progress progress;
  private final VmFolder files;
  private final Path folder;

  Demonstration(Workbench bench, PodVm image, Progress progress) throws IOException {
    this.bench = bench;
    this.image = image;
    this.progress = progress;
    this.files =
        VmFolder.create(Home.make(bench.home().images()), "demo-" + ProcessHandle.current().pid());
    this.folder = files.path();
  }

  /// One refusal.
  ///
  /// @param what was tried, in words
  /// @param id of the ledger's entry
  /// @param explanation as the trust server tells it; empty for what never came to its ears
  record Refused(String what, Refusal refusal, String id, Optional<Explanation> explanation) {
    /// Whether the ledger has it: what proves nothing is only counted, and forgotten when the
    /// server ends.
    boolean kept() {
      return explanation.filter(it -> !it.head().kind().equals("counted")).isPresent();
    }

    /// What would have to change.
    List<Change> changes() {
      return explanation.map(Explanation::changes).orElse(List.of());
    }
  }

  /// Makes the image and runs it as it should be.
  PodRun.Result granted(OutputStream container)
      throws IOException,
          RefusedException,
          FormatException,
          Failure,
          PodRefusedException,
          InterruptedException {
    progress.step("making a small image");
    Path layout = folder.resolve("layout");
    DemoImage.write(layout, Path.of("/bin/busybox"));
    Files.writeString(folder.resolve("greeting"), "only for a guest that was vouched for\n");
    bench.expect(image, VmSpec.Size.DEFAULT);
    PodRun.Result result =
        bench
            .podRun()
            .run(
                spec(),
                image,
                PodRun.Interference.NONE,
                new PodRun.Streams(new ByteArrayInputStream(new byte[0]), container, System.err));
    if (result.exitCode() != 0) {
      throw new IOException("the demo's container ended with status " + result.exitCode());
    }
    return result;
  }

  private RunSpec spec() {
    return new RunSpec(
        "oci:" + folder.resolve("layout") + ":" + DemoImage.TAG,
        List.of(),
        List.of(),
        Map.of("greeting", folder.resolve("greeting")),
        List.of(),
        VmSpec.Size.DEFAULT,
        false,
        TrustPlace.OWN);
  }

  /// Tries everything else. Machines that do not touch the server's policy start two at a time.
  List<Refused> refusals()
      throws IOException, RefusedException, FormatException, Failure, InterruptedException {
    List<Refused> refused = new ArrayList<>();
    try (ExecutorService two = Executors.newFixedThreadPool(2)) {
      List<Future<Refused>> attempts = new ArrayList<>();
      attempts.add(two.submit(() -> attempt(COMMAND_LINE, commandLineChanged())));
      attempts.add(two.submit(() -> attempt(INITRD, initrdChanged())));
      attempts.add(two.submit(() -> attempt(SIGNER, signedByAnother())));
      for (Future<Refused> attempt : attempts) {
        refused.add(join(attempt));
      }
    }
    refused.add(policyRevoked());
    refused.addAll(relayed());
    return refused;
  }

  @Override
  public void close() throws IOException {
    files.close();
  }

  private static final String COMMAND_LINE = "one word added to the kernel command line";
  private static final String INITRD =
      "one byte of the initrd changed; the machine comes up and asks";
  private static final String SIGNER =
      "an image signed by another key; the guest itself refuses it";
  private static final String REVOKED = "the release policy revoked between two starts";
  private static final String RELAYED =
      "the answer to one session's challenge offered in another session";
  private static final String KEY_EXCHANGED =
      "the same quote in its own session, only the key exchanged";

  private static Refused join(Future<Refused> attempt)
      throws IOException, RefusedException, Failure, InterruptedException {
    try {
      return attempt.get();
    } catch (ExecutionException e) {
      switch (Objects.requireNonNull(e.getCause())) {
        case IOException failed -> throw failed;
        case RefusedException refused -> throw refused;
        case Failure failure -> throw failure;
        default -> throw new IOException("the demo failed: " + e.getCause(), e.getCause());
      }
    }
  }

  private Refused attempt(String what, PodRun.Interference interference)
      throws IOException, RefusedException, FormatException, Failure, InterruptedException {
    progress.step("trying: " + what);
    try {
      bench.podRun().run(spec(), image, interference, quiet());
    } catch (PodRefusedException e) {
      progress.done("refused, %s: %s".formatted(e.refusal().code(), what));
      Optional<Explanation> why = e.id().isEmpty() ? Optional.empty() : bench.trust().why(e.id());
      return new Refused(what, e.refusal(), e.id(), why);
    }
    throw new Failure("this was granted and must not be: " + what);
  }

  private static PodRun.Streams quiet() {
    return new PodRun.Streams(
        new ByteArrayInputStream(new byte[0]),
        OutputStream.nullOutputStream(),
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
  }

  private static PodRun.Interference commandLineChanged() {
    return new PodRun.Interference(
        boot -> new VmSpec.Boot(boot.kernel(), boot.initrd(), boot.commandLine() + " debug"),
        Optional.empty());
  }

  /// The initrd begins with an uncompressed archive that holds a comment and nothing else.
  private PodRun.Interference initrdChanged() throws IOException, Failure {
    byte[] initrd = Files.readAllBytes(image.initrd());
    String text = new String(initrd, 0, Math.min(initrd.length, 4096), StandardCharsets.ISO_8859_1);
    int comment = text.indexOf("Vouchsafe");
    if (comment < 0) {
      throw new Failure("the pod VM's initrd has no comment to change");
    }
    initrd[comment] ^= 0x20;
    Path changed = Files.write(folder.resolve("initrd"), initrd);
    return new PodRun.Interference(
        boot -> new VmSpec.Boot(boot.kernel(), changed, boot.commandLine()), Optional.empty());
  }

  private PodRun.Interference signedByAnother()
      throws IOException, RefusedException, FormatException, Failure {
    ImageKeys stranger = ImageKeys.openOrCreate(folder.resolve("stranger"), "image");
    return new PodRun.Interference(boot -> boot, Optional.of(stranger));
  }

  private Refused policyRevoked()
      throws IOException, RefusedException, FormatException, Failure, InterruptedException {
    bench.trust().revokeReleasePolicy();
    try {
      return attempt(REVOKED, PodRun.Interference.NONE);
    } finally {
      bench.trust().putReleasePolicy("default");
    }
  }

  private List<Refused> relayed()
      throws IOException, RefusedException, FormatException, InterruptedException {
    progress.step("trying: " + RELAYED);
    try (VmFolder state =
        VmFolder.create(bench.host().machines(), "relay-" + ProcessHandle.current().pid())) {
      Path tpmState = Files.createDirectory(state.file("tpm"));
      Swtpm.manufacture(bench.host().tools(), bench.host().tpmCa(), tpmState, "relay");
      try (SwTpm tpm = SwTpm.start(tpmState)) {
        RelayAttack attack = bench.trust().relayAttack(tpm);
        return List.of(
            relayed(RELAYED, attack::quoteOfAnotherSession),
            relayed(KEY_EXCHANGED, attack::keyExchanged));
      }
    }
  }

  private Refused relayed(String what, Callable<String> attack) throws IOException {
    try {
      String id = attack.call();
      Explanation why = bench.trust().refused(id);
      Refusal refusal = why.refusal().orElseThrow();
      progress.done("refused, %s: %s".formatted(refusal.code(), what));
      return new Refused(what, refusal, id, Optional.of(why));
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("the relay attack could not be tried: " + e.getMessage(), e);
    }
  }
}
