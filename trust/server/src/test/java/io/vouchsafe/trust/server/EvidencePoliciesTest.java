package io.vouchsafe.trust.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvidencePoliciesTest {
  private static EvidencePolicies with(String kind, String json) throws FormatException {
    return EvidencePolicies.STRICT.with(kind, Json.parse(json, JsonLimits.MESSAGE).asObject(kind));
  }

  @Test
  void none_allowsNothingAndAsksForPrivilegeLevelZero() {
    var snp = EvidencePolicies.STRICT.snp("snp", true);
    assertThat(snp.allowDebug()).isFalse();
    assertThat(snp.requireVmpl()).contains(0);
    assertThat(snp.requireRevocationList()).isTrue();
    assertThat(EvidencePolicies.STRICT.snp("snp", false).requireRevocationList()).isFalse();
    assertThat(EvidencePolicies.STRICT.dcap("tdx").allowDebug()).isFalse();
    assertThat(EvidencePolicies.STRICT.weaknesses()).isEmpty();
  }

  @Test
  void policy_ofOneKind_leavesTheOthersStrict() throws Exception {
    EvidencePolicies policies = with("snp", "{\"allowDebug\":true}");
    assertThat(policies.snp("snp", false).allowDebug()).isTrue();
    assertThat(policies.snp("az-snp-vtpm", false).allowDebug()).isFalse();
    assertThat(policies.dcap("tdx").allowDebug()).isFalse();
  }

  @Test
  void revocationList_isOptionalOnlyIfThePolicySaysSo() throws Exception {
    assertThat(with("snp", "{}").snp("snp", true).requireRevocationList()).isTrue();
    EvidencePolicies optional = with("snp", "{\"requireRevocationList\":false}");
    assertThat(optional.snp("snp", true).requireRevocationList()).isFalse();
    assertThat(optional.snp("az-snp-vtpm", true).requireRevocationList()).isTrue();
    assertThat(
            with("snp", "{\"requireRevocationList\":true}")
                .snp("snp", false)
                .requireRevocationList())
        .isTrue();
  }

  @Test
  void weaknesses_areNamedByKind_demandsAreNot() throws Exception {
    EvidencePolicies policies =
        with(
                "tdx",
                "{\"allowServiceTd\":true,\"allowDebug\":false,\"acceptedTcbStatuses\":[\"UpToDate\"]}")
            .with(
                "snp",
                Json.object()
                    .put("requireRevocationList", false)
                    .put("allowProvisionalFirmware", true)
                    .put("requireVmpl", 1)
                    .put("requireAliasCheck", true)
                    .build());
    assertThat(policies.weaknesses())
        .containsExactly(
            "snp: requireRevocationList false, allowProvisionalFirmware, requireVmpl 1",
            "tdx: allowServiceTd");
  }

  private static String agent(String members) {
    return "{\"migrationAgent\":{" + members + "}}";
  }

  private static final String MEASUREMENT = "\"measurement\":\"" + "01".repeat(48) + "\"";

  @Test
  void migrationAgent_isTakenByItsMeasurement_andNamedAsAWeakness() throws Exception {
    EvidencePolicies policies = with("snp", agent(MEASUREMENT));
    var agent = policies.migrationAgent(true).orElseThrow();
    assertThat(agent.measurement()).isPresent();
    assertThat(agent.requireVmpl()).contains(0);
    assertThat(agent.requireRevocationList()).isTrue();
    assertThat(policies.snp("snp", false).allowMigration()).isFalse();
    assertThat(policies.weaknesses().toString()).contains("snp: migrationAgent");
    assertThat(EvidencePolicies.STRICT.migrationAgent(true)).isEmpty();
  }

  @Test
  void migrationAgent_whoCouldBeAnybody_isRefused() {
    for (String members :
        new String[] {
          "",
          "\"requireVmpl\":0",
          MEASUREMENT + ",\"allowMigration\":true",
          MEASUREMENT + ",\"reportData\":\"" + "00".repeat(64) + "\"",
          MEASUREMENT + ",\"unknown\":true"
        }) {
      assertThatThrownBy(() -> with("snp", agent(members))).isInstanceOf(FormatException.class);
    }
    assertThatThrownBy(() -> with("az-snp-vtpm", agent(MEASUREMENT)))
        .isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> with("tdx", agent(MEASUREMENT))).isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> with("snp", "{\"migrationAgent\":true}"))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void userData_isAzuresOnly() throws Exception {
    assertThat(with("az-tdx-vtpm", "{\"userData\":\"00ff\"}").azure("az-tdx-vtpm").userData())
        .isPresent();
    assertThatThrownBy(() -> with("tdx", "{\"userData\":\"00ff\"}"))
        .isInstanceOf(FormatException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tpm|{}",
        "SNP|{}",
        "snp|{\"allowdebug\":true}",
        "snp|{\"allowDebug\":\"true\"}",
        "snp|{\"allowServiceTd\":true}",
        "snp|{\"reportData\":\"00\"}",
        "tdx|{\"reportData\":\"00\"}",
        "tdx|{\"requireVmpl\":0}",
        "tdx|{\"acceptedTcbStatuses\":[]}",
        "az-snp-vtpm|{\"initDataHash\":\"00\"}",
        "az-snp-vtpm|{\"userData\":5}"
      })
  void policy_unknownOrOfAnotherKind_isRefused(String kind, String json) {
    assertThatThrownBy(() -> with(kind, json)).isInstanceOf(FormatException.class);
  }
}
