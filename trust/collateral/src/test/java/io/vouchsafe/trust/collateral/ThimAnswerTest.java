package io.vouchsafe.trust.collateral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.verdict.RefusedException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThimAnswerTest {
  static Json.Obj answer() {
    List<Bytes> all = Vendors.AMD.authorities();
    return Json.object()
        .put("vcekCert", Pem.encode("CERTIFICATE", Vendors.CHIP.certificate()))
        .put("tcbm", "D114000000000003")
        .put(
            "certificateChain",
            Pem.encode("CERTIFICATE", all.get(0)) + Pem.encode("CERTIFICATE", all.get(2)))
        .put("cacheControl", "86400")
        .build();
  }

  private static List<CollateralDocument> documents(Json answer) throws Exception {
    return ThimAnswer.parse(Bytes.utf8(answer.compact()))
        .documents(Vendors.roots(), "a test", Vendors.START);
  }

  @Test
  void answer_ofAzure_isADocumentOfTheChipAndItsAuthorities() throws Exception {
    List<CollateralDocument> documents = documents(answer());
    assertThat(documents)
        .extracting(CollateralDocument::key)
        .containsExactly(Vendors.CHAIN, Vendors.CHIP_KEY);
    DocumentVerifier verifier = new DocumentVerifier(Vendors.roots());
    for (CollateralDocument document : documents) {
      assertThat(verifier.verify(document, Vendors.START).key()).isEqualTo(document.key());
    }
  }

  @Test
  void answer_ofAnotherRoot_isRefused() {
    assertThatThrownBy(() ->
            ThimAnswer.parse(Bytes.utf8(answer().compact()))
                .documents(CollateralRoots.vendors(), "a test", Vendors.START))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void answer_withTwoCertificates_isRefused() {
    Json two = Json.of(Pem.encode("CERTIFICATE", Bytes.zeros(3)).repeat(2));
    assertThatThrownBy(() -> documents(answer().with("vcekCert", two)))
        .isInstanceOf(FormatException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"vcekCert", "certificateChain"})
  void answer_withoutAMember_isRefused(String name) {
    assertThatThrownBy(() -> documents(answer().without(name))).isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> documents(answer().with(name, Json.of("no PEM"))))
        .isInstanceOf(FormatException.class);
  }
}
