package io.vouchsafe.oci;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.util.Optional;

/// Operating system and architecture, in the words of the image specification.
///
/// @param os for example `linux`
/// @param architecture for example `amd64`
public record Platform(String os, String architecture) {
  public static final Platform LINUX_AMD64 = new Platform("linux", "amd64");

  /// Linux on the architecture that the JVM calls `osArch` (`os.arch`).
  public static Platform linux(String osArch) {
    String architecture =
        switch (osArch) {
          case "x86_64", "amd64" -> "amd64";
          case "aarch64" -> "arm64";
          default -> osArch;
        };
    return new Platform("linux", architecture);
  }

  /// Whether an entry of an index is for this platform. An entry that does not say matches none.
  boolean matches(Descriptor entry) throws FormatException {
    Optional<Json> member = entry.json().present("platform");
    if (member.isEmpty()) {
      return false;
    }
    Json.Obj platform = member.get().asObject("platform");
    return platform.string("os").equals(os) && platform.string("architecture").equals(architecture);
  }

  @Override
  public String toString() {
    return os + "/" + architecture;
  }
}
