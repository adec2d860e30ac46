package io.vouchsafe.trust.store;

import static io.vouchsafe.trust.store.StoreFixture.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Stores that were made by earlier versions.
class SchemaTest extends StoreTestCase {
  /// Takes away what later schemas added.
  private void downgradeTo2() throws Exception {
    fixture.alter(
        "ALTER TABLE policy DROP COLUMN comment",
        "ALTER TABLE policy DROP COLUMN approved_by",
        "DROP TABLE proposal",
        "DROP TABLE reference_set",
        "DROP TABLE setting",
        "PRAGMA user_version=2");
  }

  @Test
  void schema_ofVersion1_isBroughtUpToDateAndKeepsWhatItHad() throws Exception {
    fixture.store().write(TENANT, tx -> tx.append("old", "test", body("x")));
    downgradeTo2();
    fixture.alter("DROP TABLE shared", "PRAGMA user_version=1");
    fixture.reopen();
    assertThat(fixture.store().ledgerEntry(TENANT, "old")).isPresent();
    Shared piece = Shared.of(Json.array(Json.of("x")));
    Json.Obj body = Json.object().put("list", Json.array(piece.reference())).build();
    fixture.store().write(TENANT, tx -> tx.append("new", "test", body, List.of(piece)));
    fixture.reopen();
    assertThat(fixture.store().verifyLedger(TENANT).size()).isEqualTo(2);
  }

  @Test
  void schema_ofVersion2_isBroughtUpToDateAndKeepsItsPolicies() throws Exception {
    putPolicy("one", PolicyOrigin.of("me"));
    downgradeTo2();

    fixture.reopen();

    assertThat(fixture.store().policies(TENANT, StoredPolicy.Kind.RELEASE, "release"))
        .extracting(StoredPolicy::origin)
        .containsExactly(PolicyOrigin.of("me"));
    PolicyOrigin second = new PolicyOrigin("me", "another", "why");
    putPolicy("two", second);
    fixture.reopen();
    assertThat(snapshot().policy(StoredPolicy.Kind.RELEASE, "release"))
        .isInstanceOfSatisfying(
            PolicyState.Active.class,
            active -> assertThat(active.policy().origin()).isEqualTo(second));
    assertThat(fixture.store().setting(TENANT, "approvals", 1)).isEqualTo(1);
  }

  @Test
  void schema_fromBeforeTheLedgerKeptNodes_isRefusedInWords() throws Exception {
    fixture.alter(
        "DROP TABLE ledger",
        "CREATE TABLE ledger (tenant TEXT, idx INTEGER, id TEXT, data BLOB)",
        "PRAGMA user_version=1");
    assertThatThrownBy(() -> fixture.reopen())
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("before the first release")
        .hasMessageContaining("start with an empty one");
  }
}
