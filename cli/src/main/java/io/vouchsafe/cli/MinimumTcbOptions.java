package io.vouchsafe.cli;

import io.vouchsafe.appraisal.Provenance;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.forms.EvidenceForm;
import io.vouchsafe.evidence.forms.Recogniser;
import io.vouchsafe.evidence.snp.SnpProduct;
import io.vouchsafe.evidence.snp.SnpReport;
import io.vouchsafe.evidence.snp.SnpTcb;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/// The lowest TCB that guests of a product line may report, which appraisal wants beside a launch
/// digest: AMD publishes no levels, so that it is the operator's to say.
final class MinimumTcbOptions {
  private static final String NAME = "snp_minimum_tcb";

  @Option(
      names = "--product",
      paramLabel = "LINE",
      description = "With --minimum-tcb: Milan, Genoa or Turin.")
  Optional<String> product = Optional.empty();

  @Option(
      names = "--minimum-tcb",
      paramLabel = "TCB",
      description =
          "Make a reference value of the lowest TCB to accept: 16 digits, or"
              + " bl=N,tee=N,snp=N,ucode=N[,fmc=N].")
  Optional<String> tcb = Optional.empty();

  @Option(
      names = "--minimum-tcb-of",
      paramLabel = "FILE",
      description =
          "As --minimum-tcb, the one that this report names: verify it first, here it is read only.")
  Optional<Path> report = Optional.empty();

  /// The reference value.
  record Minimum(Json value, Provenance provenance) {
    void into(Prediction prediction) {
      prediction.value(NAME, value, provenance);
    }
  }

  /// The reference value, if one was asked for.
  Optional<Minimum> read(Artifacts artifacts) throws IOException, Failure {
    if (tcb.isPresent() && report.isPresent()) {
      throw new Failure("--minimum-tcb or --minimum-tcb-of, not both");
    }
    if (tcb.isEmpty() && report.isEmpty()) {
      if (product.isPresent()) {
        throw new Failure("--product belongs to --minimum-tcb");
      }
      return Optional.empty();
    }
    if (tcb.isPresent()) {
      SnpProduct line =
          TcbText.product(
              "--product", product.orElseThrow(() -> new Failure("--minimum-tcb needs --product")));
      SnpTcb minimum = TcbText.parse("--minimum-tcb", tcb.get(), line.layout());
      return Optional.of(new Minimum(value(line, minimum), Provenance.DECLARED));
    }
    Path file = report.orElseThrow();
    Bytes content = artifacts.read("report", file);
    SnpReport read = Artifacts.parsed(file.toString(), () -> report(content));
    SnpProduct line = line(file, read);
    SnpTcb minimum =
        Artifacts.parsed(file.toString(), () -> SnpTcb.of(read.reportedTcb(), line.layout()));
    return Optional.of(new Minimum(value(line, minimum), Provenance.RECORDED));
  }

  private static SnpReport report(Bytes content) throws FormatException {
    EvidenceForm form = Recogniser.recognise(content).form();
    try {
      Optional<SnpFile> file = SnpFile.in(form);
      if (file.isPresent()) {
        return SnpReport.parse(file.get().report());
      }
    } catch (RefusedException e) {
      throw FormatException.unexpected(e.refusal().expected(), e.refusal().found());
    }
    throw FormatException.unexpected("a report of SEV-SNP", form.what());
  }

  /// The line of a report, which older ones do not name.
  private SnpProduct line(Path file, SnpReport read) throws Failure {
    List<SnpProduct> possible = SnpProduct.of(read);
    if (product.isPresent()) {
      SnpProduct named = TcbText.product("--product", product.get());
      if (!possible.contains(named)) {
        throw new Failure("%s is not of %s".formatted(file, named.line()));
      }
      return named;
    }
    if (possible.size() != 1) {
      throw new Failure("%s does not name its processor: say --product".formatted(file));
    }
    return possible.getFirst();
  }

  private static Json value(SnpProduct line, SnpTcb tcb) {
    return Json.object()
        .put("product", line.line())
        .putIf("fmc", tcb.fmc().map(Json::of))
        .put("bootloader", tcb.bootLoader())
        .put("tee", tcb.tee())
        .put("snp", tcb.snp())
        .put("microcode", tcb.microcode())
        .build();
  }
}
