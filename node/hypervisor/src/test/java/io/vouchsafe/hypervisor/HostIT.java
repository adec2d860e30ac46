package io.vouchsafe.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.hypervisor.HostTools.Tool;
import io.vouchsafe.process.Command;
import io.vouchsafe.process.Daemon;
import io.vouchsafe.process.ProcessIdentity;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The real programs, without a guest: a machine that only its firmware runs in.
class HostIT {
  private static final List<Path> PATH =
      Stream.of(System.getenv("PATH").split(":")).map(Path::of).toList();
  private static final Path CODE = Path.of("/usr/share/OVMF/OVMF_CODE.fd");
  private static final Path VARIABLES = Path.of("/usr/share/OVMF/OVMF_VARS.fd");

  @TempDir Path home;
  private HostTools tools;

  @BeforeEach
  void findTools() throws Exception {
    for (Tool tool : Tool.values()) {
      assumeTrue(HostTools.find(tool, PATH).isPresent(), "not installed: " + tool.program());
    }
    assumeTrue(Files.exists(CODE), "not installed: ovmf");
    tools = HostTools.find(PATH);
  }

  private VmSpec spec(VmFolder folder, Protection protection, Path kernel) throws Exception {
    Path variables = folder.file("vars.fd");
    Files.copy(VARIABLES, variables);
    Path initrd = Files.writeString(folder.file("initrd"), "");
    return new VmSpec(
        folder.path().getFileName().toString(),
        Accelerator.TCG,
        protection,
        new Firmware.Flash(CODE, variables),
        new VmSpec.Boot(kernel, initrd, "none"),
        new VmSpec.Size(1, 256),
        List.of(),
        List.of(new VmSpec.Port("org.vouchsafe.agent", folder.file("agent.sock"))),
        List.of(),
        folder.file("qmp.sock"));
  }

  /// QEMU takes any file as a kernel that has this header; it is never started here.
  private static Path kernel(VmFolder folder) throws Exception {
    byte[] image = new byte[8192];
    image[0x1f1] = 4;
    byte[] magic = "HdrS".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(magic, 0, image, 0x202, magic.length);
    image[0x206] = 0x0f;
    image[0x207] = 0x02;
    image[0x211] = 1;
    image[0x22f] = 0x7f; // initrd_addr_max
    return Files.write(folder.file("kernel"), image);
  }

  private static X509Certificate certificate(Bytes der) throws Exception {
    try (InputStream in = new java.io.ByteArrayInputStream(der.toByteArray())) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  @Test
  void ca_openedTwice_isTheSameAndSignsItself() throws Exception {
    TpmCa ca = TpmCa.open(home.resolve("tpm-ca"), tools);
    Bytes first = Bytes.of(Files.readAllBytes(ca.certificate()));
    assertThat(Files.readAllBytes(TpmCa.open(home.resolve("tpm-ca"), tools).certificate()))
        .isEqualTo(first.toByteArray());
    X509Certificate certificate = certificate(first);
    certificate.verify(certificate.getPublicKey());
    assertThat(certificate.getBasicConstraints()).isGreaterThanOrEqualTo(0);
    assertThat(home).isDirectoryNotContaining("glob:**.tpm-ca-*");
  }

  @Test
  void machine_withTpm_startsAnswersAndLeavesNothing() throws Exception {
    TpmCa ca = TpmCa.open(home.resolve("tpm-ca"), tools);
    List<ProcessIdentity> processes = new ArrayList<>();
    try (VmFolder folder = VmFolder.create(home.resolve("vms"), "a1");
        Swtpm tpm = Swtpm.start(tools, ca, folder);
        VirtualMachine vm =
            VirtualMachine.start(
                tools,
                folder,
                spec(folder, new Protection.Vtpm(tpm.socket()), kernel(folder)),
                _ -> {})) {
      assertThat(vm.control().execute("query-status").compact()).contains("running");
      assertThat(folder.file("agent.sock")).exists();
      assertThat(tpm.endorsementCertificate()).exists();
      X509Certificate ek = certificate(Bytes.of(Files.readAllBytes(tpm.endorsementCertificate())));
      Bytes root = Bytes.of(Files.readAllBytes(ca.certificate()));
      ek.verify(certificate(root).getPublicKey());
      assertThat(ek.getExtendedKeyUsage()).contains("2.23.133.8.1");
      processes.add(Daemon.recorded(folder.file("qemu.process")).orElseThrow());
      processes.add(Daemon.recorded(folder.file("swtpm.process")).orElseThrow());
      assertThat(vm.exit()).isNotDone();
      assertThat(vm.stop().cause()).isEqualTo(VmExit.Cause.STOPPED);
    }
    for (ProcessIdentity process : processes) {
      assertThat(process.isRunning()).isFalse();
    }
    assertThat(home.resolve("vms")).isEmptyDirectory();
  }

  @Test
  void machine_hypervisorKilled_completesItsExitAsDied() throws Exception {
    try (VmFolder folder = VmFolder.create(home.resolve("vms"), "a1");
        VirtualMachine vm =
            VirtualMachine.start(
                tools, folder, spec(folder, new Protection.None(), kernel(folder)), _ -> {})) {
      ProcessHandle.of(vm.pid()).orElseThrow().destroyForcibly();
      VmExit exit = vm.exit().get(60, TimeUnit.SECONDS);
      assertThat(exit.cause()).isEqualTo(VmExit.Cause.HYPERVISOR_DIED);
      assertThat(exit.unexpected().code()).isEqualTo(Code.VM_DIED);
      assertThat(exit.unexpected()).hasMessageContaining("status 137");
    }
  }

  @Test
  void machine_guestThatDoesNotEnd_isRefusedWithWhatItDid() throws Exception {
    try (VmFolder folder = VmFolder.create(home.resolve("vms"), "a1");
        VirtualMachine vm =
            VirtualMachine.start(
                tools, folder, spec(folder, new Protection.None(), kernel(folder)), _ -> {})) {
      assertThatThrownBy(() -> vm.awaitEnd(Duration.ofMillis(100)))
          .isInstanceOfSatisfying(
              RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.VM_TIMEOUT))
          .hasMessageContaining("s of processor used; console: ");
      vm.stop();
      assertThat(vm.awaitEnd(Duration.ofMillis(100)).cause()).isEqualTo(VmExit.Cause.STOPPED);
    }
  }

  @Test
  void machine_kernelMissing_isRefusedWithWhatQemuSays() throws Exception {
    try (VmFolder folder = VmFolder.create(home.resolve("vms"), "a1")) {
      VmSpec spec = spec(folder, new Protection.None(), Path.of("/no/such/kernel"));
      assertThatThrownBy(() -> VirtualMachine.start(tools, folder, spec, _ -> {}))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("VM_START_FAILED")
          .hasMessageContaining("/no/such/kernel");
    }
  }

  /// What a killed `vouchsafe run` leaves: starts a machine with its TPM, says so, waits.
  static final class Owner {
    private Owner() {}

    public static void main(String[] args) throws Exception {
      HostIT host = new HostIT();
      host.home = Path.of(args[0]);
      host.findTools();
      VmFolder folder = VmFolder.create(host.home.resolve("vms"), "a1");
      TpmCa ca = TpmCa.open(host.home.resolve("tpm-ca"), host.tools);
      Swtpm tpm = Swtpm.start(host.tools, ca, folder);
      VmSpec spec = host.spec(folder, new Protection.Vtpm(tpm.socket()), kernel(folder));
      VirtualMachine vm = VirtualMachine.start(host.tools, folder, spec, _ -> {});
      System.out.println("started " + vm.pid());
      Thread.sleep(Duration.ofMinutes(5));
    }
  }

  @Test
  void machine_ownerKilled_isSweptAtTheNextStart() throws Exception {
    Path machines = home.resolve("vms");
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Process owner =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                classPath,
                Owner.class.getName(),
                home.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      String line = owner.inputReader(StandardCharsets.UTF_8).readLine();
      assertThat(line).startsWith("started ");
      assertThat(VmFolder.sweep(machines, InstantSource.system())).isEmpty();
      owner.destroyForcibly().waitFor();
      ProcessIdentity qemu = Daemon.recorded(machines.resolve("a1/qemu.process")).orElseThrow();
      ProcessIdentity swtpm = Daemon.recorded(machines.resolve("a1/swtpm.process")).orElseThrow();
      assertThat(qemu.isRunning()).isTrue();
      assertThat(VmFolder.sweep(machines, InstantSource.system()))
          .contains("ended qemu, process " + qemu.pid(), "removed " + machines.resolve("a1"));
      assertThat(qemu.isRunning()).isFalse();
      assertThat(swtpm.isRunning()).isFalse();
      assertThat(machines).isEmptyDirectory();
    } finally {
      owner.destroyForcibly();
    }
  }

  @Test
  void tools_programMissing_namesItsPackage() {
    assertThatThrownBy(() -> HostTools.find(List.of(home)))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("swtpm_setup (Debian package swtpm-tools)");
  }

  @Test
  void kvmSelfTest_whateverThisMachineHas_endsInTimeWithAReason() throws Exception {
    long start = System.nanoTime();
    KvmSelfTest.Result result = KvmSelfTest.run(tools.path(Tool.QEMU), home);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
    assertThat(result.reason()).isNotBlank();
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void kvmSelfTest_itsProgramEmulated_countsAndExits() throws Exception {
    Path rom = Files.write(home.resolve("rom"), KvmSelfTest.rom());
    Command test =
        Command.of(
            tools.path(Tool.QEMU).toString(),
            "-M",
            "microvm",
            "-accel",
            "tcg",
            "-nodefaults",
            "-display",
            "none",
            "-monitor",
            "none",
            "-serial",
            "none",
            "-m",
            "16",
            "-bios",
            rom.toString(),
            "-device",
            "isa-debug-exit,iobase=0xf4,iosize=4");
    assertThat(test.run().status()).isEqualTo(33);
  }
}
