package io.vouchsafe.testkit.intel;

import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/// The event log of a TDX guest (CCEL) and the registers that it leads to. Mutable while it is
/// written.
public final class SimulatedEventLog {
  /// EV_SEPARATOR.
  public static final int SEPARATOR = 4;

  /// EV_EFI_ACTION.
  public static final int ACTION = 0x80000007;

  private static final int NO_ACTION = 3;
  private static final int SHA384 = 0xc;
  private static final int SIZE = 48;
  private static final int RTMRS = 4;

  private final List<Event> events = new ArrayList<>();

  /// One record.
  ///
  /// @param rtmr 0 to 3
  /// @param type of the TCG
  /// @param digest 48 bytes
  /// @param data what stands beside it
  public record Event(int rtmr, int type, Bytes digest, Bytes data) {}

  /// An event that is measured by its data.
  public SimulatedEventLog add(int rtmr, int type, Bytes data) {
    return add(new Event(rtmr, type, sha384(data), data));
  }

  /// An event with any digest.
  public SimulatedEventLog add(Event event) {
    events.add(event);
    return this;
  }

  private static Bytes sha384(Bytes data) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-384");
      data.update(digest);
      return Bytes.of(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the JDK lacks SHA-384", e);
    }
  }

  /// The four registers after all events.
  public List<Bytes> rtmrs() {
    List<Bytes> registers = new ArrayList<>();
    for (int i = 0; i < RTMRS; i++) {
      Bytes value = Bytes.zeros(SIZE);
      for (Event event : events) {
        value = event.rtmr() == i ? sha384(value.concat(event.digest())) : value;
      }
      registers.add(value);
    }
    return List.copyOf(registers);
  }

  /// `body` with these registers.
  public SimulatedBody into(SimulatedBody body) {
    List<Bytes> registers = rtmrs();
    SimulatedBody result = body;
    for (int i = 0; i < RTMRS; i++) {
      result = result.with("RTMR" + i, registers.get(i));
    }
    return result;
  }

  /// The log as firmware leaves it, filled up with ones.
  ///
  /// @param filling how many bytes of filling
  public Bytes ccel(int filling) {
    Bytes specification =
        ByteWriter.littleEndian()
            .bytes(Bytes.utf8("Spec ID Event03").fit(16))
            .u32(0)
            // Version 2.0, errata 2, 64-bit integers.
            .u8(0)
            .u8(2)
            .u8(2)
            .u8(2)
            .u32(1)
            .u16(SHA384)
            .u16(SIZE)
            .u8(0)
            .toBytes();
    ByteWriter out =
        ByteWriter.littleEndian()
            .u32(1)
            .u32(NO_ACTION)
            .bytes(Bytes.zeros(20))
            .sized32(specification);
    for (Event event : events) {
      // The index of the log counts MRTD as well.
      out.u32(event.rtmr() + 1)
          .u32(event.type())
          .u32(1)
          .u16(SHA384)
          .bytes(event.digest())
          .sized32(event.data());
    }
    for (int i = 0; i < filling; i++) {
      out.u8(0xff);
    }
    return out.toBytes();
  }

  /// The log as dstack's guests send it: `[{"imr":…,"event_type":…,"digest":…,…}]`.
  public Json json() {
    List<Json> all = new ArrayList<>();
    for (Event event : events) {
      all.add(
          Json.object()
              .put("imr", event.rtmr())
              .put("event_type", Integer.toUnsignedLong(event.type()))
              .put("digest", event.digest().hex())
              .put("event", "")
              .put("event_payload", event.data().hex())
              .build());
    }
    return new Json.Arr(all);
  }
}
