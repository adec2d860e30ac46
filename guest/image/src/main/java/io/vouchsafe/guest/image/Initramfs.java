package io.vouchsafe.guest.image;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.guest.image.ImageTools.Tool;
import io.vouchsafe.process.Command;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The first file systems of our machines: a small uncompressed archive that holds a comment, then
/// a compressed one with what runs. Small, because the firmware hashes every byte of it several
/// times.
public final class Initramfs {
  /// Content of the first file of every initramfs that we build, in clear. Nothing reads it: a
  /// changed letter leaves the machine bootable and its measurement different.
  public static final String COMMENT = "Vouchsafe pod VM. Nothing reads this comment.\n";

  /// Needed for the root: virtio disk, file system, checked device. In the order of loading.
  private static final List<String> MODULES =
      List.of(
          "virtio_blk",
          "crc32c-intel",
          "libcrc32c",
          "erofs",
          "reed_solomon",
          "dm-mod",
          "dm-bufio",
          "dm-verity");

  private Initramfs() {}

  /// That of the pod VM.
  static Bytes podVm(ImageTools tools, KernelPackage.Unpacked kernel, Path scratch)
      throws IOException {
    CpioArchive archive = base(tools, "initramfs-init.sh");
    Path dmsetup = tools.path(Tool.DMSETUP);
    archive.file("bin/dmsetup", 0755, Bytes.of(Files.readAllBytes(dmsetup)));
    for (Path library : SharedLibraries.of(List.of(dmsetup), tools)) {
      addWithFolders(archive, library);
    }
    archive.folder("modules");
    archive.file("modules/order", 0644, Bytes.utf8(String.join("\n", MODULES) + "\n"));
    for (String module : MODULES) {
      archive.file("modules/" + module + ".ko", 0644, Bytes.of(kernel.module(module)));
    }
    return pack(archive, tools, scratch);
  }

  /// That of the recording boot, see [RecordingBoot].
  static Bytes recording(ImageTools tools, Path scratch) throws IOException {
    return pack(base(tools, "recording-init.sh"), tools, scratch);
  }

  private static CpioArchive base(ImageTools tools, String script) throws IOException {
    CpioArchive archive = new CpioArchive();
    for (String folder : List.of("bin", "dev", "proc", "newroot", "sys")) {
      archive.folder(folder);
    }
    Bytes busybox = Bytes.of(Files.readAllBytes(tools.path(Tool.BUSYBOX)));
    return archive
        .file("bin/busybox", 0755, busybox)
        .link("bin/sh", "busybox")
        .file("init", 0755, script(script));
  }

  private static void addWithFolders(CpioArchive archive, Path library) throws IOException {
    String path = library.toString().substring(1);
    for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
      if (!archive.has(path.substring(0, slash))) {
        archive.folder(path.substring(0, slash));
      }
    }
    archive.file(path, 0755, Bytes.of(Files.readAllBytes(library)));
  }

  private static Bytes pack(CpioArchive archive, ImageTools tools, Path scratch)
      throws IOException {
    Path plain = scratch.resolve("initramfs.cpio");
    Path packed = scratch.resolve("initramfs.lz4");
    Files.write(plain, archive.encode().toByteArray());
    // The legacy frame is the one that the kernel reads.
    Command.of(
            tools.path(Tool.LZ4).toString(),
            "-q",
            "-l",
            "-9",
            "-f",
            plain.toString(),
            packed.toString())
        .orFail();
    Bytes comment = new CpioArchive().file("comment", 0644, Bytes.utf8(COMMENT)).encode();
    Bytes initramfs = comment.concat(Bytes.of(Files.readAllBytes(packed)));
    Files.delete(plain);
    Files.delete(packed);
    return initramfs;
  }

  /// A script of this package.
  static Bytes script(String name) throws IOException {
    Optional<InputStream> resource = Optional.ofNullable(Initramfs.class.getResourceAsStream(name));
    try (InputStream in =
        resource.orElseThrow(() -> new IllegalStateException("not in our jar: " + name))) {
      return Bytes.of(in.readAllBytes());
    }
  }
}
