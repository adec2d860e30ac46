package io.vouchsafe.trust.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.verdict.Code;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreIT {
  private static final Tenant TENANT = Tenant.DEFAULT;
  private static final int KILLS = 8;

  @TempDir Path folder;

  @Test
  void store_lockedByOtherProgram_isUnavailableAndGoesOnAfterwards() throws Exception {
    try (StoreFixture fixture = new StoreFixture(folder);
        Connection other = DriverManager.getConnection("jdbc:sqlite:" + fixture.file);
        Statement statement = other.createStatement()) {
      Store store = fixture.store();
      statement.execute("BEGIN IMMEDIATE");
      assertThatThrownBy(() -> store.write(TENANT, tx -> tx.deleteResource("a/b/c")))
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.code()).isEqualTo(Code.STORE_UNAVAILABLE));
      statement.execute("ROLLBACK");
      assertThat(
              store.<Long>write(
                  TENANT, tx -> tx.putResource("a/b/c", StoreFixture.secret("value"))))
          .isEqualTo(1);
    }
  }

  @Test
  void store_killedAtAnyPoint_losesNothingAcknowledged() throws Exception {
    Random random = new Random(7);
    List<String> acknowledged = new ArrayList<>();
    Map<String, Long> versions = new HashMap<>();
    for (int round = 0; round < KILLS; round++) {
      acknowledged.addAll(runAndKill("r" + round, random.nextInt(30, 400), versions));
      check(acknowledged, versions);
    }
    assertThat(acknowledged).hasSizeGreaterThan(KILLS);
  }

  private List<String> runAndKill(String run, int millis, Map<String, Long> versions)
      throws IOException, InterruptedException {
    Path log = folder.resolve(run + ".log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                KilledWriter.class.getName(),
                folder.toString(),
                run)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(log.toFile())
            .start();
    try {
      awaitFirstAck(process, log);
      assertThat(process.waitFor(millis, TimeUnit.MILLISECONDS)).isFalse();
    } finally {
      process.destroyForcibly().waitFor();
    }
    List<String> acknowledged = new ArrayList<>();
    for (String line : whole(log)) {
      if (line.startsWith("ack ")) {
        String[] words = line.split(" ");
        acknowledged.add(words[1]);
        versions.put(words[2], Long.parseLong(words[3]));
      } else {
        assertThat(line).isEqualTo("open");
      }
    }
    return acknowledged;
  }

  /// The lines that were written whole before the process was killed.
  private static List<String> whole(Path log) throws IOException {
    String text = Files.readString(log);
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
  }

  private static void awaitFirstAck(Process process, Path log)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (process.isAlive() && System.nanoTime() < end) {
      try (BufferedReader reader = Files.newBufferedReader(log)) {
        if (reader.lines().anyMatch(line -> line.startsWith("ack "))) {
          return;
        }
      }
      process.waitFor(20, TimeUnit.MILLISECONDS);
    }
    throw new IllegalStateException("the writer did not start: " + Files.readString(log));
  }

  private void check(List<String> acknowledged, Map<String, Long> versions) throws StoreException {
    SecureRandom random = new SecureRandom();
    MasterKey key = MasterKey.openOrCreate(folder.resolve("master.key"), random);
    try (SqliteStore store =
        SqliteStore.open(folder.resolve("trust.db"), key, InstantSource.system(), random)) {
      store.verifyLedger(TENANT);
      for (String id : acknowledged) {
        assertThat(store.ledgerEntry(TENANT, id)).as(id).isPresent();
      }
      Snapshot snapshot = store.snapshot(TENANT);
      for (Map.Entry<String, Long> version : versions.entrySet()) {
        Snapshot.Resource resource = snapshot.resource(version.getKey()).orElseThrow();
        assertThat(resource.version()).isGreaterThanOrEqualTo(version.getValue());
      }
    }
  }
}
