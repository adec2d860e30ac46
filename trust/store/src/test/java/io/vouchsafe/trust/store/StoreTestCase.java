package io.vouchsafe.trust.store;

import static io.vouchsafe.trust.store.StoreFixture.body;
import static io.vouchsafe.trust.store.StoreFixture.secret;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.verdict.Code;
import java.nio.file.Path;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// What tests of the store share: a new store for each, and short ways to write to it.
abstract class StoreTestCase {
  static final Tenant TENANT = Tenant.DEFAULT;
  static final String PATH = "default/image-kek/one";

  @TempDir Path folder;
  StoreFixture fixture;

  @BeforeEach
  final void open() throws StoreException {
    fixture = new StoreFixture(folder);
  }

  @AfterEach
  final void close() {
    fixture.close();
  }

  static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      Code code, ThrowingCallable action) {
    return assertThatThrownBy(action)
        .isInstanceOfSatisfying(StoreException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  final Snapshot snapshot() throws StoreException {
    return fixture.store().snapshot(TENANT);
  }

  final long put(String path, String value) throws StoreException {
    return fixture.store().write(TENANT, tx -> tx.putResource(path, secret(value)));
  }

  final void putPolicy(String note, PolicyOrigin origin) throws StoreException {
    fixture
        .store()
        .write(
            TENANT, tx -> tx.putPolicy(StoredPolicy.Kind.RELEASE, "release", body(note), origin));
  }
}
