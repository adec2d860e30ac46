package io.vouchsafe.appraisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.testkit.Vectors;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustVectorTest {

  @ParameterizedTest
  @CsvSource({
    "-128,CONTRAINDICATED",
    "-97,CONTRAINDICATED",
    "-96,WARNING",
    "-33,WARNING",
    "-32,AFFIRMING",
    "-2,AFFIRMING",
    "-1,NONE",
    "0,NONE",
    "1,NONE",
    "2,AFFIRMING",
    "31,AFFIRMING",
    "32,WARNING",
    "95,WARNING",
    "96,CONTRAINDICATED",
    "127,CONTRAINDICATED"
  })
  void tier_atTheEdges_isThatOfTheTable(int value, TrustTier tier) {
    assertThat(TrustTier.of(value)).isEqualTo(tier);
  }

  @Test
  void tier_beyondASignedByte_isAMistake() {
    assertThatThrownBy(() -> TrustTier.of(128)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TrustTier.of(-129)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TrustVector.EMPTY.with(TrustVector.Claim.HARDWARE, 300))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void tier_ofVector_isTheWorst() {
    assertThat(TrustVector.EMPTY.tier()).isEqualTo(TrustTier.NONE);
    assertThat(TrustVector.UNSTATED.tier()).isEqualTo(TrustTier.NONE);
    TrustVector affirming = TrustVector.UNSTATED.with(TrustVector.Claim.HARDWARE, 2);
    assertThat(affirming.tier()).isEqualTo(TrustTier.AFFIRMING);
    assertThat(affirming.with(TrustVector.Claim.EXECUTABLES, 33).tier())
        .isEqualTo(TrustTier.WARNING);
    assertThat(affirming.with(TrustVector.Claim.EXECUTABLES, 97).tier())
        .isEqualTo(TrustTier.CONTRAINDICATED);
  }

  @Test
  void json_hasSetClaimsOnlyInOrder() {
    assertThat(
            TrustVector.EMPTY
                .with(TrustVector.Claim.HARDWARE, 2)
                .with(TrustVector.Claim.CONFIGURATION, 2)
                .json()
                .compact())
        .isEqualTo("{\"configuration\":2,\"hardware\":2}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"hardware\":128}",
        "{\"hardware\":-129}",
        "{\"hardware\":2.5}",
        "{\"hardware\":\"2\"}",
        "{\"software\":2}",
        "{\"hardware\":null}"
      })
  void parse_ofOddVector_isRefused(String text) {
    assertThatThrownBy(
            () -> TrustVector.parse(Json.parse(text, JsonLimits.MESSAGE).asObject("vector")))
        .isInstanceOf(FormatException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cca.good", "psa.badswcomp", "psa.freshness-fail", "psa.good"})
  void status_ofOtherVerifiersResults_isTheTierOfTheirVector(String name) throws Exception {
    Json.Obj result =
        Json.parseObject(
            Bytes.of(Vectors.bytes("ear/services-results/" + name + ".json")), JsonLimits.DOCUMENT);
    assertThat(result.members()).isNotEmpty();
    for (Json value : result.members().values()) {
      Json.Obj submodule = value.asObject("submodule");
      TrustVector vector = TrustVector.parse(submodule.object("ear.trustworthiness-vector"));
      assertThat(vector.tier().text()).isEqualTo(submodule.string("ear.status"));
    }
  }

  @Test
  void vector_writtenAndRead_isEqual() throws FormatException {
    TrustVector vector = TrustVector.UNSTATED.with(TrustVector.Claim.SOURCED_DATA, -128);
    assertThat(TrustVector.parse(vector.json())).isEqualTo(vector);
    assertThat(vector.json().members().keySet())
        .containsExactlyElementsOf(
            List.of(
                "instance-identity",
                "configuration",
                "executables",
                "file-system",
                "hardware",
                "runtime-opaque",
                "storage-opaque",
                "sourced-data"));
  }
}
