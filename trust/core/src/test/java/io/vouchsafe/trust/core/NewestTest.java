package io.vouchsafe.trust.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NewestTest {
  private final Newest<String, String> newest = new Newest<>(3, 10, String::length);

  @Test
  void entries_moreThanTheBound_forgetTheEldest() {
    for (String key : new String[] {"a", "b", "c", "d"}) {
      newest.put(key, key);
    }
    assertThat(newest.size()).isEqualTo(3);
    assertThat(newest.get("a")).isEmpty();
    assertThat(newest.get("b")).contains("b");
    assertThat(newest.get("d")).contains("d");
  }

  @Test
  void entries_thatAreTooLargeTogether_forgetTheEldest() {
    newest.put("a", "1234");
    newest.put("b", "1234");
    newest.put("c", "123");
    assertThat(newest.get("a")).isEmpty();
    assertThat(newest.get("b")).isPresent();
    newest.put("d", "1234567890");
    assertThat(newest.size()).isOne();
    assertThat(newest.get("d")).isPresent();
  }

  @Test
  void entry_thatIsTooLargeAlone_isThereUntilTheNext() {
    newest.put("a", "12345678901");
    assertThat(newest.get("a")).isPresent();
    newest.put("b", "1");
    assertThat(newest.get("a")).isEmpty();
    assertThat(newest.get("b")).isPresent();
  }

  @Test
  void entry_thatIsPutAgain_countsOnce_andIsTheNewest() {
    newest.put("a", "123456");
    newest.put("b", "1");
    newest.put("a", "1234567");
    newest.put("c", "12");
    assertThat(newest.size()).isEqualTo(3);
    newest.put("d", "1");
    assertThat(newest.get("b")).isEmpty();
    assertThat(newest.get("a")).contains("1234567");
  }
}
