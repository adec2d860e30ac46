package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.appraisal.Provenance;
import io.vouchsafe.appraisal.ReferenceSource;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.statement.SignedReferenceSet;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.Refusal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `measure --put` with the home's own trust server, and what that server refuses of it.
class MeasurePutIT {
  @TempDir Path dir;

  private Path home() {
    return dir.resolve("home");
  }

  private Cli.Outcome put(String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "measure",
                "tdx",
                "--firmware",
                Vectors.path("measure/tdvf-a.bin").toString(),
                "--put"));
    all.addAll(List.of(more));
    return new Cli(home()).run(all.toArray(String[]::new));
  }

  private Cli.Outcome run(String... args) {
    return new Cli(home()).run(args);
  }

  private TrustClient client() throws Exception {
    return TrustClient.open(new Home(home()), TrustPlace.OWN);
  }

  private List<ReferenceValue> registered() throws Exception {
    List<ReferenceValue> values = new ArrayList<>();
    try (TrustClient client = client()) {
      for (Json.Obj entry : client.referenceValues()) {
        values.add(ReferenceValue.parse(entry));
      }
    }
    return values;
  }

  private static void assertFails(Cli.Outcome outcome, String text) {
    assertThat(outcome.status()).as(outcome.out()).isEqualTo(Failure.STATUS);
    assertThat(outcome.err()).contains(text).doesNotContain("Exception");
  }

  @Test
  void put_whereTwoMustAgree_waits_andIsInForceWhenItIsApproved() throws Exception {
    String alice = dir.resolve("alice.key").toString();
    run("trust", "admin", "key", alice);
    run("trust", "admin", "add", "alice", dir.resolve("alice.pub").toString());
    assertThat(run("policy", "approvals", "2").status()).isZero();

    assertFails(put(), "not in force yet: proposal 1 waits");

    assertThat(registered()).isEmpty();
    assertThat(run("policy", "proposals").out()).contains("rv import tdx version", "  + tdx_mr_td");
    assertFails(run("policy", "approve", "1"), "APPROVAL_SAME_SUBJECT");
    assertThat(run("policy", "approve", "1", "--trust-admin-key", alice).out())
        .contains("1 values put in force");
    assertThat(put().status()).isZero();
    assertThat(registered()).hasSize(1);
    assertThat(run("policy", "proposals").out()).isEmpty();
  }

  @Test
  void put_predictedValue_isOneStatementRegisteredOnce() throws Exception {
    Cli.Outcome first = put();
    assertThat(first.status()).as(first.err()).isZero();
    assertThat(first.err()).contains("statement tdx version", "1 values in force by it");
    List<ReferenceValue> values = registered();
    assertThat(values)
        .singleElement()
        .satisfies(value -> {
          assertThat(value.name()).isEqualTo("tdx_mr_td");
          assertThat(value.provenance()).isEqualTo(Provenance.PREDICTED);
          assertThat(value.origin()).contains(Vouchsafe.VERSION, "firmware sha256:");
          assertThat(value.source()).map(ReferenceSource::set).contains("tdx");
        });

    Cli.Outcome again = put();
    assertThat(again.err()).contains("in force already");
    assertThat(registered()).isEqualTo(values);

    assertThat(run("rv", "provenance", "tdx_mr_td").out())
        .contains("predicted", "tdx version", Vouchsafe.VERSION, "firmware sha256:", "tdvf-a.bin")
        .contains("imported");
  }

  @Test
  void put_anythingElse_isANewVersionBesideTheOld() throws Exception {
    put("--set-version", "1");
    assertThat(put("--set-version", "1").err()).contains("version 1", "in force already");
    assertThat(put("--order", "two-passes").err()).doesNotContain("already");
    assertThat(registered()).hasSize(2);
    assertThat(put("--days", "60").err()).doesNotContain("already");
    assertThat(registered()).hasSize(3);
    assertThat(put("--set", "other").err()).contains("statement other version");
    assertThat(registered()).hasSize(4);
    assertThat(put("--order", "two-passes").err()).contains("already");
    assertThat(put("--days", "60", "--replace").err()).contains("2 taken out of force");
    assertThat(put("--days", "60", "--replace").err()).contains("already");
    assertThat(registered())
        .map(value -> value.source().orElseThrow().set())
        .containsExactlyInAnyOrder("tdx", "other");
  }

  @Test
  void put_valuesDeletedByHand_areSaidAnew() throws Exception {
    put("--set-version", "9000000000");
    run("rv", "delete", "tdx_mr_td");
    // The server remembers a version that the clock has not reached yet.
    assertThat(put().err()).contains("version 9000000001", "1 values in force");
  }

  @Test
  void put_plainValuesOfAnEarlierVersion_standBeside() throws Exception {
    String value = run("measure", "tdx", "--json", "--firmware", firmware()).json().compact();
    String hex = value.replaceFirst("^.*?\"value\":\"([0-9a-f]{96})\".*$", "$1");
    run("rv", "put", "tdx_mr_td", hex, "--origin", "vouchsafe measure tdx");
    assertThat(put().status()).isZero();
    assertThat(run("rv", "get", "tdx_mr_td").out()).isEqualTo(hex + "\n");
    assertThat(run("rv", "provenance", hex).out())
        .contains("none: it was registered as it stands", "tdx version")
        .containsPattern("registered +\\S+ by role admin.*, entry \\S+ of the ledger");
    assertThat(run("rv", "provenance", hex, "--json").out()).contains("\"registered\":{\"at\":");
  }

  private static String firmware() {
    return Vectors.path("measure/tdvf-a.bin").toString();
  }

  @Test
  void put_withStatement_writesWhatIsInForce() throws Exception {
    Path file = dir.resolve("said");
    put();
    Cli.Outcome outcome = put("--statement", file.toString());
    assertThat(outcome.err()).contains("already");
    SignedReferenceSet written = SignedReferenceSet.parse(Bytes.of(Files.readAllBytes(file)));
    assertThat(registered())
        .singleElement()
        .satisfies(value ->
            assertThat(value.source()).map(ReferenceSource::statement).contains(written.digest()));
  }

  @Test
  void put_ofATenant_isTheTenants() throws Exception {
    assertThat(run("tenant", "create", "blue").status()).isZero();
    assertThat(put("--tenant", "blue").status()).isZero();
    assertThat(registered()).isEmpty();
    assertThat(run("rv", "provenance", "tdx_mr_td", "--tenant", "blue").out())
        .contains("tdvf-a.bin");
    assertFails(put("--tenant", "green"), "NO_SUCH_ENTRY");
  }

  @Test
  void key_ofTheHome_isTheOneThatOthersName() throws Exception {
    Cli.Outcome key = run("rv", "key");
    assertThat(key.out()).startsWith("-----BEGIN PUBLIC KEY-----");
    assertThat(run("rv", "key").out()).isEqualTo(key.out());
    Path said = dir.resolve("said");
    put("--statement", said.toString());
    assertThat(registered().getFirst().source().orElseThrow().signer())
        .isEqualTo(key.err().strip().replace("signer ", ""));

    Cli other = new Cli(dir.resolve("other"));
    assertFails(other.run("rv", "import", said.toString()), "REFERENCE_VALUE_SIGNER_UNTRUSTED");
    Path pem = Files.writeString(dir.resolve("build.pub"), key.out());
    Cli.Outcome taken = other.run("rv", "import", said.toString(), "--signer", pem.toString());
    assertThat(taken.err()).contains("1 in force by it");
    assertFails(run("rv", "key", "--key", "/nowhere"), "cannot read the key");
  }

  @Test
  void put_keyThatOthersCanRead_isNotUsed() throws Exception {
    run("rv", "key");
    Path key = home().resolve("keys/statement.key");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");
    for (String mode : List.of("rw-r--r--", "rw----r--", "rw--w----", "rwx------")) {
      Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(mode));
      assertFails(put(), "has mode " + mode);
      assertFails(run("rv", "key"), "has mode " + mode);
    }
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    assertThat(registered()).isEmpty();
  }

  @Test
  void put_keysThatDoNotFit_registerNothing() throws Exception {
    run("rv", "key");
    new Cli(dir.resolve("other")).run("rv", "key");
    Files.copy(
        dir.resolve("other/keys/statement.pub"),
        home().resolve("keys/statement.pub"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertFails(put(), "does not belong");
    Files.writeString(home().resolve("keys/statement.key"), "no key");
    assertThat(put().status()).isEqualTo(Failure.STATUS);
    assertThat(registered()).isEmpty();
  }

  @Test
  void put_serverThatRefuses_failsWithItsCode() throws Exception {
    assertThat(put("--set-version", "5").status()).isZero();
    assertFails(put("--set-version", "4"), "REFERENCE_VALUE_ROLLBACK");
    assertFails(put("--set-version", "5", "--order", "two-passes"), "REFERENCE_VALUE_ROLLBACK");
    assertThat(registered()).hasSize(1);
    new Cli(dir.resolve("other")).run("rv", "list");
    try (TrustClient running = client()) {
      assertFails(
          put(
              "--set",
              "foreign",
              "--trust",
              running.url().toString(),
              "--trust-ca",
              home().resolve("trust/ca.pem").toString(),
              "--trust-admin-key",
              dir.resolve("other/trust/admin.key").toString()),
          "ADMIN_DENIED");
    }
    assertFails(put("--trust", "https://127.0.0.1:9"), "no trust server");
    assertThat(registered()).hasSize(1);
  }

  /// What the client checks is checked again by the server: here nobody checks before.
  @Test
  void server_statementNotByANamedKeyOrAltered_isRefused() throws Exception {
    Path said = dir.resolve("said");
    run("measure", "tdx", "--firmware", firmware(), "--statement", said.toString());
    Bytes file = Bytes.of(Files.readAllBytes(said));
    StatementKeys own = StatementKeys.of(Optional.empty(), new Home(home()));
    StatementKeys stranger = StatementKeys.of(Optional.empty(), new Home(dir.resolve("other")));
    String text = file.utf8Lossy();
    int at = text.indexOf("\"payload\":\"") + 60;
    Bytes altered =
        Bytes.utf8(
            text.substring(0, at) + (text.charAt(at) == 'A' ? "B" : "A") + text.substring(at + 1));
    try (TrustClient client = client()) {
      assertThatThrownBy(() -> client.importSet(file, List.of(stranger.signer()), false))
          .satisfies(e -> assertCode(e, Code.REFERENCE_VALUE_SIGNER_UNTRUSTED));
      assertThatThrownBy(() -> client.importSet(file, List.of(), false))
          .satisfies(e -> assertCode(e, Code.REFERENCE_VALUE_SIGNER_UNTRUSTED));
      assertThatThrownBy(() -> client.importSet(altered, List.of(own.signer()), false))
          .satisfies(e -> assertCode(e, Code.SIGNATURE_INVALID));
    }
    assertThat(registered()).isEmpty();
  }

  private static void assertCode(Throwable thrown, Code code) {
    assertThat(thrown).isInstanceOf(Failure.class);
    assertThat(((Failure) thrown).refusal().map(Refusal::code)).contains(code);
  }
}
