package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.process.Daemon;
import io.vouchsafe.process.ProcessIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `demo` and `run` as a user starts them, in real machines. All share one home, so that the pod VM
/// is built once; `VOUCHSAFE_IT_HOME` names one that lasts.
@Tag("vm")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(1200)
class RunVmIT {
  private static final Duration LONG = Duration.ofMinutes(15);
  private static final Duration BOOT = Duration.ofMinutes(8);
  private static final Duration SHORT = Duration.ofMinutes(4);

  @TempDir private static Path folder;

  private Path home = Path.of("");
  private String image = "";

  @BeforeAll
  void makeImage() throws Exception {
    for (String program : List.of("qemu-system-x86_64", "swtpm", "swtpm_setup", "crun", "lz4")) {
      assumeTrue(DoctorCommand.find(program).isPresent(), program + " is not installed");
    }
    assumeTrue(Files.exists(Path.of("/bin/busybox")), "busybox-static is not installed");
    String lasting = System.getenv("VOUCHSAFE_IT_HOME");
    home = lasting == null ? folder.resolve("home") : Path.of(lasting);
    DemoImage.write(folder.resolve("image"), Path.of("/bin/busybox"));
    image = "oci:" + folder.resolve("image") + ":" + DemoImage.TAG;
  }

  private Launched start(String... words) throws IOException {
    return Launched.start(home, words);
  }

  private static Json.Obj document(Launched launched) throws IOException, FormatException {
    return Json.parseObject(Bytes.utf8(launched.out().strip()), JsonLimits.DOCUMENT);
  }

  private static List<Json.Obj> objects(List<Json> items) throws FormatException {
    List<Json.Obj> objects = new ArrayList<>();
    for (Json item : items) {
      objects.add(item.asObject("item"));
    }
    return objects;
  }

  private void nothingStaysBehind() throws IOException {
    for (String name : List.of("vms", "images")) {
      try (Stream<Path> left = Files.list(home.resolve(name))) {
        assertThat(left).as(name).isEmpty();
      }
    }
    assertThat(home.resolve("trust/endpoint")).doesNotExist();
  }

  @Test
  @Order(1)
  void demo_json_showsWhatWasMeasuredReleasedAndRefused() throws Exception {
    try (Launched demo = start("demo", "--json")) {
      assertThat(demo.await(LONG)).as(demo.err()).isZero();
      Json.Obj document = document(demo);
      Json.Obj run = document.object("run");
      assertThat(run.integer("exitCode")).isZero();
      measured(objects(run.array("measured")));
      List<Json.Obj> released = objects(run.array("released"));
      assertThat(released).hasSize(2);
      for (Json.Obj release : released) {
        assertThat(release.string("resource")).startsWith("default/");
        assertThat(release.string("decision")).isNotEmpty();
        assertThat(release.object("policy").string("kind")).isEqualTo("release");
      }
      refused(objects(document.array("refusals")));
      assertThat(document.string("caveat")).contains("virtual TPM", "operator");
      assertThat(demo.err()).contains("Hello. This file system was encrypted");
      assertThat(demo.err()).doesNotContain("\u001b");
      Cli.Outcome why = new Cli(home).run("why", released.getFirst().string("decision"));
      assertThat(why.status()).isZero();
      assertThat(why.out()).contains("evidence cpu0", "appraisal cpu0", "policy", "of podvm/");
    }
    registered();
    nothingStaysBehind();
  }

  /// What was predicted or recorded came in one signed statement; what is said about one run did
  /// not. A home that lasts may have plain values of an earlier version.
  private void registered() throws Exception {
    Map<String, Set<String>> statements = new HashMap<>();
    for (String line : new Cli(home).run("rv", "list").out().lines().toList()) {
      Json.Obj entry = Json.parseObject(Bytes.utf8(line), JsonLimits.MESSAGE);
      String statement =
          entry.present("source").isEmpty() ? "" : entry.object("source").string("statement");
      statements.computeIfAbsent(statement, _ -> new HashSet<>()).add(entry.string("name"));
    }
    assertThat(statements.remove("")).contains("init_data");
    assertThat(statements.values())
        .anySatisfy(names ->
            assertThat(names).contains("tpm_kernel", "tpm_pcr04", "tpm_pcr00", "tpm_pcr07"))
        .allSatisfy(names -> assertThat(names).hasSize(12));
    assertThat(new Cli(home).run("rv", "provenance", "tpm_pcr00").out())
        .contains("recorded", "podvm/", "kernel sha256:", "firmware sha256:", Vouchsafe.VERSION);
  }

  private static void measured(List<Json.Obj> checks) throws FormatException {
    Set<String> provenances = new HashSet<>();
    Set<String> names = new HashSet<>();
    for (Json.Obj check : checks) {
      assertThat(check.string("outcome")).isEqualTo("passed");
      assertThat(names.add(check.string("check"))).as(check.compact()).isTrue();
      if (check.present("reference").isPresent()) {
        assertThat(check.string("expected")).isEqualTo(check.string("found"));
        provenances.add(
            check.object("reference").string("name")
                + " "
                + check.object("reference").string("provenance"));
      }
    }
    assertThat(provenances)
        .contains(
            "tpm_kernel predicted",
            "tpm_command_line predicted",
            "tpm_initrd predicted",
            "tpm_pcr04 predicted",
            "tpm_pcr09 predicted",
            "tpm_pcr00 recorded",
            "tpm_pcr07 recorded",
            "init_data declared");
  }

  private static void refused(List<Json.Obj> refusals) throws FormatException {
    List<String> codes = new ArrayList<>();
    Set<String> checks = new HashSet<>();
    for (Json.Obj check : objects(List.copyOf(refusals))) {
      codes.add(check.string("code"));
      checks.add(check.string("check"));
      for (String member : List.of("what", "expected", "found", "remedy", "id")) {
        assertThat(check.string(member)).as(member).isNotBlank();
      }
      assertThat(check.string("expected")).isNotEqualTo(check.string("found"));
    }
    assertThat(codes)
        .containsExactly(
            "COMMAND_LINE_UNEXPECTED",
            "INITRD_UNEXPECTED",
            "SIGNER_UNTRUSTED",
            "POLICY_REVOKED",
            "NONCE_MISMATCH",
            "REPORT_DATA_MISMATCH");
    assertThat(checks).contains("appraisal.tpm.command-line", "image.signature.key");
  }

  /// Two at once: the first owns the trust server, ends first, and waits for the second, which
  /// records first because nobody ever started a machine of its size.
  @Test
  @Order(2)
  void run_twoAtOnce_streamsPortsSecretsAndStatusesAreTheirOwn() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), "the secret of the first");
    int port = freePort();
    forgetRecordings("-1-640.txt");
    String script =
        "/bin/busybox httpd -p 8080 -h /etc; echo up; cat; echo; echo \"$K\";"
            + " cat /run/secrets/s; echo; echo to-stderr >&2; exit 7";
    try (Launched first =
        start(
            "run",
            "--json",
            "-i",
            "-p",
            port + ":8080",
            "--env",
            "K=a value",
            "--secret",
            "s=" + secret,
            image,
            "--",
            "/bin/sh",
            "-c",
            script)) {
      first.awaitError("starting the machine", LONG);
      try (Launched second =
          start("run", "--memory", "640", image, "--", "/bin/sh", "-c", "echo out; exit 3")) {
        first.awaitError("up", BOOT);
        assertThat(fetch("http://127.0.0.1:" + port + "/passwd")).startsWith("root:x:0:0");
        OutputStream in = first.process().getOutputStream();
        in.write("from standard input".getBytes(StandardCharsets.UTF_8));
        in.close();
        first.awaitError("to-stderr", SHORT);
        assertThat(second.await(LONG)).as(second.err()).isEqualTo(3);
        assertThat(second.out()).isEqualTo("out\n");
        assertThat(second.err()).contains("recording").contains("640 MiB");
      }
      assertThat(first.await(SHORT)).as(first.err()).isEqualTo(7);
      assertThat(first.err())
          .contains("from standard input", "a value", "the secret of the first")
          .contains("another command uses this one's trust server");
      assertThat(document(first).integer("exitCode")).isEqualTo(7);
      assertThat(document(first).array("measured")).isNotEmpty();
    }
    nothingStaysBehind();
  }

  /// A home that lasts may know the size already.
  private void forgetRecordings(String suffix) throws IOException {
    Path recorded = home.resolve("recorded");
    if (Files.isDirectory(recorded)) {
      try (Stream<Path> files = Files.list(recorded)) {
        for (Path file : files.filter(each -> each.toString().endsWith(suffix)).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static String fetch(String url) throws Exception {
    long deadline = System.nanoTime() + SHORT.toNanos();
    while (true) {
      try (InputStream in = URI.create(url).toURL().openStream()) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        if (System.nanoTime() - deadline >= 0) {
          throw e;
        }
        Thread.sleep(200);
      }
    }
  }

  /// The programs that run for the one machine of this home.
  private List<ProcessIdentity> programs() throws Exception {
    long deadline = System.nanoTime() + SHORT.toNanos();
    while (System.nanoTime() - deadline < 0) {
      List<ProcessIdentity> found = new ArrayList<>();
      try (Stream<Path> files = Files.walk(home.resolve("vms"))) {
        for (Path file : files.filter(each -> each.toString().endsWith(".process")).toList()) {
          Daemon.recorded(file).ifPresent(found::add);
        }
      } catch (java.io.UncheckedIOException _) {
        // A folder was moved into its place meanwhile.
      }
      if (found.size() == 2) {
        return found;
      }
      Thread.sleep(100);
    }
    throw new AssertionError("no machine runs");
  }

  @Test
  @Order(3)
  void run_interrupted_endsAtOnceAndLeavesNothing() throws Exception {
    try (Launched run = start("run", image)) {
      run.awaitError("starting the machine", LONG);
      List<ProcessIdentity> programs = programs();
      run.signal("INT");
      assertThat(run.await(SHORT)).isEqualTo(130);
      assertThat(run.err()).doesNotContain("Exception", "refused");
      for (ProcessIdentity program : programs) {
        assertThat(program.isRunning()).isFalse();
      }
    }
    nothingStaysBehind();
  }

  @Test
  @Order(4)
  void run_afterAKilledOne_sweepsAndSaysSo() throws Exception {
    List<ProcessIdentity> programs;
    try (Launched killed = start("run", image)) {
      killed.awaitError("starting the machine", LONG);
      programs = programs();
      killed.signal("KILL");
      killed.await(SHORT);
    }
    try (Launched next = start("run", "--json", image, "--", "/no/such/command")) {
      assertThat(next.await(LONG)).isEqualTo(125);
      assertThat(next.err()).contains("left behind by an earlier command: ended qemu");
      assertThat(next.err()).contains("CONTAINER_FAILED", "remedy");
      assertThat(document(next).object("refusal").string("code")).isEqualTo("CONTAINER_FAILED");
    }
    for (ProcessIdentity program : programs) {
      assertThat(program.isRunning()).isFalse();
    }
    nothingStaysBehind();
  }

  @Test
  @Order(5)
  void run_imageLargerThanTheGuest_isDiskFull() throws Exception {
    LargeImage.write(folder.resolve("large"), 400);
    try (Launched run = start("run", "oci:" + folder.resolve("large") + ":large")) {
      assertThat(run.await(LONG)).isEqualTo(125);
      assertThat(run.err()).contains("DISK_FULL", "more memory");
    }
    nothingStaysBehind();
  }

  /// Programs of the host with another hypervisor in front.
  private String hypervisor(String script) throws IOException {
    Path bin = Files.createTempDirectory(folder, "bin");
    Optional<Path> real = DoctorCommand.find("qemu-system-x86_64");
    Path fake =
        Files.writeString(
            bin.resolve("qemu-system-x86_64"),
            "#!/bin/sh\nreal=" + real.orElseThrow() + "\n" + script);
    Files.setPosixFilePermissions(fake, PosixFilePermissions.fromString("rwxr-xr-x"));
    return bin + ":" + System.getenv("PATH");
  }

  @Test
  @Order(6)
  void run_hypervisorThatDoesNotStart_isRefusedWithItsMessage() throws Exception {
    String path = hypervisor("echo 'qemu: no such machine' >&2\nexit 1\n");
    try (Launched run = Launched.withPath(path, home, "run", image)) {
      assertThat(run.await(BOOT)).isEqualTo(125);
      assertThat(run.err()).contains("VM_START_FAILED", "no such machine");
    }
    nothingStaysBehind();
  }

  @Test
  @Order(7)
  void run_hypervisorThatDiesAtBoot_isRefused() throws Exception {
    // The kernel ends it after some seconds of computing: in the middle of the firmware.
    String path = hypervisor("ulimit -t 5\nexec \"$real\" \"$@\"\n");
    try (Launched run = Launched.withPath(path, home, "run", image)) {
      assertThat(run.await(BOOT)).isEqualTo(125);
      assertThat(run.err()).contains("VM_DIED", "remedy");
    }
    nothingStaysBehind();
  }
}
