package io.vouchsafe.cli;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.trust.collateral.CollateralOptions;
import io.vouchsafe.trust.collateral.CollateralService;
import io.vouchsafe.trust.server.EvidenceOptions;
import io.vouchsafe.trust.server.ProcessorRoots;
import io.vouchsafe.verdict.RefusedException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.List;

/// The collateral of a trust server that runs.
final class ServedCollateral implements AutoCloseable {
  private final Home home;
  private final ProcessorRoots roots;
  private final CollateralService service;

  private ServedCollateral(Home home, ProcessorRoots roots, CollateralService service) {
    this.home = home;
    this.roots = roots;
    this.service = service;
  }

  static ServedCollateral open(
      Home home, CollateralMode mode, CollateralPlace place, ProcessorRoots roots) throws Failure {
    CollateralOptions options = place.options(home, roots);
    try {
      return new ServedCollateral(
          home,
          roots,
          CollateralService.open(
              switch (mode) {
                case ONLINE -> options;
                case OFFLINE -> options.offline();
              }));
    } catch (FormatException e) {
      throw CollateralPlace.unusable(e);
    }
  }

  /// Imports bundles. One that cannot be taken as a whole ends the start; of the others what is
  /// genuine is taken.
  void take(List<Path> bundles, List<Path> keyFiles) throws Failure, RefusedException {
    if (bundles.isEmpty()) {
      return;
    }
    List<PublicKey> keys = CollateralCommand.trusted(home, keyFiles);
    for (Path file : bundles) {
      CollateralCommand.take(home, roots, CollateralCommand.bundle(file, keys));
    }
  }

  EvidenceOptions into(EvidenceOptions options) {
    return options.withService(service, service, service::waiting);
  }

  @Override
  public void close() {
    service.close();
  }
}
