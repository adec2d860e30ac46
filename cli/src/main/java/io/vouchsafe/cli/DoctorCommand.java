package io.vouchsafe.cli;

import io.vouchsafe.encoding.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "doctor",
    description = "Say which TEE, virtualisation, programs and versions this machine has.")
final class DoctorCommand implements Callable<Integer> {

  /// One line of the report.
  ///
  /// @param name what was looked for
  /// @param ok whether `vouchsafe run` can work with what was found
  /// @param found what is there
  /// @param remedy what to do; empty if nothing
  private record Finding(String name, boolean ok, String found, String remedy) {}

  /// A program that `run` starts, and the package of Debian 12 that has it.
  private record Tool(String program, String debian) {}

  private static final List<Tool> TOOLS =
      List.of(
          new Tool("qemu-system-x86_64", "qemu-system-x86"),
          new Tool("swtpm", "swtpm"),
          new Tool("swtpm_setup", "swtpm-tools"),
          new Tool("certtool", "gnutls-bin"),
          new Tool("crun", "crun"),
          new Tool("busybox", "busybox-static"),
          new Tool("mkfs.erofs", "erofs-utils"),
          new Tool("dmsetup", "dmsetup"),
          new Tool("lz4", "lz4"),
          new Tool("strip", "binutils"),
          new Tool("dpkg-deb", "dpkg"));

  @Spec CommandSpec spec;

  @Option(names = "--json", description = "Print one JSON document.")
  boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<Finding> findings = new ArrayList<>();
    findings.add(java());
    findings.add(tee());
    findings.add(virtualisation());
    for (Tool tool : TOOLS) {
      findings.add(tool(tool));
    }
    findings.add(firmware());
    findings.add(userNamespaces());
    boolean ok = findings.stream().allMatch(Finding::ok);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(document(findings, ok).compact());
    } else {
      findings.forEach(finding -> print(out, finding));
      out.println(ok ? "This machine can run Vouchsafe." : "Something is missing, see above.");
    }
    out.flush();
    return ok ? 0 : 1;
  }

  private static void print(PrintWriter out, Finding finding) {
    out.printf("%-4s %-20s %s%n", finding.ok() ? "ok" : "--", finding.name(), finding.found());
    if (!finding.remedy().isEmpty()) {
      out.printf("%-25s -> %s%n", "", finding.remedy());
    }
  }

  private static Json.Obj document(List<Finding> findings, boolean ok) {
    List<Json> list = new ArrayList<>();
    for (Finding finding : findings) {
      list.add(
          Json.object()
              .put("name", finding.name())
              .put("ok", finding.ok())
              .put("found", finding.found())
              .put("remedy", finding.remedy())
              .build());
    }
    return Json.object().put("ok", ok).put("findings", Json.array(list)).build();
  }

  private static Finding java() {
    String version = Runtime.version() + ", " + System.getProperty("java.vendor");
    return new Finding("JDK", Runtime.version().feature() == 25, version, "");
  }

  /// What could vouch on this machine. None is needed: a virtual TPM stands in, and says so.
  private static Finding tee() {
    List<String> here = new ArrayList<>();
    device(here, "/dev/sev-guest", "SEV-SNP guest");
    device(here, "/dev/tdx_guest", "TDX guest");
    device(here, "/dev/sgx_enclave", "SGX");
    device(here, "/dev/nsm", "Nitro enclave");
    device(here, "/dev/uv", "Secure Execution");
    device(here, "/dev/tpmrm0", "TPM");
    parameter(here, "/sys/module/kvm_amd/parameters/sev_snp", "SEV-SNP host");
    parameter(here, "/sys/module/kvm_intel/parameters/tdx", "TDX host");
    return here.isEmpty()
        ? new Finding(
            "TEE",
            true,
            "none: a virtual TPM vouches, over the same code path",
            "good for development and tests; it does not protect against the operator of this machine")
        : new Finding("TEE", true, String.join(", ", here), "");
  }

  private static void device(List<String> here, String path, String name) {
    if (Files.exists(Path.of(path))) {
      here.add(name);
    }
  }

  private static void parameter(List<String> here, String path, String name) {
    try {
      String value = Files.readString(Path.of(path)).strip();
      if (value.equals("Y") || value.equals("1")) {
        here.add(name);
      }
    } catch (IOException _) {
      // The module is not loaded, so this machine is no such host: nothing to report.
    }
  }

  private static Finding virtualisation() throws IOException {
    Path folder = Files.createTempDirectory("vouchsafe-doctor");
    try {
      Virtualisation found = Virtualisation.probe(folder);
      return switch (found.accelerator()) {
        case KVM -> new Finding("KVM", true, found.reason(), "");
        case TCG ->
            new Finding(
                "KVM", true, found.reason(), "machines are emulated: slower, otherwise the same");
      };
    } finally {
      Files.deleteIfExists(folder);
    }
  }

  private static Finding tool(Tool tool) throws IOException, InterruptedException {
    Optional<Path> program = find(tool.program());
    if (program.isEmpty()) {
      return new Finding(
          tool.program(),
          false,
          "missing",
          "apt-get install --no-install-recommends " + tool.debian());
    }
    return new Finding(tool.program(), true, version(tool.debian(), program.get()), "");
  }

  static Optional<Path> find(String program) {
    return Virtualisation.programFolders().stream()
        .map(folder -> folder.resolve(program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static String version(String debian, Path program)
      throws IOException, InterruptedException {
    if (find("dpkg-query").isEmpty()) {
      return program.toString();
    }
    Process query =
        new ProcessBuilder("dpkg-query", "-W", "-f", "${Version}", debian)
            .redirectErrorStream(true)
            .start();
    String answer = new String(query.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    boolean known = query.waitFor(10, TimeUnit.SECONDS) && query.exitValue() == 0;
    return known ? debian + " " + answer.strip() : program + " (not from package " + debian + ")";
  }

  private static Finding firmware() {
    Path firmware = Path.of("/usr/share/OVMF/OVMF_CODE.fd");
    return Files.isReadable(firmware)
        ? new Finding("OVMF", true, firmware.toString(), "")
        : new Finding("OVMF", false, "missing", "apt-get install --no-install-recommends ovmf");
  }

  /// The pod VM's class cache is trained in a user namespace; without one the image has no cache.
  private static Finding userNamespaces() throws IOException, InterruptedException {
    Process probe =
        new ProcessBuilder("unshare", "-Ur", "true")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    boolean works = probe.waitFor(10, TimeUnit.SECONDS) && probe.exitValue() == 0;
    return works
        ? new Finding("user namespaces", true, "work", "")
        : new Finding(
            "user namespaces",
            true,
            "refused: pod VMs are built without a class cache and start slower",
            "sysctl kernel.unprivileged_userns_clone=1 and kernel.apparmor_restrict_unprivileged_userns=0");
  }
}
