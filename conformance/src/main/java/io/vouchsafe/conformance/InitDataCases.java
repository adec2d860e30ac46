package io.vouchsafe.conformance;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.protocol.InitData;
import io.vouchsafe.tpm.HashAlg;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Init-data: `{"name","expect",…digests}` with `NAME.toml`, `NAME.annotation.txt` and `NAME.img`
/// beside the file; `{"image","expect"}`, a damaged disk; or `{"toml",…digests}`, the document in
/// the case itself.
final class InitDataCases {
  private static final String KIND = "init-data";

  /// What stands before the digest as a register holds it, and that register's length.
  private static final Map<String, Integer> REGISTERS =
      Map.of("snp", 32, "tdx", 48, "cca", 64, "sgx", 64);

  private InitDataCases() {}

  static Optional<List<Case>> of(CaseFile file) {
    Optional<List<Json.Obj>> items = file.items();
    if (items.isEmpty() || items.get().stream().noneMatch(item -> isDocument(file, item))) {
      return Optional.empty();
    }
    return Optional.of(
        CaseFile.each(items.get(), (item, id) -> new Case(id, KIND, () -> run(file, item))));
  }

  private static boolean isDocument(CaseFile file, Json.Obj item) {
    return item.get("toml").isPresent()
        || item.get("name").orElse(Json.NULL) instanceof Json.Str(String name)
            && file.has(name + ".toml");
  }

  private static void run(CaseFile file, Json.Obj item)
      throws Difference, FormatException, IOException {
    if (item.get("image").isPresent()) {
      Bytes disk = file.bytes(item.string("image"));
      Expectation.of(item).of(() -> fromDisk(disk));
      return;
    }
    Optional<String> inline = item.optionalString("toml");
    Bytes document =
        inline.isPresent() ? Bytes.utf8(inline.get()) : file.bytes(item.string("name") + ".toml");
    Optional<InitData> found = Expectation.orAccept(item).of(() -> InitData.parse(document));
    if (found.isPresent()) {
      compare(item, found.get());
    }
    if (inline.isEmpty() && found.isPresent()) {
      compareForms(file, item.string("name"), document);
    }
  }

  private static Bytes fromDisk(Bytes disk) throws FormatException, IOException {
    Optional<Bytes> found = InitData.fromDisk(new ByteArrayInputStream(disk.toByteArray()));
    if (found.isEmpty()) {
      throw FormatException.unexpected("a disk with init-data", "none");
    }
    return found.get();
  }

  private static void compare(Json.Obj item, InitData found) throws Difference, FormatException {
    Optional<String> algorithm = item.optionalString("algorithm");
    if (algorithm.isPresent()) {
      Difference.require("algorithm", algorithm.get(), found.algorithm().wireName());
    }
    Bytes digest = found.digest();
    for (var member : item.members().entrySet()) {
      if (!(member.getValue() instanceof Json.Str(String expected))) {
        continue;
      }
      String name = member.getKey().toLowerCase(Locale.ROOT);
      if (name.equals("digest")) {
        Difference.require(name, expected, digest.hex());
      } else if (name.startsWith("vtpm")) {
        comparePcr8(expected, digest);
      } else {
        Integer length = REGISTERS.get(name.length() < 3 ? name : name.substring(0, 3));
        if (length != null) {
          Difference.require(name, expected, digest.fit(length).hex());
        }
      }
    }
  }

  /// A register of the SHA-256 bank takes a SHA-256 digest and no other.
  private static void comparePcr8(String expected, Bytes digest) throws Difference {
    HashAlg bank = HashAlg.SHA256;
    String found =
        digest.size() == bank.size()
            ? bank.extend(Bytes.zeros(bank.size()), digest).hex()
            : "not possible";
    String start = expected.startsWith("not possible") ? "not possible" : expected;
    Difference.require("PCR 8", start, found);
  }

  private static void compareForms(CaseFile file, String name, Bytes document)
      throws Difference, FormatException, IOException {
    String annotation = name + ".annotation.txt";
    if (file.has(annotation)) {
      String text = file.bytes(annotation).utf8Lossy();
      Difference.require("annotation", document, InitData.fromAnnotation(text));
    }
    if (file.has(name + ".img")) {
      Difference.require("disk", document, fromDisk(file.bytes(name + ".img")));
    }
    Bytes written = InitData.parse(document).toDisk();
    Difference.require("a disk that we write", document, fromDisk(written));
  }
}
