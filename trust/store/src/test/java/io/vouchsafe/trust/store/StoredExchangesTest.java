package io.vouchsafe.trust.store;

import static io.vouchsafe.trust.store.StoreFixture.body;
import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.verdict.Code;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Exchanges that are remembered for a while.
class StoredExchangesTest extends StoreTestCase {
  @Test
  void exchange_writtenSoon_isThereAfterRestartUntilItEnds() throws StoreException {
    Exchange exchange =
        new Exchange("rcar", "bearer-id", body("x"), StoreFixture.START.plusSeconds(300));
    fixture
        .store()
        .writeSoon(
            TENANT,
            tx -> {
              tx.putExchange(exchange);
              return 0;
            });
    fixture.reopen();
    assertThat(fixture.store().exchange(TENANT, "rcar", "bearer-id")).contains(exchange);
    assertThat(fixture.store().exchange(TENANT, "other", "bearer-id")).isEmpty();
    assertThat(fixture.store().exchange(new Tenant("other"), "rcar", "bearer-id")).isEmpty();
    fixture.move(Duration.ofSeconds(300));
    fixture.store().write(TENANT, tx -> tx.append("a", "test", body("x")));
    assertThat(fixture.store().exchange(TENANT, "rcar", "bearer-id")).isEmpty();
  }

  @Test
  void exchange_inFile_doesNotShowItsId() throws Exception {
    Exchange exchange =
        new Exchange("rcar", "a-bearer-id", body("x"), StoreFixture.START.plusSeconds(300));
    fixture
        .store()
        .write(
            TENANT,
            tx -> {
              tx.putExchange(exchange);
              return 0;
            });
    fixture.close();
    assertThat(Files.readString(fixture.file, StandardCharsets.ISO_8859_1))
        .doesNotContain("a-bearer-id");
  }

  @Test
  void exchange_tampered_isCorrupt() throws Exception {
    Exchange exchange = new Exchange("rcar", "id", body("x"), StoreFixture.START.plusSeconds(300));
    fixture
        .store()
        .write(
            TENANT,
            tx -> {
              tx.putExchange(exchange);
              return 0;
            });
    fixture.tamper("UPDATE exchange SET expires = expires + 1000");
    fixture.reopen();
    assertRefused(Code.STORE_CORRUPT, () -> fixture.store().exchange(TENANT, "rcar", "id"));
  }
}
