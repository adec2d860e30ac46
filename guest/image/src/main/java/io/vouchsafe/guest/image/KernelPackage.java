package io.vouchsafe.guest.image;

import io.vouchsafe.guest.image.ImageTools.Tool;
import io.vouchsafe.process.Command;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Debian's signed 6.12 kernel for clouds: virtio, TPM, TDX and SNP guests; small. It is downloaded
/// and unpacked, never installed.
///
/// @param file the `.deb`
/// @param release what the kernel calls itself, for example `6.12.117+deb12-cloud-amd64`
/// @param version of the package, for example `6.12.117-1~deb12u1`
public record KernelPackage(Path file, String release, String version) {
  private static final String SEARCH = "^linux-image-6\\.12\\.[0-9]+\\+deb12-cloud-amd64$";
  private static final Pattern NAME =
      Pattern.compile("linux-image-(6\\.12\\.([0-9]+)\\+deb12-cloud-amd64)");
  private static final Pattern FILE =
      Pattern.compile("linux-image-(6\\.12\\.([0-9]+)\\+deb12-cloud-amd64)_(.+)_amd64\\.deb");
  private static final Duration DOWNLOAD_LIMIT = Duration.ofMinutes(10);

  /// The newest one in `cache`; if there is none, the newest that apt knows is downloaded there.
  /// What is there stays in use until it is removed: a new kernel is a new measurement.
  ///
  /// @param progress told before the download
  /// @throws RefusedException [Code#TOOL_MISSING] if apt knows none or does not deliver
  /// @throws IOException if the cache cannot be written
  public static KernelPackage fetch(Path cache, Progress progress)
      throws IOException, RefusedException {
    Files.createDirectories(cache);
    Optional<KernelPackage> cached = cached(cache);
    if (cached.isPresent()) {
      return cached.get();
    }
    String name = newest();
    progress.step("downloading Debian's kernel " + name);
    Path unfinished = Files.createTempDirectory(cache, ".download-");
    try {
      Command.of("apt-get", "-q", "download", name).in(unfinished).within(DOWNLOAD_LIMIT).orFail();
      try (Stream<Path> files = Files.list(unfinished)) {
        for (Path file : files.toList()) {
          // apt escapes the colon of an epoch; this package has none.
          Files.move(
              file, cache.resolve(file.getFileName().toString()), StandardCopyOption.ATOMIC_MOVE);
        }
      }
    } catch (IOException e) {
      throw refused(String.valueOf(e.getMessage()));
    } finally {
      FileTrees.delete(unfinished);
    }
    return cached(cache).orElseThrow(() -> refused("apt-get download left no such file"));
  }

  private static RefusedException refused(String found) {
    return new RefusedException(
        ImageCheck.KERNEL,
        Code.TOOL_MISSING,
        "package linux-image-6.12.*+deb12-cloud-amd64 (run apt-get update, or put the file into the"
            + " cache folder)",
        found);
  }

  private static Optional<KernelPackage> cached(Path cache) throws IOException {
    try (Stream<Path> files = Files.list(cache)) {
      return files
          .map(KernelPackage::of)
          .flatMap(Optional::stream)
          .max(Comparator.comparingInt(KernelPackage::patchLevel));
    }
  }

  /// The package in a file, by its name.
  static Optional<KernelPackage> of(Path file) {
    Matcher name = FILE.matcher(file.getFileName().toString());
    return name.matches()
        ? Optional.of(new KernelPackage(file, name.group(1), name.group(3)))
        : Optional.empty();
  }

  private int patchLevel() {
    return level(NAME.matcher("linux-image-" + release));
  }

  private static int level(Matcher name) {
    return name.matches() ? Integer.parseInt(name.group(2)) : -1;
  }

  private static String newest() throws RefusedException {
    try {
      String found = Command.of("apt-cache", "search", "--names-only", SEARCH).orFail();
      return newestOf(found).orElseThrow(() -> refused("apt knows none"));
    } catch (IOException e) {
      throw refused(String.valueOf(e.getMessage()));
    }
  }

  static Optional<String> newestOf(String aptCacheOutput) {
    return Arrays.stream(aptCacheOutput.split("\n", -1))
        .map(line -> line.split(" ", -1)[0])
        .filter(name -> NAME.matcher(name).matches())
        .max(Comparator.comparingInt(name -> level(NAME.matcher(name))));
  }

  /// Unpacks it.
  ///
  /// @return where its kernel and modules are
  Unpacked unpack(Path folder, ImageTools tools) throws IOException {
    Command.of(tools.path(Tool.DPKG_DEB).toString(), "-x", file.toString(), folder.toString())
        .orFail();
    Path usr = folder.resolve("usr/lib/modules").resolve(release);
    Path modules = Files.isDirectory(usr) ? usr : folder.resolve("lib/modules").resolve(release);
    return new Unpacked(folder.resolve("boot/vmlinuz-" + release), modules, tools);
  }

  /// An unpacked kernel.
  ///
  /// @param kernel bzImage
  /// @param modules folder of the modules
  /// @param tools for unpacking modules
  record Unpacked(Path kernel, Path modules, ImageTools tools) {

    /// The bytes of a module, uncompressed: under emulation the guest's own `xz` takes longer than
    /// everything else that loading does.
    byte[] module(String name) throws IOException {
      List<Path> found;
      try (Stream<Path> files = Files.walk(modules)) {
        found =
            files
                .filter(file ->
                    file.getFileName().toString().matches(Pattern.quote(name) + "\\.ko(\\.xz)?"))
                .toList();
      }
      if (found.size() != 1) {
        throw new IOException("kernel package has %d modules %s".formatted(found.size(), name));
      }
      Path module = found.getFirst();
      if (module.toString().endsWith(".ko")) {
        return Files.readAllBytes(module);
      }
      Path plain = module.resolveSibling(name + ".ko.plain");
      Command.of(
              "/bin/sh",
              "-c",
              "\"$0\" xzcat \"$1\" > \"$2\"",
              tools.path(Tool.BUSYBOX).toString(),
              module.toString(),
              plain.toString())
          .orFail();
      byte[] bytes = Files.readAllBytes(plain);
      Files.delete(plain);
      return bytes;
    }
  }
}
