package io.vouchsafe.cli;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.evidence.sev.SevLaunch;
import io.vouchsafe.evidence.sev.SevMeasure;
import io.vouchsafe.evidence.sev.SevPolicy;
import io.vouchsafe.evidence.sev.SevSession;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/// The options that compare what the platform's firmware answered to LAUNCH_MEASURE.
final class LaunchMeasureOptions {
  private static final int KEY_SIZE = 16;
  private static final Pattern FIRMWARE = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");

  @Option(
      names = "--launch-measure",
      paramLabel = "BASE64",
      description = "What the firmware answered (QEMU: query-sev-launch-measure); checked.")
  Optional<String> measure = Optional.empty();

  @Option(
      names = "--tik",
      paramLabel = "FILE",
      description = "With --launch-measure: the integrity key of the session, 16 bytes.")
  Optional<Path> integrityKey = Optional.empty();

  @Option(
      names = "--platform",
      paramLabel = "MAJOR.MINOR.BUILD",
      description = "With --launch-measure: API version and build of the firmware.")
  Optional<String> platform = Optional.empty();

  @Option(
      names = "--policy",
      paramLabel = "X",
      description = "With --launch-measure: the guest policy, such as 0x5.")
  Optional<String> policy = Optional.empty();

  void check(Bytes digest, Prediction prediction) throws IOException, Failure {
    if (measure.isEmpty()) {
      if (integrityKey.isPresent() || platform.isPresent() || policy.isPresent()) {
        throw new Failure("--tik, --platform and --policy belong to --launch-measure");
      }
      return;
    }
    if (integrityKey.isEmpty() || platform.isEmpty() || policy.isEmpty()) {
      throw new Failure("--launch-measure needs --tik, --platform and --policy");
    }
    Matcher versions = FIRMWARE.matcher(platform.get());
    if (!versions.matches()) {
      throw new Failure("--platform takes MAJOR.MINOR.BUILD, not " + platform.get());
    }
    Bytes answer = Artifacts.parsed("--launch-measure", () -> Bytes.fromBase64(measure.get()));
    SevMeasure.Expected expected =
        Artifacts.parsed(
            "--platform, --policy",
            () ->
                new SevMeasure.Expected(
                    Integer.parseInt(versions.group(1)),
                    Integer.parseInt(versions.group(2)),
                    Integer.parseInt(versions.group(3)),
                    new SevPolicy(Long.decode(policy.get())),
                    digest));
    try (SevSession keys = session()) {
      SevLaunch.verify(keys, answer, expected, new Checklist());
    } catch (RefusedException e) {
      throw new Failure(e.refusal());
    }
    prediction.fact("launch_measure", "as expected");
  }

  /// Measures are authenticated with the integrity key alone; no secret is sealed here.
  private SevSession session() throws IOException, Failure {
    SecretBytes key = SecretBytes.take(Files.readAllBytes(integrityKey.orElseThrow()));
    return Artifacts.parsed(
        "--tik", () -> SevSession.of(SecretBytes.copyOf(new byte[KEY_SIZE]), key));
  }
}
