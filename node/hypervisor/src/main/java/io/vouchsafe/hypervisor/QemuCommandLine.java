package io.vouchsafe.hypervisor;

import io.vouchsafe.encoding.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Says a [VmSpec] in QEMU's words. Pure: same spec, same words; no file is looked at.
public final class QemuCommandLine {

  /// Without AVX and without what the emulation lacks: measured to boot faster than `max`. Without
  /// a time stamp counter: a guest finds out its frequency by counting in a loop, which a busy host
  /// makes wrong by factors, and its clock with it. The HPET's frequency is a constant.
  private static final String EMULATED_CPU =
      "qemu64,+sse4.2,+sse4.1,+ssse3,+popcnt,+aes,+pclmulqdq,+rdrand,-tsc";

  /// The guest's address in QEMU's user-mode network; the host's loopback is 10.0.2.2 there.
  private static final String GUEST_ADDRESS = "10.0.2.15";

  private final VmSpec spec;
  private final List<String> words = new ArrayList<>();

  private QemuCommandLine(VmSpec spec) {
    this.spec = spec;
  }

  /// The arguments, without the program itself. The serial console is QEMU's standard output.
  public static List<String> of(VmSpec spec) {
    return new QemuCommandLine(spec).build();
  }

  private List<String> build() {
    add("-name", "vouchsafe-" + spec.name());
    add("-machine", machine());
    if (spec.accelerator() == Accelerator.TCG) {
      add("-accel", "tcg,thread=multi");
    }
    add("-cpu", cpu());
    add("-smp", Integer.toString(spec.size().vcpus()));
    add("-m", "size=" + spec.size().memoryMib() + "M");
    add("-nodefaults");
    add("-no-user-config");
    // A guest that panics reboots; without this a broken guest would boot for ever.
    add("-no-reboot");
    add("-display", "none");
    add("-monitor", "none");
    add("-rtc", "base=utc");
    // What breaks out of the device emulation finds no fork, no exec and no new privileges.
    add("-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny");
    add("-chardev", "stdio,id=console,signal=off");
    add("-serial", "chardev:console");
    add("-qmp", "unix:" + escape(spec.control()) + ",server=on,wait=off");
    protection();
    firmware();
    add("-kernel", spec.boot().kernel().toString());
    add("-initrd", spec.boot().initrd().toString());
    add("-append", spec.boot().commandLine());
    disks();
    ports();
    network();
    return List.copyOf(words);
  }

  private String machine() {
    String accelerator = spec.accelerator().name().toLowerCase(Locale.ROOT);
    String common =
        switch (spec.accelerator()) {
          case KVM -> "q35,accel=" + accelerator;
          case TCG -> "q35";
        };
    return switch (spec.protection()) {
      case Protection.None _, Protection.Vtpm _ -> common;
      case Protection.Snp _ ->
          common + ",kernel_irqchip=split,confidential-guest-support=snp,memory-backend=mem";
      case Protection.Tdx _ ->
          common + ",kernel_irqchip=split,confidential-guest-support=tdx,memory-backend=mem";
    };
  }

  private String cpu() {
    return switch (spec.accelerator()) {
      case TCG -> EMULATED_CPU;
      case KVM -> spec.protection() instanceof Protection.Snp ? "EPYC-v4" : "host,pmu=off";
    };
  }

  private void protection() {
    switch (spec.protection()) {
      case Protection.None _ -> {}
      case Protection.Vtpm(Path socket) -> {
        add("-chardev", "socket,id=tpm,path=" + escape(socket));
        add("-tpmdev", "emulator,id=tpm0,chardev=tpm");
        add("-device", "tpm-crb,tpmdev=tpm0");
      }
      case Protection.Snp snp -> {
        privateMemory();
        add(
            "-object",
            ("sev-snp-guest,id=snp,cbitpos=%d,reduced-phys-bits=%d,kernel-hashes=on,"
                    + "policy=0x%x,host-data=%s")
                .formatted(
                    snp.cBitPosition(),
                    snp.reducedPhysicalBits(),
                    snp.policy(),
                    snp.hostData().base64()));
      }
      case Protection.Tdx tdx -> {
        privateMemory();
        add("-object", tdxObject(tdx).compact());
      }
    }
  }

  private static Json tdxObject(Protection.Tdx tdx) {
    return Json.object()
        .put("qom-type", "tdx-guest")
        .put("id", "tdx")
        .put("sept-ve-disable", true)
        .put("mrconfigid", tdx.mrConfigId().base64())
        .put(
            "quote-generation-socket",
            Json.object()
                .put("type", "vsock")
                .put("cid", Integer.toString(tdx.quoteCid()))
                .put("port", Integer.toString(tdx.quotePort()))
                .build())
        .build();
  }

  private void privateMemory() {
    add("-object", "memory-backend-ram,id=mem,size=" + spec.size().memoryMib() + "M");
  }

  private void firmware() {
    switch (spec.firmware()) {
      case Firmware.Flash(Path code, Path variables) -> {
        add("-drive", "if=pflash,format=raw,unit=0,readonly=on,file=" + escape(code));
        add("-drive", "if=pflash,format=raw,unit=1,file=" + escape(variables));
      }
      case Firmware.Image(Path image) -> add("-bios", image.toString());
    }
  }

  private void disks() {
    for (int i = 0; i < spec.disks().size(); i++) {
      VmSpec.Disk disk = spec.disks().get(i);
      String readOnly =
          switch (disk.access()) {
            case READ_ONLY -> "on";
            case READ_WRITE -> "off";
          };
      add(
          "-drive",
          "if=none,id=disk%d,format=raw,readonly=%s,file=%s"
              .formatted(i, readOnly, escape(disk.file())));
      add("-device", virtio("virtio-blk-pci") + ",drive=disk" + i);
    }
  }

  private void ports() {
    if (spec.ports().isEmpty()) {
      return;
    }
    add("-device", virtio("virtio-serial-pci"));
    for (int i = 0; i < spec.ports().size(); i++) {
      VmSpec.Port port = spec.ports().get(i);
      add(
          "-chardev",
          "socket,id=port%d,path=%s,server=on,wait=off".formatted(i, escape(port.socket())));
      add("-device", "virtserialport,chardev=port%d,name=%s".formatted(i, port.name()));
    }
  }

  private void network() {
    StringBuilder net = new StringBuilder("user,id=net0,ipv6=off");
    for (VmSpec.Forward forward : spec.forwards()) {
      net.append(
          ",hostfwd=tcp:127.0.0.1:%d-%s:%d"
              .formatted(forward.hostPort(), GUEST_ADDRESS, forward.guestPort()));
    }
    add("-netdev", net.toString());
    // Without an option ROM: its code would be measured into PCR 2.
    add("-device", virtio("virtio-net-pci") + ",netdev=net0,romfile=");
  }

  /// A virtio device. In a confidential machine it must go through the guest's bounce buffers.
  private String virtio(String device) {
    return switch (spec.protection()) {
      case Protection.None _, Protection.Vtpm _ -> device;
      case Protection.Snp _, Protection.Tdx _ -> device + ",disable-legacy=on,iommu_platform=on";
    };
  }

  /// QEMU separates options by commas and reads two as one that is meant.
  private static String escape(Path path) {
    return path.toString().replace(",", ",,");
  }

  private void add(String... more) {
    words.addAll(List.of(more));
  }
}
