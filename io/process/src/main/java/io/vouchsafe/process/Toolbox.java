package io.vouchsafe.process;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Programs that were looked for and found, all of them.
///
/// @param <T> which programs
public final class Toolbox<T extends Enum<T> & Toolbox.Program> {

  /// A program that somebody needs.
  public interface Program {
    /// Its file name.
    String program();

    /// What to install on Debian.
    String debianPackage();
  }

  private final Map<T, Path> paths;

  private Toolbox(Map<T, Path> paths) {
    this.paths = paths;
  }

  /// Looks for programs.
  ///
  /// @param folders where to look, in order; usually those of `PATH`
  /// @param programs what to look for
  /// @param check the check that fails if one is missing; lists [Code#TOOL_MISSING]
  /// @throws RefusedException [Code#TOOL_MISSING], naming every missing program and its package
  public static <T extends Enum<T> & Program> Toolbox<T> find(
      List<Path> folders, List<T> programs, Check check) throws RefusedException {
    Map<T, Path> found = new LinkedHashMap<>();
    List<String> missing = new ArrayList<>();
    for (T program : programs) {
      Optional<Path> path = find(folders, program);
      path.ifPresent(value -> found.put(program, value));
      if (path.isEmpty()) {
        missing.add("%s (Debian package %s)".formatted(program.program(), program.debianPackage()));
      }
    }
    if (!missing.isEmpty()) {
      throw new RefusedException(
          check,
          Code.TOOL_MISSING,
          "these programs in PATH: "
              + String.join(", ", programs.stream().map(Program::program).toList()),
          "no " + String.join(", no ", missing));
    }
    return new Toolbox<>(found);
  }

  /// Looks for one program. `/usr/sbin` and `/sbin` are looked through too: the `PATH` of an
  /// ordinary user leaves them out.
  public static Optional<Path> find(List<Path> folders, Program program) {
    List<Path> all = new ArrayList<>(folders);
    all.add(Path.of("/usr/sbin"));
    all.add(Path.of("/sbin"));
    return all.stream()
        .map(folder -> folder.resolve(program.program()))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /// Where a program is.
  public Path path(T program) {
    Path path = paths.get(program);
    if (path == null) {
      throw new IllegalArgumentException("was not looked for: " + program);
    }
    return path;
  }
}
