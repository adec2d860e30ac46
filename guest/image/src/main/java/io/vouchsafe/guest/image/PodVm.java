package io.vouchsafe.guest.image;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.measure.DirectBoot;
import io.vouchsafe.measure.Launcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A built pod VM: a folder with the files that a machine is started from, and `podvm.json`, which
/// says what they are.
///
/// @param folder where the files are
/// @param commandLine the kernel's, measured; the same for every run of this image
/// @param rootHash root of the verity tree over the root disk
/// @param digests SHA-256 of each file by its name
/// @param packages versions of what it was made from
/// @param aotCache digest of the agent's class cache, or empty if the agent starts without
/// @param aotNote why there is no cache; empty if there is one
public record PodVm(
    Path folder,
    String commandLine,
    Bytes rootHash,
    Map<String, Bytes> digests,
    Map<String, String> packages,
    Optional<Bytes> aotCache,
    String aotNote) {

  /// The file that describes the others.
  public static final String MANIFEST = "podvm.json";

  /// What every image's command line begins with: serial console; a panic reboots, which ends the
  /// machine; silence; no self-tests of the kernel's cryptography, which take a second; no check of
  /// the timer, which panics when an emulator on a busy host is late.
  public static final String COMMAND_LINE =
      "console=ttyS0 panic=-1 loglevel=1 cryptomgr.notests no_timer_check";

  /// Sizes of memory, in MiB, whose reference values `podvm.json` tells; others are predicted when
  /// they are needed.
  private static final List<Integer> USUAL_MEMORY = List.of(512, 1024, 2048, 4096, 8192);

  private static final long FORMAT = 1;

  public PodVm {
    digests = Map.copyOf(digests);
    packages = Map.copyOf(packages);
  }

  /// Kernel with EFI stub.
  public Path kernel() {
    return folder.resolve("vmlinuz");
  }

  /// First file system, see [Initramfs].
  public Path initrd() {
    return folder.resolve("initrd");
  }

  /// Root disk: file system, then verity tree.
  public Path root() {
    return folder.resolve("root.img");
  }

  /// Firmware code, read only.
  public Path firmwareCode() {
    return folder.resolve("OVMF_CODE.fd");
  }

  /// Firmware variables: every machine starts with its own copy.
  public Path firmwareVariables() {
    return folder.resolve("OVMF_VARS.fd");
  }

  /// Initrd of the recording boot, see [RecordingBoot].
  public Path recordingInitrd() {
    return folder.resolve("recording-initrd");
  }

  /// What a boot of this image with that much memory will measure into PCR 4 and 9.
  ///
  /// @param memoryBytes of the machine
  /// @throws IOException if kernel or initrd cannot be read
  public DirectBoot.Prediction predict(long memoryBytes) throws IOException {
    return predict(initrd(), commandLine, memoryBytes);
  }

  /// What the recording boot with that much memory will measure into PCR 4 and 9.
  ///
  /// @param memoryBytes of the machine
  /// @throws IOException if kernel or initrd cannot be read
  DirectBoot.Prediction predictRecording(long memoryBytes) throws IOException {
    return predict(recordingInitrd(), COMMAND_LINE, memoryBytes);
  }

  private DirectBoot.Prediction predict(Path initrd, String words, long memoryBytes)
      throws IOException {
    try {
      return DirectBoot.predict(
          Bytes.of(Files.readAllBytes(kernel())),
          Bytes.of(Files.readAllBytes(initrd)),
          words,
          memoryBytes,
          Launcher.QEMU_Q35);
    } catch (FormatException e) {
      throw new IOException(kernel() + " is no kernel that can be measured", e);
    }
  }

  /// Digest of one of the files.
  public Bytes digest(Path file) {
    Bytes digest = digests.get(file.getFileName().toString());
    if (digest == null) {
      throw new IllegalArgumentException("not of this image: " + file);
    }
    return digest;
  }

  /// Reads `podvm.json` of a folder.
  ///
  /// @throws IOException if it cannot be read
  /// @throws FormatException if it is not of the form that [PodVmBuilder] writes
  public static PodVm read(Path folder) throws IOException, FormatException {
    return parse(folder, Bytes.of(Files.readAllBytes(folder.resolve(MANIFEST))));
  }

  static PodVm parse(Path folder, Bytes manifest) throws FormatException {
    Json.Obj json = Json.parseObject(manifest, JsonLimits.MESSAGE);
    long format = json.integer("format");
    if (format != FORMAT) {
      throw FormatException.malformed(0, "format " + FORMAT, Long.toString(format));
    }
    Map<String, Bytes> digests = new LinkedHashMap<>();
    for (Map.Entry<String, Json> file : json.object("files").members().entrySet()) {
      Json.Obj entry = file.getValue().asObject(file.getKey());
      digests.put(file.getKey(), Bytes.fromHex(entry.string("sha256")));
    }
    Map<String, String> packages = new LinkedHashMap<>();
    for (Map.Entry<String, Json> entry : json.object("packages").members().entrySet()) {
      packages.put(entry.getKey(), entry.getValue().asString(entry.getKey()));
    }
    Json.Obj aot = json.object("aot");
    Optional<String> cache = aot.optionalString("sha256");
    return new PodVm(
        folder,
        json.string("commandLine"),
        Bytes.fromHex(json.string("rootHash")),
        digests,
        packages,
        cache.isPresent() ? Optional.of(Bytes.fromHex(cache.get())) : Optional.empty(),
        aot.optionalString("note").orElse(""));
  }

  /// The text of `podvm.json`.
  ///
  /// @throws IOException if the size of a file cannot be read
  Json.Obj toJson() throws IOException {
    Json.ObjBuilder files = Json.object();
    for (String name : digests.keySet().stream().sorted().toList()) {
      files.put(
          name,
          Json.object()
              .put("sha256", digest(Path.of(name)).hex())
              .put("size", Files.size(folder.resolve(name)))
              .build());
    }
    Json.ObjBuilder versions = Json.object();
    packages.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> versions.put(entry.getKey(), entry.getValue()));
    Json.ObjBuilder aot = Json.object().put("used", aotCache.isPresent());
    aotCache.ifPresent(digest -> aot.put("sha256", digest.hex()));
    if (!aotNote.isEmpty()) {
      aot.put("note", aotNote);
    }
    return Json.object()
        .put("format", FORMAT)
        .put("commandLine", commandLine)
        .put("rootHash", rootHash.hex())
        .put("files", files.build())
        .put("packages", versions.build())
        .put("aot", aot.build())
        .put("referenceValues", referenceValues())
        .build();
  }

  /// For people and other tools, under the names that the trust server uses. PCR 4 moves with the
  /// memory, the rest does not.
  private Json referenceValues() throws IOException {
    DirectBoot.Prediction any = predict((long) USUAL_MEMORY.getFirst() << 20);
    Json.ObjBuilder kernel = Json.object();
    Json.ObjBuilder pcr4 = Json.object();
    for (int mebibytes : USUAL_MEMORY) {
      DirectBoot.Prediction prediction = predict((long) mebibytes << 20);
      kernel.put(mebibytes + "M", prediction.kernelEvent().hex());
      pcr4.put(mebibytes + "M", prediction.pcr4().hex());
    }
    return Json.object()
        .put("tpm_pcr04", pcr4.build())
        .put("tpm_kernel", kernel.build())
        .put("tpm_pcr09", any.pcr9().hex())
        .put("tpm_command_line", any.commandLineEvent().hex())
        .put("tpm_initrd", any.initrdEvent().hex())
        .build();
  }
}
