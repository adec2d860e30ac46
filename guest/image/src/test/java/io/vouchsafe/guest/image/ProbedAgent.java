package io.vouchsafe.guest.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/// The guest's main class in VM tests: prints what the firmware measured, as the recording boot
/// does, then is the agent.
public final class ProbedAgent {
  private static final Path TPM = Path.of("/sys/class/tpm/tpm0/pcr-sha256");
  private static final Path LOG = Path.of("/sys/kernel/security/tpm0/binary_bios_measurements");

  private ProbedAgent() {}

  /// Runs in the guest. Without a TPM, as in training, it is the agent only.
  public static void main(String[] args) throws IOException {
    if (Files.isDirectory(TPM)) {
      System.out.println("vouchsafe-recording begin");
      for (int i = 0; i < 10; i++) {
        System.out.println(
            "pcr " + i + " " + Files.readString(TPM.resolve(Integer.toString(i))).strip());
      }
      System.out.println(Base64.getEncoder().encodeToString(Files.readAllBytes(LOG)));
      System.out.println("vouchsafe-recording end");
      Thread.ofPlatform().daemon().start(ProbedAgent::resident);
    }
    io.vouchsafe.agent.Agent.main(args);
  }

  private static void resident() {
    try {
      Thread.sleep(6000);
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmRSS") || line.startsWith("Rss")) {
          System.out.println("probe " + line);
        }
      }
    } catch (IOException | InterruptedException e) {
      System.out.println("probe " + e);
    }
  }
}
