package io.vouchsafe.trust.collateral;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A clock that moves when told, and when somebody waits by it. Thread-safe.
final class TestClock implements InstantSource {
  private final List<Duration> pauses = new CopyOnWriteArrayList<>();
  private Instant now;

  TestClock(Instant start) {
    this.now = start;
  }

  @Override
  public synchronized Instant instant() {
    return now;
  }

  synchronized void move(Duration time) {
    now = now.plus(time);
  }

  /// Waits by moving the clock.
  void pause(Duration time) {
    pauses.add(time);
    move(time);
  }

  /// Every wait so far.
  List<Duration> pauses() {
    return List.copyOf(pauses);
  }
}
