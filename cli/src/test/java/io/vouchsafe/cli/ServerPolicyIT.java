package io.vouchsafe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.testkit.amd.SimulatedAmd;
import io.vouchsafe.testkit.amd.SimulatedAmd.SimulatedKey;
import io.vouchsafe.testkit.amd.SimulatedReport;
import io.vouchsafe.testkit.amd.SimulatedTcb;
import io.vouchsafe.testkit.amd.VekExtensions;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Policies on the home's own server, by the command line.
class ServerPolicyIT {
  private static final String ALLOW = "package policy\n\nallow if true\n";
  private static final String DENY = "package policy\n\nallow if false\n";

  @TempDir Path folder;

  private Cli.Outcome run(String... args) {
    return new Cli(folder.resolve("home")).run(args);
  }

  private String file(String name, Bytes content) throws Exception {
    return Files.write(folder.resolve(name), content.toByteArray()).toString();
  }

  private String file(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  @Test
  void policy_putGetDiffRollbackRevoke_areOneLife() throws Exception {
    String allow = file("allow.rego", ALLOW);
    Cli.Outcome put = run("policy", "put", "release", allow, "--comment", "open");
    assertThat(put.status()).as(put.err()).isZero();
    assertThat(put.out()).startsWith("release: version 2 is in force, sha256 ");
    assertThat(run("policy", "get", "release").out()).isEqualTo(ALLOW);
    assertThat(run("policy", "diff", "release", allow).status()).isZero();

    String deny = file("deny.rego", DENY);
    Cli.Outcome diff = run("policy", "diff", "release", "2", deny);
    assertThat(diff.status()).isEqualTo(1);
    assertThat(diff.out()).contains("--- release version 2", "-allow if true", "+allow if false");
    assertThat(run("policy", "diff", "release", deny).out()).isEqualTo(diff.out());
    Cli.Outcome missing = run("policy", "put", "release", "missing.rego");
    assertThat(missing.status()).isEqualTo(Failure.STATUS);
    assertThat(missing.err()).contains("no such file: missing.rego");
    Cli.Outcome conflict = run("policy", "put", "release", deny, "--if-version", "1");
    assertThat(conflict.status()).isEqualTo(Failure.STATUS);
    assertThat(conflict.err()).contains("POLICY_CHANGED", "version 2, put at");
    assertThat(run("policy", "put", "release", deny, "--if-version", "2").out())
        .contains("version 3");

    assertThat(run("policy", "rollback", "release", "2").out()).contains("version 4 is in force");
    assertThat(run("policy", "get", "release").out()).isEqualTo(ALLOW);
    assertThat(run("policy", "get", "release", "--version", "3").out()).isEqualTo(DENY);
    assertThat(run("policy", "list", "release").out())
        .contains("release  version 1  builtin default", "comment  open", "rollback to version 2");
    assertThat(run("policy", "revoke", "release").out()).contains("revoked");
    assertThat(run("policy", "list").out())
        .contains("release  version 4 was revoked", "attestation  version 1  builtin default")
        .contains("approvals that a change needs: 1");
    assertThat(run("policy", "get", "release").err()).contains("version 4 was revoked");
  }

  @Test
  void policy_thatDoesNotCompile_isRefusedWithItsPlace() throws Exception {
    Cli.Outcome put =
        run("policy", "put", "release", file("bad.rego", "package policy\nallow if x\n"));

    assertThat(put.status()).isEqualTo(Failure.STATUS);
    assertThat(put.err()).contains("POLICY_INVALID", "policy.rego:2:10", "rego_unsafe_var_error");
    Cli.Outcome refused =
        run("policy", "put", "release", file("bad.rego", "package policy\nallow if x\n"), "--json");
    assertThat(refused.json().object("refusal").string("code")).isEqualTo("POLICY_INVALID");
    assertThat(run("policy", "list", "release", "--json").json().array("versions")).hasSize(1);
  }

  @Test
  void policy_ofOneClass_isPartOfTheAttestationPolicy() throws Exception {
    String rego = file("cpu.rego", "package policy\ntrust_claims := {\"executables\": 3}\n");
    assertThat(run("policy", "put", "attestation/cpu", rego).status()).isZero();

    assertThat(run("policy", "get", "attestation/cpu").out()).contains("trust_claims");
    assertThat(run("policy", "get", "attestation").out()).startsWith("{\"classes\":{\"cpu\":");
    assertThat(run("policy", "list").out()).contains("  cpu  sha256 ");
    assertThat(run("policy", "get", "attestation/gpu").err()).contains("built-in rules");
    assertThat(run("policy", "diff", "attestation/cpu", "1", "2").out())
        .contains("+package policy");
    assertThat(run("policy", "diff", "attestation", "1").out())
        .contains("+# class cpu", "+package policy");
    Cli.Outcome odd = run("policy", "put", "attestation/cpus", rego);
    assertThat(odd.status()).isZero();
    assertThat(odd.err()).contains("note: no evidence is of class cpus");
    assertThat(run("policy", "rollback", "attestation", "2").status()).isZero();
    assertThat(run("policy", "put", "attestation/cpu", "--builtin", "default").status()).isZero();
    assertThat(run("policy", "get", "attestation", "--json").json().string("type"))
        .isEqualTo("builtin");
  }

  @Test
  void policy_namesAndOptionsThatAreNone_areSaid() throws Exception {
    assertThat(run("policy", "put", "resource", "x.rego").err()).contains("is no policy");
    assertThat(run("policy", "put", "release").err()).contains("either a FILE or --builtin");
    assertThat(run("policy", "put", "release", "missing.rego").err()).contains("no such file");
    assertThat(run("policy", "put", "release", "--builtin", "nobody").err())
        .contains("POLICY_INVALID");
    assertThat(run("policy", "rollback", "attestation/cpu", "1").err()).contains("one policy");
    assertThat(run("policy", "rollback", "release", "9").err()).contains("NO_SUCH_ENTRY");
    assertThat(run("policy", "approve", "1").err()).contains("NO_SUCH_ENTRY");
    assertThat(run("policy", "withdraw", "1").err()).contains("NO_SUCH_ENTRY");
    assertThat(run("policy", "approvals", "2").err()).contains("APPROVAL_MISSING");
    assertThat(run("policy", "approvals").out()).contains("1");
    assertThat(run("policy", "proposals").out()).isEmpty();
    assertThat(run("policy", "proposals", "--json").json().array("proposals")).isEmpty();
    assertThat(run("policy", "get", "release", "--version", "0").err()).contains("1 or more");
    assertThat(run("policy", "try", "--evidence", "x", "--as", "release").err())
        .contains("--as goes with --policy");
  }

  /// The key of a second administrator, on the list of the home.
  private String second() {
    String key = folder.resolve("alice.key").toString();
    Cli.Outcome made = run("trust", "admin", "key", key);
    assertThat(made.status()).as(made.err()).isZero();
    String open = folder.resolve("alice.pub").toString();
    assertThat(made.out()).isEqualTo(open + "\n");
    Cli.Outcome added = run("trust", "admin", "add", "alice", open);
    assertThat(added.status()).as(added.err()).isZero();
    return key;
  }

  private static String number(Cli.Outcome proposed) {
    assertThat(proposed.out()).as(proposed.err()).contains("waits for the approval of another");
    return proposed.out().replaceAll("(?s).*proposal ([0-9]+) waits.*", "$1");
  }

  @Test
  void approvals_two_areSwitchedOnUsedAndSwitchedOff() throws Exception {
    String alice = second();
    assertThat(run("trust", "admin", "list").out()).isEqualTo("alice\n");
    Cli.Outcome two = run("policy", "approvals", "2");
    assertThat(two.out()).as(two.err()).isEqualTo("approvals that a change needs: 2\n");
    assertThat(run("policy", "approvals", "2").out()).isEqualTo(two.out());
    assertThat(run("policy", "proposals").out()).isEmpty();

    String policy = number(run("policy", "put", "release", file("allow.rego", ALLOW)));
    String value = number(run("rv", "put", "svn", "7"));
    assertThat(run("rv", "list").out()).isEmpty();
    Cli.Outcome proposals = run("policy", "proposals");
    assertThat(proposals.out())
        .contains("release on version 1, sha256 ", "rv put\n", "  + svn 7 until ", "digest ");
    assertThat(run("policy", "approve", policy).err()).contains("APPROVAL_SAME_SUBJECT");
    assertThat(run("policy", "approve", value, "--digest", "00", "--trust-admin-key", alice).err())
        .contains("NO_SUCH_ENTRY");
    assertThat(run("policy", "approve", policy, "--trust-admin-key", alice).out())
        .contains("approved, version 2 is in force");
    assertThat(run("policy", "approve", value, "--trust-admin-key", alice).out())
        .contains("approved, 1 values put in force, 0 taken out of force");
    assertThat(run("policy", "list", "release").out())
        .contains("approved by  \"alice\", role admin");
    assertThat(run("rv", "history").out())
        .contains("add-reference-values  by role admin, home key")
        .contains("approved by \"alice\"", "  + svn 7 until ");

    // She proposes too, and the holder of the home's key approves.
    String gone = number(run("rv", "delete", "svn", "--trust-admin-key", alice));
    assertThat(run("policy", "approve", gone, "--trust-admin-key", alice).err())
        .contains("APPROVAL_SAME_SUBJECT");
    assertThat(run("policy", "approve", gone).out()).contains("1 taken out of force");
    String one = number(run("policy", "approvals", "1"));
    assertThat(run("policy", "approvals").out()).contains("2");
    assertThat(run("policy", "approve", one, "--trust-admin-key", alice).out())
        .contains("a change needs 1 approvals");
    assertThat(run("rv", "put", "svn", "8").out()).isEmpty();
    assertThat(run("rv", "history", "svn").out().lines().filter(it -> it.startsWith("  ")))
        .hasSize(3);
  }

  @Test
  void approvals_two_staleAndForeignProposals_areRefused() throws Exception {
    String alice = second();
    run("policy", "approvals", "2");
    String first = number(run("rv", "put", "svn", "1"));
    String second = number(run("rv", "put", "svn", "2"));
    assertThat(run("policy", "approve", first, "--trust-admin-key", alice).status()).isZero();
    assertThat(run("policy", "approve", second, "--trust-admin-key", alice).err())
        .contains("REFERENCE_VALUES_CHANGED");
    assertThat(run("policy", "withdraw", second).status()).isZero();

    assertThat(run("trust", "admin", "remove", "alice").status()).isZero();
    assertThat(run("policy", "proposals", "--trust-admin-key", alice).err())
        .contains("ADMIN_DENIED");
    assertThat(run("trust", "admin", "remove", "alice").err()).contains("no administrator alice");
  }

  @Test
  void administrators_keysAndNamesThatAreNone_areSaid() throws Exception {
    String alice = second();
    String open = folder.resolve("alice.pub").toString();
    assertThat(run("trust", "admin", "key", alice).err()).contains("is there already");
    assertThat(run("trust", "admin", "add", "bob", open).err())
        .contains("that is the key of alice");
    assertThat(run("trust", "admin", "add", "Bob", open).err()).contains("is no name");
    assertThat(run("trust", "admin", "add", "bob", file("x.pub", "x")).status())
        .isEqualTo(Failure.STATUS);
    assertThat(run("policy", "list", "--trust-admin-key", "missing").err()).contains("cannot read");
    assertThat(run("policy", "list", "--trust-ca", open).err()).contains("belongs to --trust URL");
    assertThat(run("rv", "rollback", "vm", "1").err()).contains("NO_SUCH_ENTRY");
    assertThat(run("rv", "history", "nothing").out()).isEmpty();
  }

  @Test
  void log_ofATenant_isItsOwn() throws Exception {
    run("tenant", "create", "acme");
    run("rv", "put", "svn", "1", "--tenant", "acme");
    assertThat(run("trust", "log", "--tenant", "acme").out()).contains("\"svn\"");
    assertThat(run("trust", "log").out()).doesNotContain("\"svn\"");
    assertThat(run("trust", "log", "--audit", "--tenant", "acme").json().integer("size"))
        .isEqualTo(3);
    String last =
        run("trust", "log", "--tenant", "acme").out().lines().reduce((_, b) -> b).orElseThrow();
    String id = last.replaceAll(".*\"id\":\"([^\"]+)\".*", "$1");
    assertThat(run("why", id, "--tenant", "acme").out()).contains("add-reference-values");
    assertThat(run("why", id).err()).contains("nothing is recorded under");
    assertThat(run("why", id, "--tenant", "nobody").status()).isEqualTo(Failure.STATUS);
    assertThat(run("trust", "log", "--tenant", "nobody").err()).contains("NO_SUCH_ENTRY");
    assertThat(run("trust", "log", "--tenant", "No Body").err()).contains("--tenant");
  }

  @Test
  void tenants_haveTheirOwnPoliciesValuesAndResources() throws Exception {
    assertThat(run("policy", "list", "--tenant", "acme").err()).contains("NO_SUCH_ENTRY");
    assertThat(run("tenant", "create", "acme").status()).isZero();
    assertThat(run("tenant", "create", "acme").err()).contains("already");
    assertThat(run("tenant", "create", "A").status()).isEqualTo(Failure.STATUS);
    assertThat(run("tenant", "list").out().lines()).containsExactly("acme", "default");

    run("policy", "put", "release", "--builtin", "deny-all", "--tenant", "acme");
    run("rv", "put", "svn", "1", "--tenant", "acme");
    String secret = file("secret", "x");
    Cli.Outcome put = run("resource", "put", "a/b/c", secret, "--tenant", "acme");
    assertThat(put.status()).as(put.err()).isZero();

    assertThat(run("policy", "get", "release", "--tenant", "acme").out()).contains("deny-all");
    assertThat(run("policy", "get", "release").out()).contains("\"default\"");
    assertThat(run("rv", "list", "--tenant", "acme").out()).contains("svn");
    assertThat(run("rv", "list").out()).isEmpty();
    assertThat(run("resource", "list", "--tenant", "acme").out()).contains("a/b/c");
    assertThat(run("resource", "list").out()).isEmpty();
  }

  @Test
  void policy_try_saysWhatWouldBeDecided() throws Exception {
    String sample = file("evidence.json", "{\"svn\":\"1\",\"report_data\":\"AAAA\"}");

    Cli.Outcome tried = run("policy", "try", "--evidence", sample);

    // Servers take no evidence that proves nothing unless told to.
    assertThat(tried.status()).as(tried.err()).isEqualTo(1);
    assertThat(tried.out())
        .contains("refused     UNSUPPORTED_TEE at transaction.verifier")
        .contains("  failed      transaction.verifier UNSUPPORTED_TEE")
        .contains("not tried  freshness");
    Json.Obj json = run("policy", "try", "--evidence", sample, "--json").json();
    assertThat(json.object("decision").string("outcome")).isEqualTo("refused");
    assertThat(json.object("explanation").object("refusal").string("code"))
        .isEqualTo("UNSUPPORTED_TEE");
    assertThat(run("policy", "try", "--evidence", "missing").err()).contains("no such file");
  }

  @Test
  void policy_try_takesRawReportsWithWhatGoesWithThem() throws Exception {
    SimulatedTcb tcb = new SimulatedTcb(4, 0, 24, 219);
    Bytes chip = Bytes.utf8("chip").fit(64);
    SimulatedKey vcek = SimulatedAmd.of("Milan").chip(VekExtensions.chip("Milan-B0", tcb, chip));
    String report = file("report.bin", vcek.sign(SimulatedReport.milan(tcb, chip)));
    String certificate = file("vcek.der", vcek.certificate());

    Cli.Outcome tried =
        run("policy", "try", "--evidence", report, "--evidence", certificate, "--json");

    // Its root is nobody's.
    assertThat(tried.status()).as(tried.err()).isEqualTo(1);
    assertThat(tried.json().object("decision").object("refusal").string("code"))
        .isEqualTo("CHAIN_INVALID");
    assertThat(run("policy", "try", "--evidence", certificate).err())
        .contains("MALFORMED", "certificate");
  }

  @Test
  void policy_try_filesThatAreTooLong_areRefused() throws Exception {
    String half = file("half", Bytes.zeros((1 << 19) + 1));
    String whole = file("whole", Bytes.zeros((1 << 20) + 1));
    assertThat(run("policy", "try", "--evidence", whole).err()).contains("longer than 1048576");
    assertThat(run("policy", "try", "--evidence", half, "--evidence", half).err())
        .contains("the files together are longer than 1048576");
    assertThat(run("policy", "try").err()).contains("--evidence");
  }
}
