package io.vouchsafe.trust.collateral;

import java.net.URI;
import java.util.Objects;
import java.util.Optional;

/// Where the vendors' services are. What they serve is verified, so that a cache of anybody's does.
///
/// @param kds base of AMD's service
/// @param pcs base of Intel's service or of a cache (PCCS) of it
/// @param rootList where the revocation list of Intel's root is; a cache serves it itself if empty
public record Endpoints(URI kds, URI pcs, Optional<URI> rootList) {
  /// The vendors' own.
  public static final Endpoints VENDORS =
      new Endpoints(
          URI.create("https://kdsintf.amd.com"),
          URI.create("https://api.trustedservices.intel.com"),
          Optional.of(
              URI.create("https://certificates.trustedservices.intel.com/IntelSGXRootCA.der")));

  public Endpoints {
    requireWeb(kds);
    requireWeb(pcs);
    Objects.requireNonNull(rootList, "rootList").ifPresent(Endpoints::requireWeb);
  }

  private static void requireWeb(URI base) {
    String scheme = String.valueOf(base.getScheme());
    boolean web = scheme.equals("https") || scheme.equals("http");
    if (!web
        || base.getHost() == null
        || base.getRawQuery() != null
        || base.getRawFragment() != null
        || base.getRawUserInfo() != null) {
      throw new IllegalArgumentException("http[s]://HOST[:PORT][/PATH], got " + base);
    }
  }

  /// These, with another one.
  ///
  /// @param kind `kds`, `pcs`, `pccs` (a cache, which has the root's list too) or `root-crl`
  /// @throws IllegalArgumentException if the kind or the address is none
  public Endpoints with(String kind, URI url) {
    return switch (kind) {
      case "kds" -> new Endpoints(url, pcs, rootList);
      case "pcs" -> new Endpoints(kds, url, rootList);
      case "pccs" -> new Endpoints(kds, url, Optional.empty());
      case "root-crl" -> new Endpoints(kds, pcs, Optional.of(url));
      default -> throw new IllegalArgumentException("kds, pcs, pccs or root-crl, got " + kind);
    };
  }

  /// An address below a base.
  static URI under(URI base, String path) {
    String text = base.toString();
    return URI.create((text.endsWith("/") ? text.substring(0, text.length() - 1) : text) + path);
  }
}
