package io.vouchsafe.appraisal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Json;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Claims that no verifier makes.
class NonsenseClaimsTest extends ProcessorAppraisalTestCase {
  @ParameterizedTest
  @ValueSource(strings = {"snp", "tdx", "sgx", "az-snp-vtpm", "az-tdx-vtpm"})
  void evidence_withNonsenseForClaims_isNeverAffirming(String tee) {
    List<ReferenceValue> values =
        Stream.of(azureSnpValues(), azureTdxValues(), bySigner()).flatMap(List::stream).toList();
    for (Json nonsense : List.of(Json.NULL, Json.of(1), Json.of("x"), Json.array(Json.TRUE))) {
      Json.ObjBuilder claims = Json.object();
      for (String name :
          List.of("quote", "body", "tpm", "td_attributes", "measurement", "tcb_status")) {
        claims.put(name, nonsense);
      }
      assertThat(appraise(tee, claims.build(), values).vector().tier())
          .isNotEqualTo(TrustTier.AFFIRMING);
    }
  }
}
