package io.vouchsafe.guest.image;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Folders as a whole.
public final class FileTrees {
  private FileTrees() {}

  /// Copies the content of a file that `from` names, through links.
  static void copyFile(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    Files.copy(from.toRealPath(), to, StandardCopyOption.REPLACE_EXISTING);
  }

  /// Gives every file and folder the permissions and times that do not depend on who built it:
  /// `0755` for what may be executed and for folders, else `0644`; the epoch.
  static void normalise(Path root) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(root)) {
      all = walk.toList();
    }
    FileTime epoch = FileTime.fromMillis(0);
    // Deepest first: changing a file's times leaves its folder's alone, but be safe.
    for (Path path : all.reversed()) {
      if (Files.isSymbolicLink(path)) {
        continue;
      }
      boolean executable = Files.isDirectory(path) || Files.isExecutable(path);
      Files.setPosixFilePermissions(
          path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
      Files.setLastModifiedTime(path, epoch);
    }
  }

  /// Removes a folder and what is in it, if it is there. Follows no links.
  public static void delete(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
              throws IOException {
            if (e != null) {
              throw e;
            }
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
