package io.vouchsafe.cli;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.dcap.TeeKind;
import io.vouchsafe.evidence.forms.EvidenceForm;
import io.vouchsafe.evidence.forms.Recogniser;
import io.vouchsafe.evidence.snp.SnpProduct;
import io.vouchsafe.evidence.snp.SnpTcb;
import io.vouchsafe.trust.collateral.CollateralDocument;
import io.vouchsafe.trust.collateral.CollateralFolder;
import io.vouchsafe.trust.collateral.CollateralKey;
import io.vouchsafe.trust.collateral.CollateralKey.Update;
import io.vouchsafe.trust.collateral.CollateralNeeds;
import io.vouchsafe.trust.collateral.CollateralRoots;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What `collateral fetch` is asked for.
final class CollateralTargets {
  private static final int MAX_EVIDENCE = 4 << 20;
  private static final int FMSPC = 6;

  @Parameters(
      paramLabel = "FILE",
      arity = "0..*",
      description =
          "Evidence: a report of SEV-SNP, a quote of SGX or TDX, or the JSON that a guest sends; raw, in hexadecimal or base64.")
  List<Path> evidence = List.of();

  @Option(
      names = "--fmspc",
      paramLabel = "HEX",
      description = "A platform of Intel's by its FMSPC, 12 digits; with --tee.")
  List<String> fmspcs = List.of();

  @Option(names = "--tee", paramLabel = "TEE", description = "With --fmspc: sgx or tdx.")
  List<TeeKind> tees = List.of();

  @Option(
      names = "--product",
      paramLabel = "LINE",
      description = "A chip of AMD's: Milan, Genoa or Turin; with --chip-id and --tcb.")
  Optional<String> product = Optional.empty();

  @Option(
      names = "--chip-id",
      paramLabel = "HEX",
      description = "With --product: CHIP_ID of the report, 128 digits (Turin: 16 are enough).")
  Optional<String> chipId = Optional.empty();

  @Option(
      names = "--tcb",
      paramLabel = "TCB",
      description =
          "With --product: REPORTED_TCB, as 16 digits or as bl=N,tee=N,snp=N,ucode=N[,fmc=N].")
  Optional<String> tcb = Optional.empty();

  @Option(
      names = "--all-known",
      description =
          "Everything that is held, and what every platform needs: chains, revocation lists, identities.")
  boolean allKnown;

  @Option(
      names = "--azure",
      description = "The chip of this machine, from the metadata service of Azure (THIM).")
  boolean azure;

  /// The documents, each once.
  Set<CollateralKey> keys(CollateralRoots roots, Update update, CollateralFolder folder)
      throws IOException, Failure {
    Set<CollateralKey> keys = new LinkedHashSet<>();
    if (allKnown) {
      keys.addAll(CollateralNeeds.common(update));
      folder.all().stream().map(CollateralDocument::key).forEach(keys::add);
    }
    for (String fmspc : fmspcs) {
      if (tees.isEmpty()) {
        throw new Failure("--fmspc wants --tee sgx or --tee tdx beside it");
      }
      for (TeeKind tee : tees) {
        keys.addAll(CollateralNeeds.of(tee, hex("--fmspc", fmspc, FMSPC), update));
      }
    }
    if (product.isPresent() || chipId.isPresent() || tcb.isPresent()) {
      keys.addAll(CollateralNeeds.of(chip()));
    }
    CollateralNeeds needs = new CollateralNeeds(roots, update);
    for (Path file : evidence) {
      keys.addAll(of(needs, file));
    }
    if (keys.isEmpty() && !azure) {
      throw new Failure(
          "nothing to fetch: name evidence, --fmspc and --tee, --product with --chip-id and --tcb, --azure, or --all-known");
    }
    return keys;
  }

  private static List<CollateralKey> of(CollateralNeeds needs, Path file) throws Failure {
    Bytes content = CollateralPlace.read("FILE", file, MAX_EVIDENCE);
    try {
      return needs.of(bare(content, file), Instant.now());
    } catch (FormatException e) {
      throw new Failure(
          "%s is no evidence of AMD's or Intel's: expected %s, found %s"
              .formatted(file, e.expected(), e.found()),
          e);
    } catch (RefusedException e) {
      throw new Failure(e.refusal());
    }
  }

  /// Evidence without what was put around it: hexadecimal, base64, a certificate table.
  private static Bytes bare(Bytes content, Path file) throws FormatException, Failure {
    return switch (Recogniser.recognise(content).form()) {
      case EvidenceForm.SnpReport(Bytes report, _) -> report;
      case EvidenceForm.DcapQuote(_, Bytes quote) -> quote;
      case EvidenceForm.GuestEvidence(_, Json.Obj json) -> Bytes.utf8(json.compact());
      case EvidenceForm other ->
          throw new Failure(
              "%s is %s: name the report or quote in it".formatted(file, other.what()));
    };
  }

  private static Bytes hex(String option, String text, int size) throws Failure {
    try {
      Bytes value = Bytes.fromHex(text);
      if (value.size() == size) {
        return value;
      }
    } catch (FormatException _) {
      // The same message as for another length.
    }
    throw new Failure("%s wants %d hexadecimal digits, got '%s'".formatted(option, 2 * size, text));
  }

  private CollateralKey.ChipKey chip() throws Failure {
    if (product.isEmpty() || chipId.isEmpty() || tcb.isEmpty()) {
      throw new Failure("--product, --chip-id and --tcb name a chip together");
    }
    SnpProduct line = TcbText.product("--product", product.get());
    int size = line.chipIdSize();
    // The report has zeros behind a shorter id.
    String id = chipId.get();
    boolean padded = id.length() > 2 * size && id.substring(2 * size).matches("0+");
    Bytes hardwareId = hex("--chip-id", padded ? id.substring(0, 2 * size) : id, size);
    SnpTcb wanted = TcbText.parse("--tcb", tcb.get(), line.layout());
    return new CollateralKey.ChipKey(line, hardwareId, wanted);
  }
}
