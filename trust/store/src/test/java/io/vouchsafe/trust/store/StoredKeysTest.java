package io.vouchsafe.trust.store;

import static io.vouchsafe.trust.store.StoreFixture.body;
import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.verdict.Code;
import org.junit.jupiter.api.Test;

/// Attestation keys, bound or trusted.
class StoredKeysTest extends StoreTestCase {
  @Test
  void binding_ofBoundKey_staysForGood() throws StoreException {
    AkBinding first = new AkBinding(Bytes.of((byte) 1), Bytes.of((byte) 2), Bytes.of((byte) 3));
    AkBinding other = new AkBinding(first.akName(), first.akSpki(), Bytes.of((byte) 9));
    assertThat(fixture.store().akBinding(TENANT, first.akName())).isEmpty();
    assertThat(fixture.store().<AkBinding>write(TENANT, tx -> tx.bindAk(first))).isEqualTo(first);
    assertThat(fixture.store().<AkBinding>write(TENANT, tx -> tx.bindAk(other))).isEqualTo(first);
    fixture.reopen();
    assertThat(fixture.store().akBinding(TENANT, first.akName())).contains(first);
    assertThat(fixture.store().akBinding(new Tenant("other"), first.akName())).isEmpty();
  }

  @Test
  void binding_tampered_isCorrupt() throws Exception {
    AkBinding binding = new AkBinding(Bytes.of((byte) 1), Bytes.of((byte) 2), Bytes.of((byte) 3));
    fixture.store().write(TENANT, tx -> tx.bindAk(binding));
    fixture.tamper("UPDATE ak_binding SET ek_digest = x'09'");
    fixture.reopen();
    assertRefused(Code.STORE_CORRUPT, () -> fixture.store().akBinding(TENANT, binding.akName()));
  }

  @Test
  void trustedAk_listedThenRemoved() throws Exception {
    TrustedAk key = new TrustedAk(Bytes.of((byte) 7), "lab machine");
    fixture
        .store()
        .write(
            TENANT,
            tx -> {
              tx.putTrustedAk(key);
              return 0;
            });
    fixture.reopen();
    assertThat(snapshot().trusts(key.spki())).isTrue();
    assertThat(fixture.store().snapshot(new Tenant("other")).trusts(key.spki())).isFalse();
    assertThat(fixture.store().<Boolean>write(TENANT, tx -> tx.removeTrustedAk(key.spki())))
        .isTrue();
    assertThat(snapshot().trusts(key.spki())).isFalse();
  }

  @Test
  void trustedAk_insertedBehindTheStoresBack_storeDoesNotOpen() throws Exception {
    fixture.store().write(TENANT, tx -> tx.append("id", "test", body("x")));
    fixture.tamper("INSERT INTO trusted_ak VALUES ('default', x'07', 'evil', x'00')");
    assertRefused(Code.STORE_CORRUPT, () -> fixture.reopen());
  }
}
