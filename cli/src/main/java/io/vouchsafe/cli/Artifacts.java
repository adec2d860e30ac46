package io.vouchsafe.cli;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.measure.Measurement;
import io.vouchsafe.measure.OvmfImage;
import io.vouchsafe.tpm.HashAlg;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The files that a measurement is predicted from, remembered with their digests.
final class Artifacts {
  /// Largest file.
  private static final int MAX_FILE = 1 << 30;

  /// One of them.
  ///
  /// @param role what it is for the launch
  /// @param file as it was named, or the text itself
  /// @param isText whether it is the text itself
  /// @param sha256 of its content
  record Input(String role, String file, boolean isText, Bytes sha256) {}

  /// Work that reads what somebody wrote.
  @FunctionalInterface
  interface Reading<T> {
    T read() throws FormatException;
  }

  private final List<Input> inputs = new ArrayList<>();

  /// The whole content of a file.
  Bytes read(String role, Path file) throws IOException, Failure {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new Failure("cannot read the %s: %s".formatted(role, file));
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(MAX_FILE + 1);
      if (content.length > MAX_FILE) {
        throw new Failure("%s is larger than %d bytes".formatted(file, MAX_FILE));
      }
      Bytes bytes = Bytes.of(content);
      inputs.add(new Input(role, file.toString(), false, HashAlg.SHA256.digest(bytes)));
      return bytes;
    }
  }

  /// As [#read(String, Path)], nothing if there is no file.
  Bytes read(String role, Optional<Path> file) throws IOException, Failure {
    return file.isEmpty() ? Bytes.EMPTY : read(role, file.get());
  }

  /// A text that is measured like a file.
  String note(String role, String text) {
    inputs.add(new Input(role, text, true, HashAlg.SHA256.digest(Bytes.utf8(text))));
    return text;
  }

  OvmfImage firmware(String role, Path file) throws IOException, Failure {
    Bytes content = read(role, file);
    return parsed(file.toString(), () -> OvmfImage.parse(content));
  }

  /// Runs `reading`; what it cannot read is a failure that names `what`.
  static <T> T parsed(String what, Reading<T> reading) throws Failure {
    try {
      return reading.read();
    } catch (FormatException e) {
      throw new Failure("%s: %s: %s".formatted(what, e.code(), e.getMessage()), e);
    } catch (IllegalArgumentException e) {
      // A value of the command line that the library does not take.
      throw new Failure("%s: %s".formatted(what, e.getMessage()), e);
    }
  }

  /// What was predicted from the files so far.
  Prediction predicted(String tee) {
    return new Prediction(tee, inputs);
  }

  /// A prediction with one measurement.
  Prediction predicted(String tee, String name, Measurement measurement) {
    Prediction prediction = predicted(tee);
    prediction.add(name, measurement);
    return prediction;
  }
}
