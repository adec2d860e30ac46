package io.vouchsafe.cli;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.trust.collateral.CollateralOptions;
import io.vouchsafe.trust.collateral.CollateralService;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/// What `collateral fetch` and `collateral import` put into a home, read only.
final class HomeCollateral implements AutoCloseable {
  private final Optional<CollateralService> service;

  private HomeCollateral(Optional<CollateralService> service) {
    this.service = service;
  }

  /// Opens what `home` holds; nothing if it was never filled.
  static HomeCollateral open(Home home) throws Failure {
    if (!Files.isDirectory(home.collateral())) {
      return new HomeCollateral(Optional.empty());
    }
    CollateralOptions options =
        new CollateralPlace().options(home, CollateralPlace.roots(List.of(), List.of())).offline();
    try {
      return new HomeCollateral(Optional.of(CollateralService.open(options)));
    } catch (FormatException e) {
      throw CollateralPlace.unusable(e);
    }
  }

  void into(EvidenceFiles files) {
    service.ifPresent(known -> files.add(known, known));
  }

  @Override
  public void close() {
    service.ifPresent(CollateralService::close);
  }
}
