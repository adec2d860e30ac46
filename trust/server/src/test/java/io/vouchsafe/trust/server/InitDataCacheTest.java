package io.vouchsafe.trust.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.protocol.HashAlgorithm;
import io.vouchsafe.protocol.InitData;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InitDataCacheTest {
  private final InitDataCache cache = new InitDataCache();

  private static InitData document(String text) {
    return InitData.of(HashAlgorithm.SHA256, Map.of("note", text));
  }

  @Test
  void document_readTwice_isWhatItWasTheFirstTime() throws FormatException {
    InitData document = document("x");
    InitDataCache.Read first = cache.read(document.text());
    assertThat(first.digest()).isEqualTo(document.digest());
    assertThat(first.claims().digest()).isEqualTo(document.digest().hex());
    assertThat(first.claims().claims()).isEqualTo(document.claims());
    assertThat(cache.read(document.text())).isSameAs(first);
    assertThat(cache.size()).isEqualTo(1);
  }

  @Test
  void document_thatDiffersInABlank_isAnother() throws FormatException {
    InitDataCache.Read first = cache.read(document("x").text());
    assertThat(cache.read(document("x").text() + "\n").digest()).isNotEqualTo(first.digest());
  }

  @Test
  void text_thatIsNoInitData_isRefusedEachTime() {
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> cache.read("version = 1 2")).isInstanceOf(FormatException.class);
    }
    assertThat(cache.size()).isZero();
  }

  @Test
  void documents_moreThanTheBound_areForgotten() throws FormatException {
    for (int i = 0; i < InitDataCache.MAX_DOCUMENTS + 10; i++) {
      cache.read(document("x" + i).text());
    }
    assertThat(cache.size()).isEqualTo(InitDataCache.MAX_DOCUMENTS);
  }

  @Test
  void document_thatIsTooLong_isReadAndNotKept() throws FormatException {
    InitData document = document("x".repeat(InitDataCache.MAX_LENGTH));
    assertThat(cache.read(document.text()).digest()).isEqualTo(document.digest());
    assertThat(cache.size()).isZero();
  }
}
