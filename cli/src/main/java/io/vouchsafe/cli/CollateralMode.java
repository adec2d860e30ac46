package io.vouchsafe.cli;

import java.util.Locale;

/// Whether a trust server asks the vendors.
enum CollateralMode {
  ONLINE,
  OFFLINE;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
