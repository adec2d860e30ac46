package io.vouchsafe.cli;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Files that a command was given: whatever is wrong with one, the message says which.
final class GivenFile {
  private GivenFile() {}

  /// All of it.
  static Bytes bytes(Path file) throws IOException, Failure {
    requireFile(file);
    return Bytes.of(Files.readAllBytes(file));
  }

  /// One JSON document.
  static Json json(Path file) throws IOException, Failure {
    try {
      return Json.parse(bytes(file), JsonLimits.DOCUMENT);
    } catch (FormatException e) {
      throw new Failure(file + ": " + e.getMessage(), e);
    }
  }

  /// Text in UTF-8.
  ///
  /// @throws Failure with the place of what is no UTF-8
  static String text(Path file) throws IOException, Failure {
    return text(file.toString(), bytes(file).toByteArray());
  }

  /// As [#text(Path)], of what was read already.
  static String text(String name, byte[] raw) throws Failure {
    ByteBuffer bytes = ByteBuffer.wrap(raw);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      int at = bytes.position();
      String before = new String(raw, 0, at, StandardCharsets.UTF_8);
      int start = before.lastIndexOf('\n') + 1;
      throw new Failure(
          "%s:%d:%d: expected UTF-8, found byte 0x%02x (save it as UTF-8)"
              .formatted(
                  name,
                  before.chars().filter(c -> c == '\n').count() + 1,
                  before.length() - start + 1,
                  raw[at]),
          e);
    }
  }

  /// Pipes and devices are files too.
  static void requireFile(Path file) throws Failure {
    if (!Files.exists(file)) {
      throw new Failure("no such file: " + file);
    }
    if (Files.isDirectory(file)) {
      throw new Failure("a folder, where a file is wanted: " + file);
    }
  }
}
