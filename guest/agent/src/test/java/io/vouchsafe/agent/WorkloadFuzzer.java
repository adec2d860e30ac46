package io.vouchsafe.agent;

import io.vouchsafe.agentapi.GuestRefusal;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;

/// What a guest reads of its workload, and what a host reads of a refusal.
public final class WorkloadFuzzer {
  private WorkloadFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    String text = Bytes.of(data).utf8Lossy();
    GuestRefusal.parse(text)
        .ifPresent(refusal -> {
          if (!GuestRefusal.parse(refusal.encode()).orElseThrow().equals(refusal)) {
            throw new IllegalStateException("not the same refusal: " + text);
          }
        });
    try {
      Workload.parse(text);
    } catch (FormatException _) {
      // Documented.
    }
  }
}
