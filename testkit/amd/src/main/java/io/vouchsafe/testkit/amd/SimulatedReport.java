package io.vouchsafe.testkit.amd;

import io.vouchsafe.encoding.Bytes;
import java.util.Arrays;

/// The signed part of a report, every byte of which can be set. Immutable.
public final class SimulatedReport {
  static final int SIZE = 1184;
  private static final int SIGNED = 0x2a0;
  private static final int POLICY = 0x008;
  private static final int MIGRATE_MA = 18;
  private static final int REPORT_ID = 0x140;
  private static final int MIGRATION_AGENT = 0x160;
  private static final int REPORT_ID_SIZE = 32;
  private static final int CPU = 0x188;

  private final byte[] content;

  private SimulatedReport(byte[] content) {
    this.content = content;
  }

  /// A report of version 3 by a chip of Milan: policy 0x30000, VMPL 0, no ID block, committed
  /// firmware.
  public static SimulatedReport milan(SimulatedTcb tcb, Bytes chipId) {
    return of(3, tcb, chipId).with(CPU, 0x19).with(CPU + 1, 1);
  }

  /// As [#milan], by a chip of Genoa.
  public static SimulatedReport genoa(SimulatedTcb tcb, Bytes chipId) {
    return of(3, tcb, chipId).with(CPU, 0x19).with(CPU + 1, 0x11);
  }

  /// As [#milan], by a chip of Turin and of version 5, with the mitigations of real ones.
  ///
  /// @param chipId 8 bytes
  public static SimulatedReport turin(SimulatedTcb tcb, Bytes chipId) {
    return of(5, tcb, chipId)
        .with(CPU, 0x1a)
        .with(CPU + 1, 0x02)
        .with(0x040, 0x65)
        .with(0x1f8, 0x3f)
        .with(0x200, 0x3f);
  }

  private static SimulatedReport of(int version, SimulatedTcb tcb, Bytes chipId) {
    byte[] content = new byte[SIGNED];
    Arrays.fill(content, MIGRATION_AGENT, MIGRATION_AGENT + REPORT_ID_SIZE, (byte) 0xff);
    return new SimulatedReport(content)
        .with(0x000, version)
        .with(0x00a, 3)
        .with(0x034, 1)
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

  /// This, with a report id.
  ///
  /// @param id up to 32 bytes
  public SimulatedReport withId(Bytes id) {
    return with(REPORT_ID, id.fit(REPORT_ID_SIZE));
  }

  /// This, of a guest that the migration agent with that report id can move.
  ///
  /// @param agent report id, up to 32 bytes
  public SimulatedReport movedBy(Bytes agent) {
    int at = POLICY + MIGRATE_MA / 8;
    return with(at, content[at] | 1 << MIGRATE_MA % 8)
        .with(MIGRATION_AGENT, agent.fit(REPORT_ID_SIZE));
  }

  Bytes signed() {
    return Bytes.of(content);
  }
}
