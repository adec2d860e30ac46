package io.vouchsafe.trust.core;

import static io.vouchsafe.trust.core.CoreFixture.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.appraisal.AttestationResult;
import io.vouchsafe.appraisal.Provenance;
import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.ReleasePolicy;
import io.vouchsafe.appraisal.why.Explanation;
import io.vouchsafe.appraisal.why.ExplanationText;
import io.vouchsafe.appraisal.why.Since;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.trust.store.StoredPolicy;
import io.vouchsafe.trust.store.StoredReferenceValue;
import io.vouchsafe.verdict.Code;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What operators read about decisions, as files; what differs from run to run has a placeholder in
/// them. To write them again: `-Dvouchsafe.golden.update=true`.
class WhyTest extends CoreTestCase {
  private static final Path GOLDEN = Path.of("src/test/resources/why");

  /// Ids, digests and keys.
  private static final Pattern RANDOM =
      Pattern.compile("\\b[0-9a-f]{20,}\\b|\\bMFkw[A-Za-z0-9+/]+=*");

  private Explanation why(String id) throws Exception {
    return fixture.admin().explain(TENANT, id).orElseThrow();
  }

  private static String stable(String text) {
    Map<String, String> names = new LinkedHashMap<>();
    return RANDOM
        .matcher(text)
        .replaceAll((MatchResult match) ->
            names.computeIfAbsent(match.group(), _ -> "<" + (names.size() + 1) + ">"));
  }

  /// The text is that of the file, and the JSON says the same.
  private static void assertGolden(String name, Explanation explanation) throws Exception {
    String text = stable(String.join("\n", ExplanationText.lines(explanation)) + "\n");
    Path file = GOLDEN.resolve(name + ".txt");
    if (Boolean.getBoolean("vouchsafe.golden.update")) {
      Files.createDirectories(GOLDEN);
      Files.writeString(file, text);
    }
    assertThat(file).content().isEqualTo(text);
    assertThat(Explanation.parse(explanation.json())).isEqualTo(explanation);
  }

  private Refused refusedRelease(AttestationResult result) {
    return (Refused) fixture.release(result);
  }

  private void put(ReleasePolicy policy) throws Exception {
    fixture.admin().putReleasePolicy(TENANT, "alice", policy);
  }

  @Test
  void released_byBuiltInPolicies_saysWhatMatched() throws Exception {
    Decision.Granted granted = (Decision.Granted) fixture.release(fixture.attested(fixture.tpm()));
    granted.value().close();
    Explanation explanation = why(granted.id());
    assertThat(explanation.changes()).isEmpty();
    assertThat(explanation.since()).isEmpty();
    assertGolden("released", explanation);
  }

  @Test
  void refused_byTheBuiltInAppraisal_saysWhatWouldHaveToChange() throws Exception {
    Refused refused =
        refusedRelease(
            fixture.attested(fixture.otherBoot(CoreFixture.KERNEL, OTHER, CoreFixture.INITRD)));
    assertThat(refused.code()).isEqualTo(Code.COMMAND_LINE_UNEXPECTED);
    Explanation explanation = why(refused.id());
    assertThat(explanation.changes())
        .anySatisfy(change ->
            assertThat(change.command())
                .contains("./vouchsafe rv put tpm_command_line " + OTHER.hex()));
    assertGolden("appraisal-refused", explanation);
  }

  @Test
  void refused_byAnAttestationPolicyInRego_namesTheLine() throws Exception {
    fixture
        .admin()
        .putAttestationRego(
            TENANT,
            "alice",
            "default_cpu",
            """
            package policy
            import rego.v1
            default executables := 33
            executables := 3 if {
              input.tpm.boot.kernel in query_reference_value("my_kernels")
            }
            hardware := 2 if input.tpm.pcr00
            trust_claims := {"executables": executables, "hardware": hardware}
            """);
    fixture
        .core()
        .references()
        .add(
            TENANT,
            Administrator.of("alice"),
            List.of(
                new ReferenceValue(
                    "my_kernels",
                    Json.strings(List.of(OTHER.hex())),
                    CoreFixture.START.plus(Duration.ofDays(1)),
                    Provenance.DECLARED,
                    "alice")));
    AttestationResult result = fixture.attested(fixture.tpm());
    assertThat(result.affirming()).isFalse();
    assertGolden("attestation-policy-refused", why(result.id()));
    Refused refused = refusedRelease(result);
    assertThat(why(refused.id()).changes())
        .anySatisfy(change ->
            assertThat(change.sentence())
                .contains("Line 5 of the attestation policy version 2 for cpu"));
  }

  private static final String ONLY_ONE =
      """
      package policy
      import rego.v1
      default allow := false
      allow if {
        data["resource-path"][2] == wanted
        input.submods.cpu0["ear.status"] == "affirming"
      }
      wanted := "two" if data.plugin == "resource"
      """;

  @Test
  void refused_byAReleasePolicyInRego_namesTheLine() throws Exception {
    put(ReleasePolicy.Rego.of(ONLY_ONE));
    Refused refused = refusedRelease(fixture.attested(fixture.tpm()));
    assertThat(refused.code()).isEqualTo(Code.POLICY_DENIED);
    Explanation explanation = why(refused.id());
    assertGolden("release-policy-refused", explanation);
    put(ReleasePolicy.DEFAULT);
    Explanation later = why(refused.id());
    assertThat(later.with(List.of())).isEqualTo(explanation);
    assertThat(later.since())
        .containsExactly(
            new Since("release-policy", "The release policy has changed since: version 3 now."));
  }

  @Test
  void released_byAPolicyInRego_saysWhichLinesAllowed() throws Exception {
    put(ReleasePolicy.Rego.of(ONLY_ONE.replace("\"two\"", "\"one\"")));
    Decision.Granted granted = (Decision.Granted) fixture.release(fixture.attested(fixture.tpm()));
    granted.value().close();
    assertGolden("release-policy-allowed", why(granted.id()));
  }

  @Test
  void refused_byTheGuestForASignature_isExplainedWithItsAttestation() throws Exception {
    String id =
        fixture
            .core()
            .report(
                TENANT,
                fixture.attested(fixture.tpm()),
                new GuestReport(
                    "SIGNER_UNTRUSTED",
                    "image.signature.key",
                    "a signature by key A",
                    "a signature by another key\u001b[2J",
                    "registry.example/app:1"));
    assertGolden("signature-refused", why(id));
  }

  @Test
  void refused_forAnExpiredValue_saysWhenItEnded() throws Exception {
    for (StoredReferenceValue stored : fixture.admin().referenceValues(TENANT)) {
      if (stored.value().name().equals("tpm_initrd")) {
        fixture.core().references().delete(TENANT, Administrator.of("alice"), stored.id());
      }
    }
    fixture
        .core()
        .references()
        .add(
            TENANT,
            Administrator.of("alice"),
            List.of(
                new ReferenceValue(
                    "tpm_initrd",
                    Json.of(CoreFixture.INITRD.hex()),
                    CoreFixture.START.plus(Duration.ofMinutes(1)),
                    Provenance.PREDICTED,
                    "alice")));
    AttestationResult result = fixture.attested(fixture.tpm());
    fixture.move(Duration.ofMinutes(2));
    Refused refused = refusedRelease(result);
    assertThat(refused.code()).isEqualTo(Code.REFERENCE_VALUE_EXPIRED);
    assertGolden("value-expired", why(refused.id()));
  }

  @Test
  void refused_underARevokedPolicy_saysSo() throws Exception {
    AttestationResult result = fixture.attested(fixture.tpm());
    fixture.core().policies().revoke(TENANT, Administrator.of("alice"), StoredPolicy.Kind.RELEASE);
    Refused refused = refusedRelease(result);
    assertGolden("policy-revoked", why(refused.id()));
    put(ReleasePolicy.DEFAULT);
    assertThat(why(refused.id()).since())
        .containsExactly(
            new Since(
                "release-policy", "The release policy was put since: version 2 is in force now."));
  }

  @Test
  void explanation_stateChangedSince_staysAndSaysSo() throws Exception {
    Decision.Granted granted = (Decision.Granted) fixture.release(fixture.attested(fixture.tpm()));
    granted.value().close();
    Explanation before = why(granted.id());
    fixture.putResource("another");
    fixture.core().references().delete(TENANT, Administrator.of("alice"), "tpm_kernel");
    fixture.move(Duration.ofDays(31));
    Explanation after = why(granted.id());
    assertThat(after.with(List.of())).isEqualTo(before);
    assertThat(after.since())
        .contains(
            new Since("reference-values", "`tpm_kernel` does not contain the value any more."),
            new Since(
                "reference-values", "The value of `tpm_command_line` has come to its end since."),
            new Since("resource", "The resource has changed since: version 2 now."));
  }

  @Test
  void refused_resourceThatIsThere_namesTheVersionOfThatTime() throws Exception {
    AttestationResult result = fixture.attested(fixture.tpm());
    fixture.putResource("another");
    put(ReleasePolicy.builtIn("deny-all"));
    Refused refused = refusedRelease(result);
    fixture.putResource("a third");
    Explanation explanation = why(refused.id());
    assertThat(explanation.about().integer("version")).isEqualTo(2);
    assertThat(explanation.since())
        .contains(new Since("resource", "The resource has changed since: version 3 now."));
  }

  @Test
  void refused_resourceThatIsNotThere_namesNoVersion() throws Exception {
    AttestationResult result = fixture.attested(fixture.tpm());
    fixture.admin().deleteResource(TENANT, "alice", CoreFixture.PATH);
    Refused notFound = refusedRelease(result);
    assertThat(notFound.code()).isEqualTo(Code.RESOURCE_NOT_FOUND);
    put(ReleasePolicy.builtIn("deny-all"));
    Refused denied = refusedRelease(result);
    for (Refused refused : List.of(notFound, denied)) {
      assertThat(why(refused.id()).about().present("version")).isEmpty();
    }
  }

  @Test
  void explanation_anyPolicy_neitherSecretNorNonceIsInIt() throws Exception {
    put(
        ReleasePolicy.Rego.of(
            """
            package policy
            import rego.v1
            default allow := false
            evidence := input.submods.cpu0["ear.veraison.annotated-evidence"]
            allow if evidence.runtime_data_claims.nonce == "guessed"
            allow if input.submods.cpu0 == evidence
            """));
    Challenge challenge = fixture.challenge("tpm");
    AttestOutcome outcome =
        fixture
            .core()
            .attest(
                TENANT,
                challenge.sessionId(),
                CoreFixture.answer(
                    challenge.nonce(), CoreFixture.quote(fixture.tpm(), challenge.nonce())));
    AttestationResult result = ((AttestOutcome.Attested) outcome).result();
    Refused refused = refusedRelease(result);
    assertThat(refused.refusal().found()).doesNotContain(challenge.nonce());
    put(ReleasePolicy.DEFAULT);
    Decision.Granted granted = (Decision.Granted) fixture.release(result);
    granted.value().close();
    for (String id : List.of(result.id(), refused.id(), granted.id())) {
      Explanation explanation = why(id);
      assertThat(explanation.json().compact() + ExplanationText.lines(explanation))
          .doesNotContain(challenge.nonce())
          .doesNotContain(challenge.sessionId())
          .doesNotContain(CoreFixture.VALUE);
    }
    assertThat(fixture.ledger())
        .allSatisfy(entry ->
            assertThat(entry.body().compact())
                .doesNotContain(challenge.nonce())
                .doesNotContain(CoreFixture.VALUE));
  }

  @Test
  void explanation_ofWhatOnlyIsCounted_hasTheRefusal() throws Exception {
    Refused refused = (Refused) fixture.attest(CoreFixture.stranger());
    Explanation explanation = why(refused.id());
    assertThat(explanation.head().kind()).isEqualTo("counted");
    assertThat(explanation.refusal().orElseThrow()).isEqualTo(refused.refusal());
    assertThat(explanation.changes()).hasSize(1);
  }

  @Test
  void explanation_ofAChange_saysWhoDidIt() throws Exception {
    put(ReleasePolicy.DEFAULT);
    Explanation explanation = why(fixture.last().id());
    assertThat(explanation.about().string("by")).isEqualTo("alice");
    assertThat(explanation.about().string("policy")).isEqualTo("release");
    assertThat(explanation.checks()).isEmpty();
  }

  @Test
  void explanation_unknownId_thereIsNone() throws Exception {
    assertThat(fixture.admin().explain(TENANT, "nothing")).isEmpty();
  }
}
