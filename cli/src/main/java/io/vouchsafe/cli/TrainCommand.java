package io.vouchsafe.cli;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.guest.image.FileTrees;
import io.vouchsafe.verdict.Code;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// Runs once after a build, while the JVM records which classes a start needs. Does what every
/// command does first, in a home of its own.
@Command(name = "train", hidden = true)
final class TrainCommand implements Callable<Integer> {

  @Override
  public Integer call() throws IOException, FormatException, Failure {
    Path folder = Files.createTempDirectory("vouchsafe-train");
    try (TrustClient client = TrustClient.open(new Home(folder), TrustPlace.OWN);
        SecretBytes value = SecretBytes.take("train".getBytes(StandardCharsets.UTF_8))) {
      client.putResource("default/train/value", value);
      client.resources();
      client.ledger(0);
      client.why("none");
      Vouchsafe.commandLine().execute("explain", Code.NONCE_MISMATCH.name(), "--json");
      return 0;
    } finally {
      FileTrees.delete(folder);
    }
  }
}
