package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The script `vouchsafe` in a checkout of empty folders, with a JDK and a Maven that only say how
/// they were called.
@Timeout(240)
class LauncherIT {
  private static final Path SCRIPT =
      Path.of(System.getProperty("vouchsafe.root", ".."), "vouchsafe");

  @TempDir private Path folder;

  private Path root = Path.of("");
  private Path source = Path.of("");

  @BeforeEach
  void makeCheckout() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "bash is not installed");
    root = Files.createDirectory(folder.resolve("checkout"));
    Files.copy(SCRIPT, root.resolve("vouchsafe"), StandardCopyOption.COPY_ATTRIBUTES);
    for (String module : List.of("lib", "io", "trust", "node", "guest", "conformance", "cli")) {
      Files.createDirectory(root.resolve(module));
    }
    Files.writeString(root.resolve("pom.xml"), "<project/>");
    Path java = Files.createDirectories(root.resolve("lib/a/src/main/java"));
    source = Files.writeString(java.resolve("A.java"), "class A {}");
    Path jdk = folder.resolve("jdk");
    Files.createDirectories(jdk.resolve("bin"));
    Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"25.0.1\"\n");
    program(jdk.resolve("bin/javac"), "exit 0");
    program(jdk.resolve("bin/java"), "echo \"java $*\"");
    maven("mkdir -p cli/target/vouchsafe/lib");
  }

  private static void program(Path file, String script) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/bash\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void maven(String script) throws IOException {
    program(
        folder.resolve("bin/mvn"),
        "echo \"$*\" >> '%s'\ncd '%s'\n%s".formatted(folder.resolve("calls"), root, script));
  }

  private long builds() throws IOException {
    Path calls = folder.resolve("calls");
    return Files.exists(calls) ? Files.readAllLines(calls).size() : 0;
  }

  private Cli.Outcome run(Path script, String... words) throws Exception {
    List<String> line = new ArrayList<>(List.of(script.toString()));
    line.addAll(List.of(words));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("VOUCHSAFE_JAVA_HOME", folder.resolve("jdk").toString());
    builder.environment().put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
    int status = builder.start().waitFor();
    return new Cli.Outcome(
        status,
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  private Cli.Outcome run(String... words) throws Exception {
    return run(root.resolve("vouchsafe"), words);
  }

  @Test
  void command_firstTime_buildsThenRunsWithItsWords() throws Exception {
    Cli.Outcome outcome = run("explain", "A B");
    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains("io.vouchsafe.cli.Vouchsafe explain A B");
    assertThat(outcome.err()).contains("building");
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void command_nothingChanged_buildsNothing() throws Exception {
    run("doctor");
    Cli.Outcome again = run("doctor");
    assertThat(again.status()).isZero();
    assertThat(again.err()).isEmpty();
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void command_sourceChangedOrAdded_buildsAgain() throws Exception {
    run("doctor");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
    run("doctor");
    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void command_onlyTargetChanged_buildsNothing() throws Exception {
    run("doctor");
    Path generated = Files.createDirectories(root.resolve("lib/a/target/generated"));
    Path file = Files.writeString(generated.resolve("B.java"), "class B {}");
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));
    run("doctor");
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void command_byLinkFromAnotherFolder_findsItsCheckout() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("vs"), root.resolve("vouchsafe"));
    Cli.Outcome outcome = run(link, "doctor");
    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains("-Dvouchsafe.root=" + root);
  }

  @Test
  void command_buildFails_showsTheErrorsAndTheLog() throws Exception {
    maven("echo '[INFO] much'; echo '[ERROR] A.java: no such symbol'; exit 1");
    Cli.Outcome outcome = run("doctor");
    assertThat(outcome.status()).isEqualTo(125);
    assertThat(outcome.err())
        .contains("A.java: no such symbol", "the build failed", "target/build.log")
        .doesNotContain("[INFO]");
    assertThat(outcome.out()).isEmpty();
    maven("mkdir -p cli/target/vouchsafe/lib");
    assertThat(run("doctor").status()).isZero();
  }

  @Test
  void test_unknownTier_endsWith125() throws Exception {
    Cli.Outcome outcome = run("test", "everything");
    assertThat(outcome.status()).isEqualTo(125);
    assertThat(outcome.err()).contains("unknown tier 'everything'", "unit, integration, vm");
  }

  @Test
  void test_mavenFails_failsToo() throws Exception {
    maven("exit 3");
    assertThat(run("test", "unit").status()).isEqualTo(3);
  }

  @Test
  void test_unit_asksMavenForThatTierOnly() throws Exception {
    assertThat(run("test", "unit").status()).isZero();
    assertThat(folder.resolve("calls"))
        .content()
        .contains("-Dvouchsafe.integration.skip=true", "verify");
  }
}
