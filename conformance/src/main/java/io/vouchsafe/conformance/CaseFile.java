package io.vouchsafe.conformance;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/// A file of cases and what lies around it. Names in it are relative to it.
///
/// @param path where it is
/// @param content what stands in it
record CaseFile(Path path, Json content) {
  private static final int MAX_FILE = 64 << 20;

  static CaseFile read(Path path) throws IOException, FormatException {
    return new CaseFile(path, Json.parse(bytes(path), JsonLimits.DOCUMENT));
  }

  /// The folder that the file lies in.
  Path folder() {
    Path parent = path.toAbsolutePath().getParent();
    return parent == null ? path.toAbsolutePath() : parent;
  }

  String folderName() {
    Path name = folder().getFileName();
    return name == null ? "" : name.toString();
  }

  String name() {
    return String.valueOf(path.getFileName());
  }

  /// A file or folder that a case names.
  ///
  /// @throws FormatException if the name is none, or nothing has it
  Path find(String name) throws FormatException {
    return findIn(name, List.of(folder()));
  }

  /// As [#find(String)], also among the keys that lie beside the folder or in it.
  Path findKey(String name) throws FormatException {
    Path folder = folder();
    return findIn(
        name,
        List.of(folder, folder.resolve("keys"), folder.resolve("../keys"), folder.resolve("..")));
  }

  private static Path findIn(String name, List<Path> folders) throws FormatException {
    for (Path folder : folders) {
      try {
        Path found = folder.resolve(name).normalize();
        if (!name.isEmpty() && Files.exists(found)) {
          return found;
        }
      } catch (InvalidPathException _) {
        throw FormatException.unexpected("a file name", name);
      }
    }
    throw FormatException.unexpected("the file " + name, "none");
  }

  /// The content of a file that a case names.
  Bytes bytes(String name) throws FormatException, IOException {
    return bytes(find(name));
  }

  /// The content of a file that a case names, unpacked if its name says that it is packed.
  Bytes unpacked(String name) throws FormatException, IOException {
    Path file = find(name);
    if (!name.endsWith(".gz")) {
      return bytes(file);
    }
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return bounded(in, file);
    }
  }

  /// Whether a file lies beside this one.
  boolean has(String name) {
    return Files.isRegularFile(folder().resolve(name));
  }

  static Bytes bytes(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return bounded(in, file);
    }
  }

  private static Bytes bounded(InputStream in, Path file) throws IOException {
    byte[] content = in.readNBytes(MAX_FILE + 1);
    if (content.length > MAX_FILE) {
      throw new IOException(file + " is larger than " + MAX_FILE + " bytes");
    }
    return Bytes.of(content);
  }

  /// The objects of the file: the items of an array, or those of the member `cases`. Empty if it
  /// holds something else.
  Optional<List<Json.Obj>> items() {
    Json list = content;
    if (content instanceof Json.Obj object) {
      list = object.get("cases").orElse(Json.NULL);
    }
    if (list instanceof Json.Arr(List<Json> items)
        && !items.isEmpty()
        && items.stream().allMatch(Json.Obj.class::isInstance)) {
      return Optional.of(items.stream().map(Json.Obj.class::cast).toList());
    }
    return Optional.empty();
  }

  /// The object that the file is, if it is one.
  Optional<Json.Obj> object() {
    return content instanceof Json.Obj object ? Optional.of(object) : Optional.empty();
  }

  /// The name of an item: its first member that is one, else its place.
  static String idOf(Json.Obj item, int index) {
    for (String member :
        List.of("id", "name", "layout", "image", "uri", "signature", "algorithm")) {
      if (item.get(member).orElse(Json.NULL) instanceof Json.Str(String text) && !text.isEmpty()) {
        return text;
      }
    }
    return "#" + index;
  }

  /// The items of a file as cases, each made by `maker`.
  static List<Case> each(List<Json.Obj> items, Maker maker) {
    List<Case> cases = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      cases.add(maker.make(items.get(i), idOf(items.get(i), i)));
    }
    return cases;
  }

  /// Makes the case of an item.
  @FunctionalInterface
  interface Maker {
    Case make(Json.Obj item, String id);
  }
}
