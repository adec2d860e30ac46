package io.vouchsafe.oci;

/// Media types of the image specification, and Docker's older ones.
public final class MediaTypes {
  public static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  public static final String INDEX = "application/vnd.oci.image.index.v1+json";
  public static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  public static final String LAYER = "application/vnd.oci.image.layer.v1.tar";
  public static final String LAYER_GZIP = LAYER + "+gzip";
  public static final String LAYER_ZSTD = LAYER + "+zstd";
  public static final String COSIGN_PAYLOAD = "application/vnd.dev.cosign.simplesigning.v1+json";

  public static final String DOCKER_MANIFEST =
      "application/vnd.docker.distribution.manifest.v2+json";
  public static final String DOCKER_LIST =
      "application/vnd.docker.distribution.manifest.list.v2+json";
  public static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";

  /// What a registry is told that we take.
  public static final String ACCEPT_MANIFESTS =
      MANIFEST + ", " + INDEX + ", " + DOCKER_MANIFEST + ", " + DOCKER_LIST;

  static final String ENCRYPTED = "+encrypted";
  private static final String NONDISTRIBUTABLE =
      "application/vnd.oci.image.layer.nondistributable.v1.tar";
  private static final String DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar";
  private static final String DOCKER_FOREIGN =
      "application/vnd.docker.image.rootfs.foreign.diff.tar";

  private MediaTypes() {}

  /// Whether the type is that of an index or manifest list.
  public static boolean isIndex(String type) {
    return type.equals(INDEX) || type.equals(DOCKER_LIST);
  }

  /// Whether the type is that of an image manifest.
  public static boolean isManifest(String type) {
    return type.equals(MANIFEST) || type.equals(DOCKER_MANIFEST);
  }

  /// Whether the layer is encrypted (specs: guest components §7.1).
  public static boolean isEncrypted(String type) {
    return type.endsWith(ENCRYPTED);
  }

  /// The type of the layer when it is decrypted.
  static String decrypted(String type) {
    return isEncrypted(type) ? type.substring(0, type.length() - ENCRYPTED.length()) : type;
  }

  /// The OCI type for a Docker one: encryption exists for OCI types only.
  static String toOci(String type) {
    return switch (type) {
      case DOCKER_MANIFEST -> MANIFEST;
      case DOCKER_LIST -> INDEX;
      case DOCKER_CONFIG -> CONFIG;
      case DOCKER_LAYER -> LAYER;
      case DOCKER_LAYER + ".gzip" -> LAYER_GZIP;
      case DOCKER_LAYER + ".zstd" -> LAYER_ZSTD;
      case DOCKER_FOREIGN -> NONDISTRIBUTABLE;
      case DOCKER_FOREIGN + ".gzip" -> NONDISTRIBUTABLE + "+gzip";
      default -> type;
    };
  }
}
