package io.vouchsafe.trust.collateral;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Documents in a folder, one file each, as they were received: whoever reads them verifies them
/// again. Several processes may share it. Files appear whole; those that were written longest ago
/// go when there are too many.
public final class CollateralFolder {
  /// Most files.
  public static final int MAX_FILES = 8192;

  private static final String SUFFIX = ".json";
  private static final String FAILURES = "failures";
  private static final int MAX_FAILURES = 256;
  private static final int MAX_FILE = 512 << 10;
  private static final JsonLimits LIMITS = new JsonLimits(MAX_FILE, 4, 4096, 20);

  private final Path folder;

  /// @param folder made when something is written
  public CollateralFolder(Path folder) {
    this.folder = folder;
  }

  /// A document that could not be had.
  ///
  /// @param key which
  /// @param at when
  /// @param code why
  /// @param found what was there instead
  public record Failed(CollateralKey key, Instant at, String code, String found) {
    private Json.Obj toJson() {
      return Json.object()
          .put("key", key.text())
          .put("at", at.toString())
          .put("code", code)
          .put("found", found)
          .build();
    }

    private static Failed parse(Json.Obj json) throws FormatException {
      return new Failed(
          CollateralKey.parse(json.string("key")),
          CollateralDocument.time(json, "at"),
          json.string("code"),
          json.string("found"));
    }
  }

  private Path file(CollateralKey key) {
    // Keys hold no underscore, so that the name tells the key.
    return folder.resolve(key.text().replace('/', '_') + SUFFIX);
  }

  /// The document of that key, if there is one that can be read.
  Optional<CollateralDocument> read(CollateralKey key) throws IOException {
    return read(file(key)).filter(document -> document.key().equals(key));
  }

  private static Optional<CollateralDocument> read(Path file) throws IOException {
    try {
      return Optional.of(CollateralDocument.parse(json(file)));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (FormatException _) {
      // Half of a disk's block, or somebody's edit: fetched again as if it were not there.
      return Optional.empty();
    }
  }

  private static Json.Obj json(Path file) throws IOException, FormatException {
    try (var in = Files.newInputStream(file)) {
      return Json.parseObject(Bytes.of(in.readNBytes(MAX_FILE + 1)), LIMITS);
    }
  }

  /// Keeps a document, in place of one of the same key.
  void write(CollateralDocument document) throws IOException {
    make();
    prune();
    replace(file(document.key()), document.toJson());
  }

  private void make() throws IOException {
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  private void replace(Path file, Json json) throws IOException {
    Path fresh = Files.createTempFile(folder, ".new", "");
    try {
      Files.writeString(fresh, json.compact());
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private void prune() throws IOException {
    List<Path> files = files();
    if (files.size() < MAX_FILES) {
      return;
    }
    files.sort(Comparator.comparingLong(file -> file.toFile().lastModified()));
    for (Path file : files.subList(0, files.size() - MAX_FILES + 1)) {
      Files.deleteIfExists(file);
    }
  }

  private List<Path> files() throws IOException {
    if (!Files.isDirectory(folder)) {
      return new ArrayList<>();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return new ArrayList<>(
          all.filter(file -> file.getFileName().toString().endsWith(SUFFIX))
              .filter(file -> !file.getFileName().toString().equals(FAILURES + SUFFIX))
              .sorted()
              .toList());
    }
  }

  /// Every document that can be read, by name. Nothing is verified.
  public List<CollateralDocument> all() throws IOException {
    List<CollateralDocument> documents = new ArrayList<>();
    for (Path file : files()) {
      read(file).ifPresent(documents::add);
    }
    return documents;
  }

  /// What could not be had lately, the last attempt of each.
  public List<Failed> failures() throws IOException {
    List<Failed> failures = new ArrayList<>();
    try {
      for (Json item : json(folder.resolve(FAILURES + SUFFIX)).array(FAILURES)) {
        failures.add(Failed.parse(item.asObject("failure")));
      }
    } catch (NoSuchFileException _) {
      return List.of();
    } catch (FormatException _) {
      // The next failure writes it anew.
      return List.of();
    }
    return failures;
  }

  /// Notes a failure, in place of an earlier one of the same key.
  void failed(Failed failure) throws IOException {
    List<Failed> failures = without(failure.key());
    failures.add(failure);
    int surplus = Math.max(0, failures.size() - MAX_FAILURES);
    writeFailures(failures.subList(surplus, failures.size()));
  }

  /// Forgets the failure of a key.
  void succeeded(CollateralKey key) throws IOException {
    List<Failed> failures = without(key);
    if (failures.size() < failures().size()) {
      writeFailures(failures);
    }
  }

  private List<Failed> without(CollateralKey key) throws IOException {
    return new ArrayList<>(failures().stream().filter(each -> !each.key().equals(key)).toList());
  }

  private void writeFailures(List<Failed> failures) throws IOException {
    make();
    Json.Obj json =
        Json.object()
            .put(FAILURES, Json.array(failures.stream().map(Failed::toJson).toList()))
            .build();
    replace(folder.resolve(FAILURES + SUFFIX), json);
  }
}
