package io.vouchsafe.cli;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.evidence.forms.EvidenceForm;
import io.vouchsafe.evidence.forms.EvidenceForm.Companion;
import io.vouchsafe.evidence.forms.EvidenceForm.Evidence;
import io.vouchsafe.evidence.forms.FormCheck;
import io.vouchsafe.evidence.forms.Recogniser;
import io.vouchsafe.evidence.forms.Recogniser.Recognised;
import io.vouchsafe.trust.collateral.CollateralBundle;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "verify",
    description = {
      "Say whether evidence of a TEE is genuine, check by check, and what it claims.",
      "Takes reports, quotes and the JSON of guests, raw or in hexadecimal or base64; certificates,"
          + " certificate tables and event logs among the files are used for the evidence.",
      "Exit status: 0 valid, 1 refused, 2 malformed, 3 valid but the policy left something"
          + " unchecked."
    })
final class VerifyCommand implements Callable<Integer> {
  private static final int REPORT_DATA_SIZE = 64;
  private static final int BUNDLE_HEAD = 64;

  @Spec CommandSpec spec;

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Evidence and what goes with it.")
  List<Path> inputs = List.of();

  @Option(names = "--tee", paramLabel = "TEE", description = "Refuse evidence of another kind.")
  Optional<String> tee = Optional.empty();

  @Option(
      names = "--collateral",
      paramLabel = "FILE",
      description =
          "A bundle, DCAP collateral as JSON, answers of Intel's service, certificates or revocation"
              + " lists. Repeatable.")
  List<Path> collateral = List.of();

  @Option(
      names = "--collateral-key",
      paramLabel = "FILE",
      description =
          "PEM of a key that may have signed a bundle. Default: the home's own. Repeatable.")
  List<Path> collateralKeys = List.of();

  @Option(
      names = "--root",
      paramLabel = "FILE",
      description = "Trust this root certificate too; the verdict says so. Repeatable.")
  List<Path> roots = List.of();

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description = "Judge certificates by this time (2026-01-31T00:00:00Z) instead of now.")
  Optional<Instant> at = Optional.empty();

  @Option(
      names = "--policy",
      paramLabel = "FILE",
      description = "JSON: what the evidence must say, see docs/verify.md.")
  Optional<Path> policy = Optional.empty();

  @Option(
      names = "--report-data",
      paramLabel = "HEX",
      description = "What the evidence must have bound; zeros are added up to the field.")
  Optional<String> reportData = Optional.empty();

  @Option(names = "--json", description = "Print one JSON document.")
  boolean json;

  @Override
  public Integer call() throws IOException, Failure, RefusedException {
    EvidenceFiles files = new EvidenceFiles();
    for (Path file : collateral) {
      if (isBundle(file)) {
        List<PublicKey> keys = CollateralCommand.trusted(Home.here(), collateralKeys);
        CollateralBundle bundle = CollateralCommand.bundle(file, keys);
        files.add(bundle, bundle);
      } else {
        addCollateral(files, file);
      }
    }
    try (HomeCollateral held = HomeCollateral.open(Home.here())) {
      held.into(files);
      return verify(files);
    }
  }

  private int verify(EvidenceFiles files) throws IOException, Failure {
    List<Judgement> judgements = new ArrayList<>();
    List<Found> found = new ArrayList<>();
    for (Path file : inputs) {
      try {
        Recognised recognised = recognise(read(file));
        switch (recognised.form()) {
          case Evidence evidence -> found.add(new Found(file, recognised, evidence));
          case Companion companion -> add(files, file, companion);
        }
      } catch (RefusedException e) {
        judgements.add(Judgement.refused(file.toString(), "", "", e));
      }
    }
    EvidenceJudge judge =
        new EvidenceJudge(files, trusted(), policy(), expectedData(), at.orElseGet(Instant::now));
    for (Found each : found) {
      judgements.add(judge(judge, each));
    }
    if (judgements.isEmpty()) {
      throw new Failure("no evidence among the files, only what goes with it");
    }
    return print(judgements, judge.at());
  }

  /// Evidence that was recognised.
  private record Found(Path file, Recognised recognised, Evidence evidence) {}

  private Judgement judge(EvidenceJudge judge, Found found) throws Failure {
    String file = found.file().toString();
    String form = found.recognised().what();
    String kind = found.evidence().tee();
    if (tee.isPresent() && !tee.get().equals(kind)) {
      return Judgement.refused(
          file,
          form,
          kind,
          new RefusedException(FormCheck.TEE, Code.TEE_MISMATCH, tee.get(), kind));
    }
    return judge.judge(file, form, found.evidence());
  }

  private int print(List<Judgement> judgements, Instant time) {
    Judgement.Verdict worst =
        Judgement.Verdict.worst(judgements.stream().map(Judgement::verdict).toList());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          Json.object()
              .put("version", 1)
              .put("at", time.toString())
              .put("verdict", worst.text())
              .put("results", Json.array(judgements.stream().map(Judgement::json).toList()))
              .build()
              .compact());
    } else {
      JudgementText text = JudgementText.forTerminal();
      judgements.forEach(judgement -> text.lines(judgement).forEach(out::println));
    }
    out.flush();
    return worst.status();
  }

  private static Recognised recognise(Bytes input) throws RefusedException {
    try {
      return Recogniser.recognise(input);
    } catch (FormatException e) {
      Code code = e.code() == Code.OVERSIZED ? Code.OVERSIZED : Code.MALFORMED;
      throw new RefusedException(FormCheck.FORM, code, e.expected(), e.found());
    }
  }

  private static Bytes read(Path file) throws IOException, Failure {
    if (!Files.isRegularFile(file)) {
      throw new Failure("no file: " + file);
    }
    try (InputStream in = Files.newInputStream(file)) {
      return Bytes.of(in.readNBytes(Recogniser.MAX_SIZE + 1));
    }
  }

  /// A bundle may be longer than anything else, and says what it is.
  private static boolean isBundle(Path file) throws IOException, Failure {
    if (!Files.isRegularFile(file)) {
      throw new Failure("no file: " + file);
    }
    try (InputStream in = Files.newInputStream(file)) {
      return Bytes.of(in.readNBytes(BUNDLE_HEAD)).utf8Lossy().contains("\"payloadType\"");
    }
  }

  private static void addCollateral(EvidenceFiles files, Path file) throws IOException, Failure {
    try {
      Recognised recognised = recognise(read(file));
      switch (recognised.form()) {
        case Companion companion -> add(files, file, companion);
        case Evidence evidence ->
            throw new Failure(file + " is no collateral but evidence: " + evidence.what());
      }
    } catch (RefusedException e) {
      throw new Failure(file + " is no collateral: " + e.refusal().summary());
    }
  }

  private static void add(EvidenceFiles files, Path file, Companion companion) throws Failure {
    try {
      files.add(companion);
    } catch (FormatException e) {
      throw new Failure(file + " cannot be read: " + e.getMessage());
    }
  }

  private EvidenceRoots trusted() throws IOException, Failure {
    EvidenceRoots all = EvidenceRoots.pinned();
    for (Path file : roots) {
      try {
        if (!(Recogniser.recognise(read(file)).form()
            instanceof EvidenceForm.Certificates(List<Bytes> certificates))) {
          throw FormatException.unexpected("a certificate", "another file");
        }
        for (Bytes certificate : certificates) {
          all = all.with(certificate);
        }
      } catch (FormatException e) {
        throw new Failure(file + " is no root: " + e.getMessage());
      }
    }
    return all;
  }

  private Json.Obj policy() throws IOException, Failure {
    if (policy.isEmpty()) {
      return Json.object().build();
    }
    try {
      return Json.parseObject(read(policy.get()), JsonLimits.MESSAGE);
    } catch (FormatException e) {
      throw new Failure(policy.get() + " is no policy: " + e.getMessage());
    }
  }

  private Optional<Bytes> expectedData() throws Failure {
    if (reportData.isEmpty()) {
      return Optional.empty();
    }
    try {
      Bytes data = Bytes.fromHex(reportData.get());
      if (data.isEmpty() || data.size() > REPORT_DATA_SIZE) {
        throw FormatException.unexpected(
            "1 to " + REPORT_DATA_SIZE + " bytes", data.size() + " bytes");
      }
      return Optional.of(data);
    } catch (FormatException e) {
      throw new Failure("--report-data: " + e.getMessage());
    }
  }
}
