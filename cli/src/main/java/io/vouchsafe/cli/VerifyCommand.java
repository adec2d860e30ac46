package io.vouchsafe.cli;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
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
import java.util.Set;
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
      description =
          "What the evidence must say, see docs/verify.md: one JSON object, and any number in Rego."
              + " Repeatable.")
  List<Path> policies = List.of();

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
    List<Stated> stated = new ArrayList<>();
    for (Path file : inputs) {
      try {
        Recognised recognised = recognise(read(file));
        switch (recognised.form()) {
          case Evidence evidence -> {
            found.add(new Found(file, recognised, evidence));
            snpReport(evidence).ifPresent(files::add);
          }
          case Companion companion -> {
            stated.add(new Stated(file, recognised, companion));
            add(files, file, companion);
          }
        }
      } catch (RefusedException e) {
        judgements.add(Judgement.refused(file.toString(), "", "", e));
      }
    }
    // A migration agent is judged with the guest that names it, by a policy of its own.
    found.removeIf(each -> snpReport(each.evidence()).filter(files::isAgent).isPresent());
    EvidencePolicies asked = EvidencePolicies.read(policies);
    EvidenceJudge judge =
        new EvidenceJudge(
            files,
            trusted(),
            asked.members(),
            asked.rego(),
            expectedData(),
            at.orElseGet(Instant::now));
    for (Found each : found) {
      judgements.add(judge(judge, each));
    }
    judgements.addAll(statements(judge, stated, found));
    if (judgements.isEmpty()) {
      throw new Failure("no evidence among the files, only what goes with it");
    }
    return print(judgements, judge.at());
  }

  /// Evidence that was recognised.
  private record Found(Path file, Recognised recognised, Evidence evidence) {}

  /// What goes with evidence, or may be judged by itself.
  private record Stated(Path file, Recognised recognised, Companion companion) {}

  private static Optional<SnpFile> snpReport(Evidence evidence) {
    try {
      return SnpFile.in(evidence);
    } catch (RefusedException _) {
      // Its verification says what is wrong with it.
      return Optional.empty();
    }
  }

  /// Endorsements of firmware that no evidence is here for, and certificates of legacy SEV, which
  /// make one chain.
  private List<Judgement> statements(EvidenceJudge judge, List<Stated> stated, List<Found> found)
      throws Failure {
    List<Judgement> judgements = new ArrayList<>();
    boolean measured =
        found.stream().anyMatch(each -> Set.of("snp", "tdx").contains(each.evidence().tee()));
    List<String> certificates = new ArrayList<>();
    for (Stated each : stated) {
      String file = each.file().toString();
      if (each.companion() instanceof EvidenceForm.SevCertificates) {
        certificates.add(file);
      } else if (each.companion() instanceof EvidenceForm.LaunchEndorsement(Bytes endorsement)
          && !measured) {
        String form = each.recognised().what();
        judgements.add(named(judge.endorsement(file, form, endorsement)));
      }
    }
    if (!certificates.isEmpty()) {
      judgements.add(named(judge.sev(String.join(", ", certificates))));
    }
    return judgements;
  }

  /// The judgement, if it is on the kind that was named.
  private Judgement named(Judgement judgement) {
    return tee.isEmpty() || tee.get().equals(judgement.tee())
        ? judgement
        : otherTee(judgement.file(), judgement.form(), judgement.tee(), tee.get());
  }

  private static Judgement otherTee(String file, String form, String kind, String wanted) {
    return Judgement.refused(
        file, form, kind, new RefusedException(FormCheck.TEE, Code.TEE_MISMATCH, wanted, kind));
  }

  private Judgement judge(EvidenceJudge judge, Found found) throws Failure {
    String file = found.file().toString();
    String form = found.recognised().what();
    String kind = found.evidence().tee();
    if (tee.isPresent() && !tee.get().equals(kind)) {
      return otherTee(file, form, kind, tee.get());
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

  /// The content of a file, and a byte more than is read of evidence if it is longer.
  static Bytes read(Path file) throws IOException, Failure {
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
        all = all.with(Recogniser.recognise(read(file)).form());
      } catch (FormatException e) {
        throw new Failure(file + " is no root: " + e.getMessage());
      }
    }
    return all;
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
