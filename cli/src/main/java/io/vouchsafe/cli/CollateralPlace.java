package io.vouchsafe.cli;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.trust.collateral.CollateralKey.Update;
import io.vouchsafe.trust.collateral.CollateralOptions;
import io.vouchsafe.trust.collateral.CollateralRoots;
import io.vouchsafe.trust.collateral.Endpoints;
import io.vouchsafe.trust.server.ProcessorRoots;
import io.vouchsafe.trust.server.TrustServerException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/// The options that say where collateral comes from.
final class CollateralPlace {
  private static final int MAX_CERTIFICATES = 1 << 20;
  private static final String THIM = "thim";
  private static final URI AZURE = URI.create("http://169.254.169.254");

  @Option(
      names = "--collateral-url",
      paramLabel = "KIND=URL",
      description =
          "Fetch from there: kds (AMD), pcs (Intel), pccs (a cache of Intel's service), root-crl or thim (Azure's metadata service). What comes is verified, so any cache does.")
  Map<String, URI> urls = Map.of();

  @Option(
      names = "--collateral-ca",
      paramLabel = "FILE",
      description = "PEM that the certificates of these services may lead to, beside the JDK's.")
  Optional<Path> certificates = Optional.empty();

  @Option(
      names = "--collateral-update",
      paramLabel = "WHICH",
      defaultValue = "standard",
      description =
          "TCB recovery of Intel's that counts: standard, early or a number. Default ${DEFAULT-VALUE}.")
  String update = "standard";

  /// Options for a service that keeps its documents in `home`.
  CollateralOptions options(Home home, ProcessorRoots roots) throws Failure {
    return CollateralOptions.at(home.collateral(), InstantSource.system(), new SecureRandom())
        .withEndpoints(endpoints(), certificates())
        .withRoots(new CollateralRoots(roots.amd(), roots.intel()))
        .withUpdate(update());
  }

  Update update() throws Failure {
    try {
      return new Update(update);
    } catch (IllegalArgumentException e) {
      throw new Failure("--collateral-update: " + e.getMessage());
    }
  }

  /// Where Azure's metadata service is.
  URI azure() {
    return urls.getOrDefault(THIM, AZURE);
  }

  private Endpoints endpoints() throws Failure {
    Endpoints endpoints = Endpoints.VENDORS;
    for (Map.Entry<String, URI> url : urls.entrySet()) {
      if (url.getKey().equals(THIM)) {
        continue;
      }
      try {
        endpoints = endpoints.with(url.getKey(), url.getValue());
      } catch (IllegalArgumentException e) {
        throw new Failure("--collateral-url: " + e.getMessage());
      }
    }
    return endpoints;
  }

  private Optional<Bytes> certificates() throws Failure {
    return certificates.isEmpty()
        ? Optional.empty()
        : Optional.of(read("--collateral-ca", certificates.get(), MAX_CERTIFICATES));
  }

  /// The whole of a file of at most `max` bytes.
  static Bytes read(String what, Path file, int max) throws Failure {
    try (var in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(max + 1);
      if (content.length > max) {
        throw new Failure("%s: %s is longer than %d bytes".formatted(what, file, max));
      }
      return Bytes.of(content);
    } catch (IOException e) {
      throw new Failure("%s: cannot read %s".formatted(what, file), e);
    }
  }

  /// The vendors' roots and those in files.
  static ProcessorRoots roots(List<Path> amd, List<Path> intel) throws Failure {
    try {
      return ProcessorRoots.read(amd, intel);
    } catch (TrustServerException e) {
      throw new Failure(String.valueOf(e.getMessage()), e);
    }
  }

  /// Bad certificates in the options, told as such.
  static Failure unusable(FormatException e) {
    return new Failure("--collateral-ca: expected " + e.expected() + ", found " + e.found(), e);
  }
}
