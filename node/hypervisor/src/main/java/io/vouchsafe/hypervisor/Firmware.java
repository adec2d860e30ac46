package io.vouchsafe.hypervisor;

import java.nio.file.Path;
import java.util.Objects;

/// What the machine runs first.
public sealed interface Firmware {

  /// Code and variables in two flash chips.
  ///
  /// @param code read-only image
  /// @param variables this machine's own copy of the variable store; the firmware writes to it
  record Flash(Path code, Path variables) implements Firmware {
    public Flash {
      Objects.requireNonNull(code, "code");
      Objects.requireNonNull(variables, "variables");
    }
  }

  /// One image without a variable store, as confidential machines want it.
  ///
  /// @param image firmware with the metadata that the TEE needs
  record Image(Path image) implements Firmware {
    public Image {
      Objects.requireNonNull(image, "image");
    }
  }
}
