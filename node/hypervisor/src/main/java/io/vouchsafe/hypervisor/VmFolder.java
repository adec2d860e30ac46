package io.vouchsafe.hypervisor;

import io.vouchsafe.process.Daemon;
import io.vouchsafe.process.ProcessIdentity;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The state of one machine: a folder that is there exactly as long as the machine. It names its
/// owner and the programs that run for it, so that [#sweep] can end what a killed owner left.
public final class VmFolder implements AutoCloseable {
  private static final String OWNER = "owner";
  private static final String RECORD_SUFFIX = ".process";
  private static final String UNFINISHED = ".new-";

  /// An unfinished folder without an owner is one that is being made right now, unless it is old.
  private static final Duration UNFINISHED_AGE = Duration.ofMinutes(1);

  private static final Duration GRACE = Duration.ofSeconds(2);

  private final Path path;

  private VmFolder(Path path) {
    this.path = path;
  }

  /// Makes the folder `name` in `machines`, readable by the user only.
  ///
  /// @throws java.nio.file.FileAlreadyExistsException if there is a machine of that name
  /// @throws IOException if it cannot be made
  public static VmFolder create(Path machines, String name) throws IOException {
    Files.createDirectories(machines);
    Path path = machines.resolve(name);
    if (Files.exists(path)) {
      throw new java.nio.file.FileAlreadyExistsException(path.toString());
    }
    Path unfinished =
        Files.createTempDirectory(
            machines,
            UNFINISHED,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.writeString(unfinished.resolve(OWNER), ProcessIdentity.current().encode());
    // One step: nobody ever sees a folder of that name without its owner.
    Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
    return new VmFolder(path);
  }

  /// Ends what dead owners left in `machines` and removes it. Touches only processes that a record
  /// names by number, start time and boot, and only folders whose owner no longer runs.
  ///
  /// @return one line for each thing that was ended or removed
  /// @throws IOException if something cannot be ended or removed
  public static List<String> sweep(Path machines, InstantSource clock) throws IOException {
    List<String> done = new ArrayList<>();
    if (!Files.isDirectory(machines)) {
      return done;
    }
    List<Path> folders;
    try (Stream<Path> list = Files.list(machines)) {
      folders = list.filter(Files::isDirectory).sorted().toList();
    }
    for (Path folder : folders) {
      if (isAbandoned(folder, clock.instant())) {
        done.addAll(endProcesses(folder));
        deleteTree(folder);
        done.add("removed " + folder);
      }
    }
    return List.copyOf(done);
  }

  /// Ends what this process itself left in `machines` and removes it, for when it is told to end in
  /// the middle of its work.
  ///
  /// @throws IOException if something cannot be ended or removed
  public static void endOwn(Path machines) throws IOException {
    if (!Files.isDirectory(machines)) {
      return;
    }
    ProcessIdentity self = ProcessIdentity.current();
    List<Path> folders;
    try (Stream<Path> list = Files.list(machines)) {
      folders = list.filter(Files::isDirectory).sorted().toList();
    }
    for (Path folder : folders) {
      if (Daemon.recorded(folder.resolve(OWNER)).equals(Optional.of(self))) {
        try {
          endProcesses(folder);
          deleteTree(folder);
        } catch (NoSuchFileException | java.nio.file.DirectoryNotEmptyException _) {
          // The thread that works with it is closing it, or still writing: it sees the end, too.
          deleteTree(folder);
        }
      }
    }
  }

  private static boolean isAbandoned(Path folder, Instant now) throws IOException {
    Optional<ProcessIdentity> owner = Daemon.recorded(folder.resolve(OWNER));
    if (owner.isPresent()) {
      return !owner.get().isRunning();
    }
    try {
      return folder.getFileName().toString().startsWith(UNFINISHED)
          && Files.getLastModifiedTime(folder).toInstant().plus(UNFINISHED_AGE).isBefore(now);
    } catch (NoSuchFileException _) {
      // Finished or removed meanwhile.
      return false;
    }
  }

  private static List<String> endProcesses(Path folder) throws IOException {
    List<String> ended = new ArrayList<>();
    List<Path> records;
    try (Stream<Path> list = Files.list(folder)) {
      records = list.filter(file -> file.toString().endsWith(RECORD_SUFFIX)).sorted().toList();
    }
    for (Path record : records) {
      Optional<ProcessIdentity> process = Daemon.recorded(record);
      if (process.isPresent() && process.get().end(GRACE)) {
        String name = record.getFileName().toString();
        ended.add(
            "ended %s, process %d"
                .formatted(
                    name.substring(0, name.length() - RECORD_SUFFIX.length()),
                    process.get().pid()));
      }
    }
    return ended;
  }

  static void deleteTree(Path root) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path directory, @org.jspecify.annotations.Nullable IOException e) throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /// Where it is.
  public Path path() {
    return path;
  }

  /// A file in it.
  public Path file(String name) {
    return path.resolve(name);
  }

  /// Where a program that runs for this machine leaves its record.
  Path record(String program) {
    return path.resolve(program + RECORD_SUFFIX);
  }

  /// Removes the folder. The machine must have ended.
  @Override
  public void close() throws IOException {
    deleteTree(path);
  }
}
