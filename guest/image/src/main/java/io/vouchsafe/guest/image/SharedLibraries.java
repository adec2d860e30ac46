package io.vouchsafe.guest.image;

import io.vouchsafe.guest.image.ImageTools.Tool;
import io.vouchsafe.process.Command;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which shared libraries programs need, the loader included, as the host's loader finds them.
final class SharedLibraries {
  /// `name => /path (address)` or `/path (address)`.
  private static final Pattern FOUND = Pattern.compile("(?:=> |^\\s*)(/\\S+) \\(0x[0-9a-f]+\\)$");

  private SharedLibraries() {}

  /// The paths by which programs look for their libraries.
  ///
  /// @throws IOException if a library is missing or the tool fails
  static SortedSet<Path> of(Collection<Path> programs, ImageTools tools) throws IOException {
    SortedSet<Path> libraries = new TreeSet<>();
    for (Path program : programs) {
      String text =
          Command.of(tools.path(Tool.LDD).toString(), program.toString())
              .with("LC_ALL", "C")
              .orFail();
      libraries.addAll(parse(program, text));
    }
    return libraries;
  }

  static SortedSet<Path> parse(Path program, String text) throws IOException {
    SortedSet<Path> libraries = new TreeSet<>();
    for (String line : text.lines().toList()) {
      Matcher found = FOUND.matcher(line);
      if (line.contains("not found")) {
        throw new IOException(program + " lacks a library: " + line.strip());
      }
      if (found.find() && !found.group(1).equals(program.toString())) {
        libraries.add(Path.of(found.group(1)));
      }
    }
    if (libraries.isEmpty()) {
      throw new IOException("no libraries listed for " + program + ": " + text.strip());
    }
    return libraries;
  }
}
