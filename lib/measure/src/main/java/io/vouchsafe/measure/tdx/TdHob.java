package io.vouchsafe.measure.tdx;

import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.measure.OvmfImage;
import io.vouchsafe.tpm.HashAlg;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The list of memory that QEMU hands to the firmware of a TDX guest (PI specification, volume 3;
/// specs/evidence-x86 §10.4): what is there already, and what the guest has to accept. Its digest
/// is the first event of RTMR0.
public final class TdHob {
  /// Most memory of a guest.
  public static final long MAX_MEMORY = 1L << 46;

  private static final long LOW_SPLIT = 0xB000_0000L;
  private static final long LOW_END = 0x8000_0000L;
  private static final long FOUR_GIB = 1L << 32;

  private static final int HANDOFF = 1;
  private static final int HANDOFF_SIZE = 56;
  private static final int HANDOFF_VERSION = 9;
  private static final int RESOURCE = 3;
  private static final int RESOURCE_SIZE = 48;
  private static final int END_SIZE = 8;
  private static final int ACCEPTED = 0;
  private static final int UNACCEPTED = 7;
  private static final int ATTRIBUTES = 7; // present, initialised, tested
  private static final int GUID_SIZE = 16;

  /// A range of memory.
  public record Range(long start, long length) {
    public Range {
      if (start < 0 || length < 0 || start + length < 0) {
        throw new IllegalArgumentException("no range: %d + %d".formatted(start, length));
      }
    }

    long end() {
      return start + length;
    }
  }

  private record Resource(int type, long start, long end) {}

  private TdHob() {}

  /// The list for a firmware: what its sections for temporary memory and for the list itself cover
  /// is there already.
  ///
  /// @param memory of the guest in bytes
  /// @throws FormatException if the firmware has no place for the list, or the memory does not hold
  ///   its sections
  public static Bytes of(OvmfImage firmware, long memory) throws FormatException {
    List<Range> accepted = new ArrayList<>();
    Optional<Long> address = Optional.empty();
    for (TdvfSection section : TdvfSection.of(firmware)) {
      switch (section.type()) {
        case TD_HOB -> {
          accepted.add(new Range(section.address(), section.size()));
          address = Optional.of(section.address());
        }
        case TEMPORARY_MEMORY -> accepted.add(new Range(section.address(), section.size()));
        case BOOT_FIRMWARE, CONFIGURATION, PERMANENT_MEMORY, PAYLOAD, PAYLOAD_PARAMETERS -> {
          // The image is no memory; the rest is not there yet.
        }
      }
    }
    if (address.isEmpty()) {
      throw FormatException.unexpected("firmware with a place for the TD HOB", "none");
    }
    return of(accepted, address.get(), memory);
  }

  /// The list for ranges that are there already.
  ///
  /// @param accepted in any order, not on each other
  /// @param address where the list will lie
  /// @param memory of the guest in bytes
  public static Bytes of(List<Range> accepted, long address, long memory) throws FormatException {
    if (memory <= 0 || memory > MAX_MEMORY || address < 0) {
      throw FormatException.unexpected(
          "memory of 1 to %d bytes".formatted(MAX_MEMORY), Long.toString(memory));
    }
    List<Resource> resources = resources(accepted, memory);
    long end = address + HANDOFF_SIZE + (long) RESOURCE_SIZE * resources.size() + END_SIZE;
    ByteWriter out =
        ByteWriter.littleEndian()
            .u16(HANDOFF)
            .u16(HANDOFF_SIZE)
            .u32(0)
            .u32(HANDOFF_VERSION)
            .u32(0) // boot mode: full configuration
            .bytes(Bytes.zeros(32))
            .u64(end);
    for (Resource resource : resources) {
      out.u16(RESOURCE)
          .u16(RESOURCE_SIZE)
          .u32(0)
          .bytes(Bytes.zeros(GUID_SIZE))
          .u32(resource.type())
          .u32(ATTRIBUTES)
          .u64(resource.start())
          .u64(resource.end() - resource.start());
    }
    return out.toBytes();
  }

  private static List<Resource> resources(List<Range> accepted, long memory)
      throws FormatException {
    long low = memory >= LOW_SPLIT ? LOW_END : memory;
    List<Resource> all = new ArrayList<>();
    long at = 0;
    for (Range range : accepted.stream().sorted(Comparator.comparingLong(Range::start)).toList()) {
      if (range.start() < at || range.end() > low) {
        throw FormatException.unexpected(
            "sections beside each other below 0x%x".formatted(low),
            "one from 0x%x to 0x%x".formatted(range.start(), range.end()));
      }
      unaccepted(all, at, range.start());
      all.add(new Resource(ACCEPTED, range.start(), range.end()));
      at = range.end();
    }
    unaccepted(all, at, low);
    unaccepted(all, FOUR_GIB, FOUR_GIB + memory - low);
    return all;
  }

  private static void unaccepted(List<Resource> all, long start, long end) {
    if (start < end) {
      all.add(new Resource(UNACCEPTED, start, end));
    }
  }

  /// The digest of the event that measures the list.
  public static Bytes digest(Bytes hob) {
    return HashAlg.SHA384.digest(hob);
  }
}
