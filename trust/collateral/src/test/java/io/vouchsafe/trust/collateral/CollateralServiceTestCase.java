package io.vouchsafe.trust.collateral;

import io.vouchsafe.verdict.Code;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// What tests of the service share: doubles of the vendors, and a service that asks them.
abstract class CollateralServiceTestCase {
  static final Duration DAY = Duration.ofDays(1);
  @TempDir Path folder;
  Vendors vendors;
  CollateralService service;

  @BeforeEach
  void open() throws Exception {
    vendors = Vendors.start();
    service = vendors.open(folder);
  }

  @AfterEach
  void close() {
    service.close();
    vendors.close();
  }

  VerifiedDocument fetch(CollateralKey key) throws Exception {
    return service.fetch(key).get(120, TimeUnit.SECONDS);
  }

  Code refusal(CollateralKey key) throws Exception {
    try {
      fetch(key);
      throw new AssertionError("was taken: " + key.text());
    } catch (ExecutionException e) {
      return ((FetchException) e.getCause()).refusal().code();
    }
  }
}
