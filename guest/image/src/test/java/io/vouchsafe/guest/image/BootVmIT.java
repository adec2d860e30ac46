package io.vouchsafe.guest.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.hypervisor.VmExit;
import io.vouchsafe.hypervisor.VmSpec;
import io.vouchsafe.measure.DirectBoot;
import io.vouchsafe.tpm.EventLog;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.ttrpc.AgentClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The image, booted as `vouchsafe run` boots it.
@Tag("vm")
class BootVmIT {
  private static final Duration LIMIT = Duration.ofMinutes(4);

  @TempDir static Path home;
  private static PodVm image;
  private static TestMachine machine;

  @BeforeAll
  static void boot() throws Exception {
    TestMachine.assumeTools();
    image = new PodVmBuilder(TestImage.CACHE, TestImage::say).build(probed(TestImage.inputs()));
    double init;
    try {
      init = booted("shared");
    } catch (TimeoutException silent) {
      // As `run` does. Whatever hung, it said why.
      TestImage.say("starting once more: " + silent.getMessage());
      machine.close();
      init = booted("again");
    }
    double exec =
        machine.await("vouchsafe: agent", line -> line.startsWith("vouchsafe: agent"), LIMIT);
    double serving = machine.await("serving", line -> line.endsWith("serving"), LIMIT);
    double key = machine.await("key made", line -> line.endsWith("key made"), LIMIT);
    System.out.printf(
        Locale.ROOT,
        "[boot] init %.2f s, exec of java +%.2f s, serving +%.2f s, key +%.2f s%n",
        init,
        exec - init,
        serving - init,
        key - init);
  }

  private static double booted(String name) throws Exception {
    machine = TestMachine.of(home, name, image, image.root());
    return machine.await("vouchsafe: init", line -> line.startsWith("vouchsafe: init"), LIMIT);
  }

  @AfterAll
  static void end() throws Exception {
    if (machine != null) {
      machine.close();
    }
  }

  /// The inputs with a main class that prints its registers first.
  private static PodVmInputs probed(PodVmInputs inputs) throws Exception {
    String name = ProbedAgent.class.getName().replace('.', '/') + ".class";
    Path jar = Files.createDirectories(TestImage.CACHE).resolve("probe.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        var code = ProbedAgent.class.getResourceAsStream("/" + name)) {
      JarEntry entry = new JarEntry(name);
      entry.setTime(0);
      out.putNextEntry(entry);
      code.transferTo(out);
    }
    return new PodVmInputs(
        inputs.tools(),
        inputs.kernel(),
        inputs.java(),
        new PodVmInputs.Agent(
            Stream.concat(inputs.agent().jars().stream(), Stream.of(jar)).toList(),
            ProbedAgent.class.getName(),
            inputs.agent().options(),
            inputs.agent().training()));
  }

  @Test
  void agent_health_answers() throws Exception {
    try (AgentClient agent = AgentClient.connect(machine.agentSocket())) {
      agent.awaitServing(LIMIT);
      assertThat(agent.version()).isNotBlank();
    }
    machine.await("probe VmRSS", line -> line.startsWith("probe VmRSS"), LIMIT);
  }

  @Test
  void registers_ofTheBoot_areThePredictedOnes() throws Exception {
    RecordingBoot boot = RecordingBoot.parse(machine.lines());
    assertThatRegistersAre(image.predict(VmSpec.Size.DEFAULT.memoryBytes()), boot);
  }

  @Test
  void registers_ofTheRecordingBoot_areThoseOfTheImage() throws Exception {
    VmSpec.Boot boot = new VmSpec.Boot(image.kernel(), image.recordingInitrd(), PodVm.COMMAND_LINE);
    try (TestMachine recorder = new TestMachine(home, "recorder", image, boot, List.of())) {
      VmExit exit = recorder.vm().awaitEnd(LIMIT);
      assertThat(exit.cause()).isEqualTo(VmExit.Cause.GUEST_POWERED_OFF);
      RecordingBoot recorded = RecordingBoot.parse(recorder.lines());
      RecordingBoot real = RecordingBoot.parse(machine.lines());
      for (int register : RecordingBoot.RECORDED) {
        assertThat(recorded.pcrs().get(register)).isEqualTo(real.pcrs().get(register));
      }
      assertThatRegistersAre(image.predictRecording(VmSpec.Size.DEFAULT.memoryBytes()), recorded);
    }
  }

  private static void assertThatRegistersAre(DirectBoot.Prediction predicted, RecordingBoot boot)
      throws Exception {
    assertThat(boot.pcrs().get(4)).isEqualTo(predicted.pcr4());
    assertThat(boot.pcrs().get(9)).isEqualTo(predicted.pcr9());
    assertThat(EventLog.parse(boot.eventLog()).replay(HashAlg.SHA256).subList(0, 10))
        .containsExactlyElementsOf(boot.pcrs().values());
  }

  @Test
  void root_changedInOneByte_isNotStarted() throws Exception {
    Path root = home.resolve("changed.img");
    Files.copy(image.root(), root, StandardCopyOption.REPLACE_EXISTING);
    byte[] disk = Files.readAllBytes(root);
    int at = indexOf(disk, Bytes.utf8("# Process 1 of the pod VM"));
    disk[at + 2] ^= 1;
    Files.write(root, disk);
    try (TestMachine changed = TestMachine.of(home, "changed", image, root)) {
      VmExit exit = changed.vm().awaitEnd(LIMIT);
      assertThat(exit.cause()).isEqualTo(VmExit.Cause.GUEST_RESET);
      assertThat(exit.unexpected()).hasMessageContaining("dm-verity device corrupted");
      assertThat(changed.lines()).noneMatch(line -> line.startsWith("vouchsafe: agent"));
    }
  }

  private static int indexOf(byte[] disk, Bytes text) {
    byte[] wanted = text.toByteArray();
    for (int i = 0; i + wanted.length <= disk.length; i++) {
      if (java.util.Arrays.equals(disk, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    throw new AssertionError("not on the disk: " + text.utf8Lossy());
  }
}
