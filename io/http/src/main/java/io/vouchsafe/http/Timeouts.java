package io.vouchsafe.http;

import java.time.Duration;

/// Time limits of one request.
///
/// @param connect until there is a connection
/// @param stalled without a byte, also before the first
/// @param whole from the start to the last byte
public record Timeouts(Duration connect, Duration stalled, Duration whole) {
  /// 10 seconds, 30 seconds, one hour.
  public static final Timeouts DEFAULT =
      new Timeouts(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofHours(1));

  public Timeouts {
    if (!connect.isPositive() || !stalled.isPositive() || !whole.isPositive()) {
      throw new IllegalArgumentException("time limits must be positive");
    }
  }
}
