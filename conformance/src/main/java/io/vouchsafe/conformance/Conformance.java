package io.vouchsafe.conformance;

import io.vouchsafe.encoding.FormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Runs every case that lies in a folder. Files named `cases.json` and `expected.json` must be of a
/// known format, or their cases are reported as unknown; known-answer files of the same formats
/// under other names (`expected-plain.json`, `pcrs.json`, `*-kat.json`, …) are run too.
///
/// A case that is malformed, or names a file that is missing, differs.
public final class Conformance {
  private static final Set<String> MAIN_NAMES = Set.of("cases.json", "expected.json");
  private static final Set<String> OTHER_NAMES =
      Set.of("expected-plain.json", "pcrs.json", "runtime-data.json", "kbs-response-jwe.json");
  private static final List<String> OTHER_ENDS =
      List.of("-kat.json", "-transcript.json", ".pcrs.json", "-pkey.json", "_out.json");

  private static final List<Family> FAMILIES =
      List.of(
          ResourceUriCases::of,
          InitDataCases::of,
          SealedReplyCases::of,
          RuntimeDataCases::of,
          TranscriptCases::of,
          EventLogCases::of,
          MixedCases::of,
          CosignCases::of,
          ImageCases::of,
          UnifiedKernelCases::of,
          EarCases::of,
          EventClaimCases::of);

  private Conformance() {}

  /// Runs the cases of `dir`.
  ///
  /// @param skip kinds to leave out
  /// @throws IOException if `dir` cannot be walked
  public static Report run(Path dir, Set<String> skip) throws IOException {
    List<CaseResult> results = new ArrayList<>();
    Path root = dir.toRealPath(); // a walk that starts at a link would see the link only
    for (Path file : files(root)) {
      String name = root.relativize(file).toString();
      for (Case item : cases(file)) {
        results.add(skip.contains(item.kind()) ? skipped(name, item) : run(name, item));
      }
    }
    return new Report(results);
  }

  private static List<Path> files(Path dir) throws IOException {
    try (Stream<Path> all = Files.walk(dir)) {
      return all.filter(Conformance::isCaseFile).sorted().toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static boolean isCaseFile(Path path) {
    String name = String.valueOf(path.getFileName());
    return (MAIN_NAMES.contains(name)
            || OTHER_NAMES.contains(name)
            || OTHER_ENDS.stream().anyMatch(name::endsWith))
        && Files.isRegularFile(path);
  }

  private static List<Case> cases(Path path) {
    boolean main = MAIN_NAMES.contains(String.valueOf(path.getFileName()));
    try {
      CaseFile file = CaseFile.read(path);
      for (Family family : FAMILIES) {
        Optional<List<Case>> cases = family.cases(file);
        if (cases.isPresent()) {
          return cases.get();
        }
      }
      return main ? UnknownCases.of(file) : List.of();
    } catch (FormatException | IOException e) {
      return main ? List.of(new Case("file", "file", () -> malformed(e))) : List.of();
    }
  }

  private static void malformed(Exception e) throws Difference {
    throw new Difference("a file of cases", String.valueOf(e.getMessage()));
  }

  private static CaseResult skipped(String file, Case item) {
    return new CaseResult.Skipped(file, item.id(), item.kind());
  }

  private static CaseResult run(String file, Case item) {
    if (item.isUnknown()) {
      return new CaseResult.Unknown(file, item.id(), item.kind());
    }
    try {
      item.step().run();
      return new CaseResult.Passed(file, item.id(), item.kind());
    } catch (Difference e) {
      return differing(file, item, e.expected(), e.found());
    } catch (FormatException | IOException e) {
      return differing(file, item, "a well-formed case", String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      // A library that fails in this way has a defect, which is what a run is there to find.
      return differing(file, item, "an answer", e.toString());
    }
  }

  private static CaseResult differing(String file, Case item, String expected, String found) {
    Optional<String> argument = Disputes.argument(item.kind(), expected, found);
    if (argument.isPresent()) {
      return new CaseResult.Disputed(file, item.id(), item.kind(), expected, found, argument.get());
    }
    return new CaseResult.Differing(file, item.id(), item.kind(), expected, found);
  }
}
