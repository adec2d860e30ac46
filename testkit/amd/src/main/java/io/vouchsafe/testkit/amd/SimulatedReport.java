package io.vouchsafe.testkit.amd;

import io.vouchsafe.encoding.Bytes;
import java.util.Arrays;

/// The signed part of a report, every byte of which can be set. Immutable.
public final class SimulatedReport {
  static final int SIZE = 1184;
  private static final int SIGNED = 0x2a0;

  private final byte[] content;

  private SimulatedReport(byte[] content) {
    this.content = content;
  }

  /// A report of version 3 by a chip of Milan: policy 0x30000, VMPL 0, no ID block, committed
  /// firmware.
  public static SimulatedReport milan(SimulatedTcb tcb, Bytes chipId) {
    byte[] content = new byte[SIGNED];
    Arrays.fill(content, 0x160, 0x180, (byte) 0xff);
    return new SimulatedReport(content)
        .with(0x000, 3)
        .with(0x00a, 3)
        .with(0x034, 1)
        .with(0x188, 0x19)
        .with(0x189, 1)
        .with(0x038, tcb.encode())
        .with(0x180, tcb.encode())
        .with(0x1e0, tcb.encode())
        .with(0x1f0, tcb.encode())
        .with(0x1a0, chipId);
  }

  /// This, with one byte set.
  public SimulatedReport with(int offset, int value) {
    return with(offset, Bytes.of((byte) value));
  }

  /// This, with bytes set.
  public SimulatedReport with(int offset, Bytes value) {
    byte[] changed = content.clone();
    System.arraycopy(value.toByteArray(), 0, changed, offset, value.size());
    return new SimulatedReport(changed);
  }

  Bytes signed() {
    return Bytes.of(content);
  }
}
