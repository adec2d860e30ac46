package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.testkit.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `verify` over the shared vectors: every case of SEV-SNP, DCAP and Azure gets the exit status and
/// code that it expects.
class VerifyVectorsTest {
  @TempDir private Path folder;

  private Cli.Outcome verify(String vectors, Json.Obj item) throws IOException, FormatException {
    List<String> words = new ArrayList<>(List.of("verify", "--json"));
    boolean snp = vectors.equals("snp");
    boolean azure = vectors.startsWith("az-");
    String evidence = azure ? "evidence" : snp ? "report" : "quote";
    words.add(Vectors.path(vectors + "/" + item.string(evidence)).toString());
    boolean amd = snp || vectors.equals("az-snp-vtpm");
    List<String> companions =
        snp ? List.of("vek", "chain", "crl") : List.of(amd ? "root" : "collateral");
    for (String name : companions) {
      Optional<String> file = item.optionalString(name);
      if (file.isPresent()) {
        words.addAll(List.of("--collateral", Vectors.path(vectors + "/" + file.get()).toString()));
      }
    }
    String chain = item.optionalString(snp ? "chain" : "root").orElse("");
    if (amd && !chain.startsWith("amd-")) {
      words.addAll(List.of("--root", root(vectors + "/" + chain).toString()));
    } else if (!amd && !item.string("root").startsWith("intel-")) {
      words.addAll(List.of("--root", Vectors.path(vectors + "/" + item.string("root")).toString()));
    }
    if (azure) {
      words.addAll(List.of("--report-data", item.string("expectedNonce")));
    }
    words.addAll(List.of("--at", item.string("time")));
    Path policy = Files.writeString(folder.resolve("policy.json"), item.object("policy").compact());
    words.addAll(List.of("--policy", policy.toString()));
    return new Cli(folder).run(words.toArray(String[]::new));
  }

  /// The last block of a chain that is a root.
  private Path root(String chain) throws IOException {
    String text = Vectors.text(chain);
    for (String block : text.split("(?<=-----END CERTIFICATE-----\n)")) {
      Path file = Files.writeString(folder.resolve("root.pem"), block);
      Cli.Outcome outcome =
          new Cli(folder).run("verify", file.toString(), "--root", file.toString());
      if (!outcome.err().contains("is no root")) {
        return file;
      }
    }
    throw new AssertionError("no root in " + chain);
  }

  @ParameterizedTest
  @ValueSource(strings = {"snp", "tdx", "sgx", "az-snp-vtpm", "az-tdx-vtpm"})
  void verify_everyCase_endsAsExpected(String vectors) throws IOException, FormatException {
    Json cases = Json.parse(Vectors.text(vectors + "/cases.json"), JsonLimits.DOCUMENT);
    List<String> wrong = new ArrayList<>();
    int seen = 0;
    for (Json entry : cases.asArray("cases")) {
      Json.Obj item = entry.asObject("case");
      if (item.get("kind").isPresent()) {
        continue;
      }
      seen++;
      Cli.Outcome outcome = verify(vectors, item);
      String found = outcome.status() + " " + codes(outcome);
      if (!isAsExpected(item, outcome)) {
        wrong.add(item.string("id") + ": " + found + " " + outcome.err());
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(seen).isGreaterThan(10);
  }

  private static Set<String> codes(Cli.Outcome outcome) throws FormatException {
    Set<String> codes = new TreeSet<>();
    if (outcome.out().isBlank()) {
      return codes;
    }
    for (Json result : outcome.json().array("results")) {
      Optional<Json> refusal = result.asObject("result").get("refusal");
      if (refusal.isPresent()) {
        codes.add(refusal.get().asObject("refusal").string("code"));
      }
    }
    return codes;
  }

  private static boolean isAsExpected(Json.Obj item, Cli.Outcome outcome) throws FormatException {
    Set<String> codes = codes(outcome);
    return switch (item.string("expect")) {
      case "valid" ->
          outcome.status() == 0
              || outcome.status() == 3
              // The vectors leave service TDs alone, and this policy does not.
              || codes.equals(Set.of("POLICY_SERVICE_TD"));
      case "invalid" -> {
        Set<String> reasons = new TreeSet<>();
        for (Json reason : item.array("reasons")) {
          reasons.add(reason.asString("reason"));
        }
        yield (outcome.status() == 1 || outcome.status() == 2) && reasons.containsAll(codes);
      }
      // No collateral: nothing is known about the platform's level.
      default ->
          outcome.status() == 1
              && Set.of("COLLATERAL_MISSING", "POLICY_DEBUG", "POLICY_SERVICE_TD")
                  .containsAll(codes);
    };
  }

  @Test
  void verify_realReportWithTable_isRecognised() throws IOException {
    Path table = Vectors.path("snp/certtable-ok.bin");
    Cli.Outcome outcome = new Cli(folder).run("verify", table.toString());
    assertThat(outcome.status()).isEqualTo(125);
    assertThat(outcome.err()).contains("no evidence among the files");
  }
}
