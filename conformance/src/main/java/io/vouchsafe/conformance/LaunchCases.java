package io.vouchsafe.conformance;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.evidence.sev.SevLaunch;
import io.vouchsafe.evidence.sev.SevMeasure;
import io.vouchsafe.evidence.sev.SevPolicy;
import io.vouchsafe.evidence.sev.SevSession;
import io.vouchsafe.measure.OvmfImage;
import io.vouchsafe.measure.sev.FpuState;
import io.vouchsafe.measure.sev.KernelHashes;
import io.vouchsafe.measure.sev.SevLaunchDigest;
import io.vouchsafe.measure.sev.SevSection;
import io.vouchsafe.measure.sev.SnpFirmware;
import io.vouchsafe.measure.sev.SnpLaunch;
import io.vouchsafe.measure.sev.Svsm;
import io.vouchsafe.measure.sev.VcpuSignature;
import io.vouchsafe.measure.sev.Vmm;
import io.vouchsafe.measure.sev.Vmsa;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.verdict.Checklist;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Predicted launches of AMD SEV guests: digests from firmware or from its parts, tables of kernel
/// hashes, save areas of processors, and the launch measure under the owner's key.
final class LaunchCases {
  static final String DIGEST = "launch-digest";
  static final String PARTS = "launch-digest-parts";
  static final String FIRMWARE = "ovmf-hash";
  static final String HASH_TABLE = "sev-hash-table";
  static final String VMSA = "vmsa";
  static final String MEASURE = "launch-measure";

  /// Stands for a file of no bytes.
  private static final String NOTHING = "(zero bytes)";

  private LaunchCases() {}

  /// An item of one of the kinds.
  static Case of(CaseFile file, Json.Obj item, String id, String kind) {
    return new Case(
        id,
        kind,
        switch (kind) {
          case DIGEST -> () -> digest(file, item);
          case PARTS -> () -> parts(item);
          case FIRMWARE -> () -> require(item, SnpFirmware.digest(firmware(file, item)));
          case HASH_TABLE -> () -> require(item, hashes(file, item).orElseThrow().table());
          case VMSA -> () -> vmsa(item);
          default -> () -> measure(file, item);
        });
  }

  private static void require(Json.Obj item, Bytes found) throws Difference, FormatException {
    Difference.require("measurement", item.string("expected"), found.hex());
  }

  private static void digest(CaseFile file, Json.Obj item)
      throws Difference, FormatException, IOException {
    Optional<String> error = item.optionalString("expectError");
    Bytes found;
    try {
      found = launch(file, item);
    } catch (FormatException e) {
      if (error.isPresent()) {
        return;
      }
      throw e;
    }
    if (error.isPresent()) {
      throw new Difference("refused: " + error.get(), found.hex());
    }
    require(item, found);
  }

  private static Bytes launch(CaseFile file, Json.Obj item) throws FormatException, IOException {
    OvmfImage firmware = firmware(file, item);
    int vcpus = (int) item.integer("vcpus");
    Vmm vmm = vmm(item);
    return switch (item.string("mode")) {
      case "snp" -> snp(item, SnpFirmware.of(firmware), hashes(file, item));
      case "snp-svsm" ->
          SnpLaunch.measureSvsm(
                  Svsm.of(
                      firmware,
                      OvmfImage.parse(file.unpacked(item.string("svsm"))),
                      item.integer("varsSize")),
                  signature(item),
                  vcpus,
                  SnpLaunch.DEFAULT_FEATURES)
              .value();
      case "sev-es" ->
          SevLaunchDigest.sevEs(
                  firmware, hashes(file, item), vcpus, vmm, signature(item), FpuState.AFTER_RESET)
              .value();
      case "sev" -> SevLaunchDigest.sev(firmware, hashes(file, item)).value();
      default -> throw FormatException.unexpected("a mode of SEV", item.string("mode"));
    };
  }

  private static Bytes snp(Json.Obj item, SnpFirmware known, Optional<KernelHashes> kernel)
      throws FormatException {
    Optional<String> seed = item.optionalString("ovmfHashSeed");
    SnpFirmware firmware = seed.isEmpty() ? known : known.withDigest(Bytes.fromHex(seed.get()));
    SnpLaunch launch =
        SnpLaunch.of(firmware, signature(item))
            .withVcpus((int) item.integer("vcpus"))
            .withVmm(vmm(item))
            .withFeatures(number(item.string("guestFeatures")));
    return (kernel.isEmpty() ? launch : launch.withKernel(kernel.get())).measure().value();
  }

  private static void parts(Json.Obj item) throws Difference, FormatException {
    List<SevSection> sections = new ArrayList<>();
    for (Json each : item.array("sections")) {
      Json.Obj section = each.asObject("sections");
      sections.add(
          SevSection.parse(
              section.integer("gpa"), section.integer("size"), section.integer("type")));
    }
    SnpFirmware firmware =
        new SnpFirmware(
            Bytes.fromHex(item.string("ovmfHashSeed")),
            sections,
            Optional.of(item.integer("hashesTableGpa")),
            Optional.of(item.integer("resetEip")));
    KernelHashes kernel =
        KernelHashes.ofDigests(
            Bytes.fromHex(item.string("kernelSha256")),
            Bytes.fromHex(item.string("initrdSha256")),
            item.string("cmdline"));
    require(item, snp(item, firmware, Optional.of(kernel)));
  }

  private static void vmsa(Json.Obj item) throws Difference, FormatException {
    Bytes page =
        Vmsa.page(
            vmm(item),
            number(item.string("eip")),
            signature(item),
            number(item.string("guestFeatures")));
    Difference.require("page", item.string("expectedSha384"), HashAlg.SHA384.digest(page).hex());
  }

  private static void measure(CaseFile file, Json.Obj item)
      throws Difference, FormatException, IOException {
    Bytes answer = Bytes.fromBase64(item.string("launchMeasureBlobB64"));
    Difference.require("nonce", item.string("nonceB64"), SevMeasure.parse(answer).nonce().base64());
    SevMeasure.Expected expected =
        new SevMeasure.Expected(
            (int) item.integer("apiMajor"),
            (int) item.integer("apiMinor"),
            (int) item.integer("build"),
            new SevPolicy(number(item.string("policy"))),
            launchDigest(file, item.object("input")));
    // The measure is authenticated with the integrity key alone.
    try (SevSession keys =
        SevSession.of(
            SecretBytes.copyOf(new byte[16]),
            SecretBytes.take(file.bytes(item.string("tik")).toByteArray()))) {
      Verdict.of(item).of(() -> SevLaunch.verify(keys, answer, expected, new Checklist()));
    }
  }

  private static Bytes launchDigest(CaseFile file, Json.Obj input)
      throws FormatException, IOException {
    Optional<String> given = input.optionalString("launchDigestB64");
    if (given.isPresent()) {
      return Bytes.fromBase64(given.get());
    }
    List<Bytes> saveAreas = new ArrayList<>();
    if (input.present("vcpus").isPresent()) {
      saveAreas.add(file.bytes(input.string("vmsa0")));
      for (long i = 1; i < input.integer("vcpus"); i++) {
        saveAreas.add(file.bytes(input.string("vmsa1")));
      }
    }
    return SevLaunchDigest.digest(firmware(file, input), Optional.empty(), saveAreas).value();
  }

  static OvmfImage firmware(CaseFile file, Json.Obj item) throws FormatException, IOException {
    return OvmfImage.parse(file.unpacked(item.string("firmware")));
  }

  private static Optional<KernelHashes> hashes(CaseFile file, Json.Obj item)
      throws FormatException, IOException {
    Optional<String> kernel = item.optionalString("kernel");
    if (kernel.isEmpty()) {
      return Optional.empty();
    }
    Bytes initrd = content(file, item.optionalString("initrd").orElse(NOTHING));
    return Optional.of(
        KernelHashes.of(
            content(file, kernel.get()), initrd, item.optionalString("cmdline").orElse("")));
  }

  private static Bytes content(CaseFile file, String name) throws FormatException, IOException {
    return name.equals(NOTHING) ? Bytes.EMPTY : file.bytes(name);
  }

  private static Vmm vmm(Json.Obj item) throws FormatException {
    return switch (item.string("vmm")) {
      case "qemu" -> Vmm.QEMU;
      case "ec2" -> Vmm.EC2;
      case "gce" -> Vmm.GCE;
      default -> throw FormatException.unexpected("qemu, ec2 or gce", item.string("vmm"));
    };
  }

  /// The signature as it is given; where a name is given too, both must agree.
  private static VcpuSignature signature(Json.Obj item) throws FormatException {
    Optional<String> text = item.optionalString("vcpuSig");
    Optional<String> name = item.optionalString("vcpuType");
    VcpuSignature given =
        text.isPresent() ? new VcpuSignature(number(text.get())) : new VcpuSignature(0);
    if (name.isEmpty()) {
      return given;
    }
    VcpuSignature named = VcpuSignature.ofName(name.get());
    if (text.isPresent() && !named.equals(given)) {
      throw FormatException.unexpected(
          text.get().toLowerCase(Locale.ROOT), named + " of " + name.get());
    }
    return named;
  }

  private static long number(String text) throws FormatException {
    try {
      return Long.decode(text);
    } catch (NumberFormatException _) {
      throw FormatException.unexpected("a number", text);
    }
  }
}
