package io.vouchsafe.guest.image;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.guest.image.ImageTools.Tool;
import io.vouchsafe.process.Command;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Builds pod VMs, without root. Same inputs, same bytes; a built one is found again by the digest
/// of its inputs.
public final class PodVmBuilder {
  private static final String AOT = "aot";
  private static final int NAME_DIGITS = 24;

  private final Path images;
  private final Progress progress;

  /// @param images folder of all images, made if it is missing
  /// @param progress told what is being done
  public PodVmBuilder(Path images, Progress progress) {
    this.images = images.toAbsolutePath();
    this.progress = progress;
  }

  /// Finds the image of these inputs, or builds it.
  ///
  /// @throws IOException if an input cannot be read, a tool fails or the folder cannot be written
  public PodVm build(PodVmInputs inputs) throws IOException {
    String inputDigest = inputs.digest().hex();
    Path marker = images.resolve(AOT).resolve(inputDigest + ".image");
    if (Files.exists(marker)) {
      Path known = images.resolve(Files.readString(marker).strip());
      if (Files.exists(known.resolve(PodVm.MANIFEST))) {
        return read(known);
      }
    }
    Files.createDirectories(images.resolve(AOT));
    Path scratch = Files.createTempDirectory(images, ".building-");
    try {
      PodVm built = build(inputs, inputDigest, scratch);
      Path target = images.resolve(name(inputDigest, built.aotCache()));
      publish(built.folder(), target);
      writeAtomically(marker, target.getFileName() + "\n");
      return read(target);
    } finally {
      FileTrees.delete(scratch);
    }
  }

  private static PodVm read(Path folder) throws IOException {
    try {
      return PodVm.read(folder);
    } catch (FormatException e) {
      throw new IOException(
          "%s is damaged (%s); remove its folder".formatted(folder, e.getMessage()), e);
    }
  }

  /// The inputs and the class cache together decide the bytes.
  private static String name(String inputDigest, Optional<Bytes> cache) {
    String both =
        new Sha256()
            .add("inputs", inputDigest)
            .add(AOT, cache.map(Bytes::hex).orElse("none"))
            .finish()
            .hex();
    return both.substring(0, NAME_DIGITS);
  }

  private PodVm build(PodVmInputs inputs, String inputDigest, Path scratch) throws IOException {
    Path out = Files.createDirectory(scratch.resolve("image"));
    Path work = Files.createDirectory(scratch.resolve("work"));
    progress.step("unpacking kernel " + inputs.kernel().release());
    KernelPackage.Unpacked kernel =
        inputs.kernel().unpack(Files.createDirectory(work.resolve("kernel")), inputs.tools());
    FileTrees.copyFile(kernel.kernel(), out.resolve("vmlinuz"));
    FileTrees.copyFile(ImageTools.FIRMWARE_CODE, out.resolve("OVMF_CODE.fd"));
    FileTrees.copyFile(ImageTools.FIRMWARE_VARIABLES, out.resolve("OVMF_VARS.fd"));

    Path rootFolder = Files.createDirectory(work.resolve("root"));
    RootTree root = RootTree.build(rootFolder, inputs, kernel, progress);
    AotTraining.Result training = aotCache(inputs, inputDigest, root, work);
    Optional<Bytes> cache = Optional.empty();
    String note = "";
    switch (training) {
      case AotTraining.Result.Made(Path file) -> {
        root.addAotCache(file);
        cache = Optional.of(Sha256.of(file));
      }
      case AotTraining.Result.Impossible(String reason) -> {
        note = reason;
        progress.step("the agent starts without a class cache: " + reason);
      }
    }
    progress.step("writing root and initramfs");
    root.toErofs(out.resolve("root.img"));
    VerityTree verity = VerityTree.append(out.resolve("root.img"));
    write(out.resolve("initrd"), Initramfs.podVm(inputs.tools(), kernel, work));
    write(out.resolve("recording-initrd"), Initramfs.recording(inputs.tools(), work));
    return describe(out, verity, cache, note, inputs);
  }

  /// A cache of the same inputs is used again: the image then has the same bits.
  private AotTraining.Result aotCache(
      PodVmInputs inputs, String inputDigest, RootTree root, Path work) throws IOException {
    Path kept = images.resolve(AOT).resolve(inputDigest + ".aot");
    if (Files.exists(kept)) {
      return new AotTraining.Result.Made(kept);
    }
    progress.step("training the agent's class cache");
    AotTraining.Result result =
        AotTraining.run(root, inputs.agent(), Files.createDirectory(work.resolve(AOT)));
    if (result instanceof AotTraining.Result.Made(Path cache)) {
      Files.move(cache, kept, StandardCopyOption.ATOMIC_MOVE);
      return new AotTraining.Result.Made(kept);
    }
    return result;
  }

  private static PodVm describe(
      Path out, VerityTree verity, Optional<Bytes> cache, String note, PodVmInputs inputs)
      throws IOException {
    Map<String, Bytes> digests = new LinkedHashMap<>();
    try (var files = Files.list(out)) {
      for (Path file : files.sorted().toList()) {
        digests.put(file.getFileName().toString(), Sha256.of(file));
      }
    }
    String commandLine =
        "%s vouchsafe.root=%s vouchsafe.blocks=%d"
            .formatted(PodVm.COMMAND_LINE, verity.rootHash().hex(), verity.dataBlocks());
    PodVm image =
        new PodVm(out, commandLine, verity.rootHash(), digests, packages(inputs), cache, note);
    Files.writeString(out.resolve(PodVm.MANIFEST), image.toJson().compact() + "\n");
    return image;
  }

  /// Versions for people; what counts are the digests.
  private static Map<String, String> packages(PodVmInputs inputs) {
    Map<String, String> versions = new TreeMap<>();
    versions.put("linux-image-" + inputs.kernel().release(), inputs.kernel().version());
    versions.put("java", Runtime.version().toString());
    for (String name :
        List.of(
            Tool.BUSYBOX.debianPackage(),
            Tool.CRUN.debianPackage(),
            Tool.DMSETUP.debianPackage(),
            Tool.MKFS_EROFS.debianPackage(),
            Tool.LZ4.debianPackage(),
            "libc6",
            "ovmf")) {
      versions.put(name, debianVersion(name));
    }
    return versions;
  }

  private static String debianVersion(String name) {
    try {
      String answer =
          Command.of("dpkg-query", "--show", "--showformat=${Version}\\n", name).orFail();
      return answer.lines().findFirst().orElse("unknown");
    } catch (IOException _) {
      // Not from a package, or not on Debian.
      return "unknown";
    }
  }

  private static void publish(Path built, Path target) throws IOException {
    try {
      Files.move(built, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException _) {
      // Another process built the same at the same time, and the same it is.
      return;
    }
  }

  private static void write(Path file, Bytes bytes) throws IOException {
    Files.write(file, bytes.toByteArray());
  }

  private static void writeAtomically(Path file, String text) throws IOException {
    Path next = Files.createTempFile(file.getParent(), ".marker", "");
    Files.writeString(next, text);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
