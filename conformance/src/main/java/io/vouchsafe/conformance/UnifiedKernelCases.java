package io.vouchsafe.conformance;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.measure.DirectBoot;
import io.vouchsafe.measure.Launcher;
import io.vouchsafe.measure.UnifiedKernel;
import io.vouchsafe.tpm.HashAlg;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// What a unified kernel image and a kernel that QEMU patches measure to: by bank,
/// `authenticode_uki`, `authenticode_inner_linux`, `pcr11_…`; and `qemu_patched_kernel` by size of
/// memory and initrd. The images are the `.efi` files beside the case file: the one with sections
/// of a unified kernel, and the other.
final class UnifiedKernelCases {
  private static final String UNIFIED = "unified-kernel";
  private static final String PATCHED = "patched-kernel";
  private static final int MAX_INITRD = 256 << 20;
  private static final Map<String, HashAlg> BANKS =
      Map.of("sha1", HashAlg.SHA1, "sha256", HashAlg.SHA256, "sha384", HashAlg.SHA384);

  private UnifiedKernelCases() {}

  static Optional<List<Case>> of(CaseFile file) throws FormatException {
    Optional<Json.Obj> object = file.object();
    if (object.isEmpty()
        || object.get().members().keySet().stream().noneMatch(BANKS::containsKey)) {
      return Optional.empty();
    }
    List<Case> cases = new ArrayList<>();
    for (var member : object.get().members().entrySet()) {
      HashAlg bank = BANKS.get(member.getKey());
      if (bank != null && member.getValue() instanceof Json.Obj expected) {
        if (expected.get("authenticode_uki").isEmpty()) {
          return Optional.empty();
        }
        cases.add(new Case(member.getKey(), UNIFIED, () -> unified(file, bank, expected)));
      } else if (member.getKey().equals("qemu_patched_kernel")) {
        for (Json item : member.getValue().asArray(member.getKey())) {
          cases.add(
              new Case(
                  "qemu #" + cases.size(), PATCHED, () -> patched(file, item.asObject("case"))));
        }
      }
    }
    return Optional.of(cases);
  }

  /// An image beside the file, by whether it is a unified kernel.
  private static Bytes image(CaseFile file, boolean unified) throws FormatException, IOException {
    try (Stream<Path> all = Files.list(file.folder())) {
      for (Path path : all.filter(p -> p.toString().endsWith(".efi")).sorted().toList()) {
        Bytes image = CaseFile.bytes(path);
        if (isUnified(image) == unified) {
          return image;
        }
      }
    }
    throw FormatException.unexpected(
        unified ? "a unified kernel image" : "a kernel image", "no such .efi file");
  }

  private static boolean isUnified(Bytes image) {
    try {
      UnifiedKernel.parse(image);
      return true;
    } catch (FormatException _) {
      return false;
    }
  }

  private static void unified(CaseFile file, HashAlg bank, Json.Obj expected)
      throws Difference, FormatException, IOException {
    UnifiedKernel kernel = UnifiedKernel.parse(image(file, true));
    require(expected, "authenticode_uki", kernel.imageEvent(bank));
    require(expected, "authenticode_inner_linux", kernel.kernelEvent(bank));
    Bytes canonical = kernel.pcr11(bank, UnifiedKernel.Stub.CANONICAL);
    require(expected, "pcr11_stub_canonical_all_sections", canonical);
    require(expected, "pcr11_stub_v252_subset", kernel.pcr11(bank, UnifiedKernel.Stub.SYSTEMD_252));
    if (expected.present("pcr11_phases").isPresent()) {
      Bytes value = canonical;
      for (String phase : UnifiedKernel.PHASES) {
        value = UnifiedKernel.afterPhase(bank, value, phase);
        require(expected.object("pcr11_phases"), "after " + phase, value);
      }
    }
  }

  private static void patched(CaseFile file, Json.Obj expected)
      throws Difference, FormatException, IOException {
    long size = expected.integer("initrd_size");
    if (size < 1 || size > MAX_INITRD) {
      throw FormatException.unexpected("an initrd of at most " + MAX_INITRD, size + " bytes");
    }
    DirectBoot.Prediction prediction =
        DirectBoot.predict(
            image(file, false),
            Bytes.zeros((int) size), // only its size shows in the kernel's header
            "",
            expected.integer("mem_bytes"),
            Launcher.QEMU_Q35);
    require(expected, "authenticode_sha256", prediction.kernelEvent());
  }

  private static void require(Json.Obj expected, String member, Bytes found)
      throws Difference, FormatException {
    Optional<String> value = expected.optionalString(member);
    if (value.isPresent()) {
      Difference.require(member, value.get(), found.hex());
    }
  }
}
