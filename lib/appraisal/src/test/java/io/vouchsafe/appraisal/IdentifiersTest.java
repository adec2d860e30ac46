package io.vouchsafe.appraisal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IdentifiersTest {

  private static String of(String initDataClaims) throws Exception {
    EvidenceClaims evidence =
        new EvidenceClaims(
            "tpm",
            "cpu",
            "operator-named",
            Json.object().build(),
            Json.NULL,
            Optional.of(
                new EvidenceClaims.InitData("00", Json.parse(initDataClaims, JsonLimits.MESSAGE))));
    return Identifiers.of(evidence).compact();
  }

  @Test
  void containers_ofTheMeasuredPolicy_areNamed() throws Exception {
    String container =
        "{\"OCI\":{\"Annotations\":{\"io.kubernetes.cri.image-name\":\"busybox\"},"
            + "\"Process\":{\"User\":{\"UID\":65534}}}}";
    assertThat(of("{\"agent_policy_claims\":{\"containers\":[" + container + ",{\"OCI\":{}}]}}"))
        .isEqualTo(
            "{\"ear.trustee.identifiers\":{\"validated\":"
                + "{\"container_images\":[\"busybox\"],\"container_uids\":[65534]}}}");
  }

  @Test
  void claims_ofAnotherShape_nameNothing() throws Exception {
    String nothing = "{\"ear.trustee.identifiers\":{\"validated\":{}}}";
    for (String odd :
        new String[] {
          "null",
          "{}",
          "{\"agent_policy_claims\":1}",
          "{\"agent_policy_claims\":{\"containers\":{}}}",
          "{\"agent_policy_claims\":{\"containers\":[1,null]}}"
        }) {
      assertThat(of(odd)).isEqualTo(nothing);
    }
  }
}
