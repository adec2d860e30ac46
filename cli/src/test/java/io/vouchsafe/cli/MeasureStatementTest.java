package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.appraisal.Provenance;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.statement.ReferenceSet;
import io.vouchsafe.appraisal.statement.SignedReferenceSet;
import io.vouchsafe.appraisal.statement.StatementSigner;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.oci.SignerKey;
import io.vouchsafe.testkit.Vectors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `measure --statement` signs.
class MeasureStatementTest {
  @TempDir Path dir;

  private Cli.Outcome measure(String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "measure",
                "tdx",
                "--firmware",
                Vectors.path("measure/tdvf-a.bin").toString(),
                "--order",
                "single-pass"));
    all.addAll(List.of(more));
    return new Cli(dir.resolve("home")).run(all.toArray(String[]::new));
  }

  private static void assertFails(Cli.Outcome outcome, String text) {
    assertThat(outcome.status()).isEqualTo(Failure.STATUS);
    assertThat(outcome.err()).contains(text).doesNotContain("Exception");
  }

  /// A key that only its owner can read.
  private Path write(String name, PrivateKey key) throws Exception {
    Path file = dir.resolve(name);
    Files.writeString(file, Pem.encode("PRIVATE KEY", Bytes.of(key.getEncoded())));
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void statement_ofTheHome_saysWhatFromWhatAndBywhat() throws Exception {
    Path file = dir.resolve("tdx.statement");
    Cli.Outcome outcome =
        measure("--statement", file.toString(), "--set", "vm/tdx", "--set-version", "3");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();

    StatementSigner own = StatementKeys.ownSigner(new Home(dir.resolve("home")));
    SignedReferenceSet.Verified verified =
        SignedReferenceSet.read(Bytes.of(Files.readAllBytes(file)), List.of(own), Instant.now());
    ReferenceSet set = verified.set();
    assertThat(set.name()).isEqualTo("vm/tdx");
    assertThat(set.version()).isEqualTo(3);
    assertThat(set.tool()).isEqualTo(Vouchsafe.VERSION);
    assertThat(Duration.between(set.issued(), set.expires())).isEqualTo(Duration.ofDays(30));
    assertThat(set.facts().string("tee")).isEqualTo("tdx");
    assertThat(set.facts().object("options").members())
        .containsEntry("firmware", Json.of("tdvf-a.bin"))
        .containsEntry("order", Json.of("single-pass"))
        .doesNotContainKeys("statement", "set", "set-version");
    assertThat(set.inputs())
        .singleElement()
        .satisfies(input -> {
          assertThat(input.role()).isEqualTo("firmware");
          assertThat(input.file()).isEqualTo("tdvf-a.bin");
        });
    assertThat(verified.values())
        .singleElement()
        .satisfies(value -> {
          assertThat(value.name()).isEqualTo("tdx_mr_td");
          assertThat(value.provenance()).isEqualTo(Provenance.PREDICTED);
        })
        .extracting(ReferenceValue::source)
        .isEqualTo(java.util.Optional.of(verified.source()));
  }

  @Test
  void statement_keyOfTheCallers_isTheOneThatSigns() throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    Path key = write("build.key", pair.getPrivate());
    Path file = dir.resolve("statement");
    assertFails(
        measure("--statement", file.toString(), "--key", key.toString()), "build.pub beside it");

    Path publicKey = dir.resolve("build.pub");
    Files.writeString(publicKey, Pem.encode("PUBLIC KEY", Bytes.of(pair.getPublic().getEncoded())));
    assertThat(measure("--statement", file.toString(), "--key", key.toString()).status()).isZero();
    StatementSigner signer =
        StatementSigner.of("x", SignerKey.publicKey(Bytes.of(Files.readAllBytes(publicKey))));
    ReferenceSet set =
        SignedReferenceSet.read(Bytes.of(Files.readAllBytes(file)), List.of(signer), Instant.now())
            .set();
    assertThat(set.name()).isEqualTo("tdx");
    assertThat(set.version()).isEqualTo(set.issued().getEpochSecond());
  }

  @Test
  void statement_keyThatOthersCanRead_isRefused() throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    Path key = write("build.key", pair.getPrivate());
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
    String file = dir.resolve("s").toString();
    assertFails(measure("--statement", file, "--key", key.toString()), "has mode rw-r-----");
    assertThat(dir.resolve("s")).doesNotExist();
  }

  @Test
  void statement_foreignPublicKeyBesideIt_isRefused() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    KeyPair one = generator.generateKeyPair();
    KeyPair other = generator.generateKeyPair();
    Path key = write("a.key", one.getPrivate());
    Files.writeString(
        dir.resolve("a.pub"), Pem.encode("PUBLIC KEY", Bytes.of(other.getPublic().getEncoded())));
    assertFails(
        measure("--statement", dir.resolve("s").toString(), "--key", key.toString()), "does not");
    assertThat(dir.resolve("s")).doesNotExist();
  }

  @Test
  void statement_oddOptions_areRefused() {
    String file = dir.resolve("s").toString();
    assertFails(measure("--set", "a"), "belong to --statement FILE or --put");
    assertFails(measure("--statement", file, "--replace"), "--replace belongs to --put");
    assertFails(measure("--put", "--set", "a b"), "--set");
    assertFails(measure("--put", "--set-version", "0"), "--set-version");
    assertFails(measure("--put", "--key", "/nowhere"), "cannot read the key");
    assertFails(measure("--statement", file, "--set", "a b"), "--set");
    assertFails(measure("--statement", file, "--set-version", "0"), "--set-version");
    assertFails(measure("--statement", file, "--key", "/nowhere"), "cannot read the key");
    assertThat(Path.of(file)).doesNotExist();
  }
}
