package io.vouchsafe.measure.sev;

import io.vouchsafe.encoding.FormatException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Family, model and stepping of a virtual processor as CPUID reports them (leaf 1, EAX). QEMU
/// starts its processors with it in RDX, so it is measured.
///
/// @param value 32 bits
public record VcpuSignature(long value) {
  private static final long MAX = 0xffff_ffffL;

  /// Families from here on use the extended family field.
  private static final int EXTENDED = 15;

  private static final Map<String, VcpuSignature> BY_NAME = byName();

  public VcpuSignature {
    if (value < 0 || value > MAX) {
      throw new IllegalArgumentException("not 32 bits: " + value);
    }
  }

  /// From display family, display model and stepping.
  ///
  /// @throws IllegalArgumentException if one of them does not fit
  public static VcpuSignature of(int family, int model, int stepping) {
    if (family < 0
        || family > EXTENDED + 0xff
        || model < 0
        || model > 0xff
        || stepping < 0
        || stepping > 0xf) {
      throw new IllegalArgumentException(
          "no family, model and stepping: %d, %d, %d".formatted(family, model, stepping));
    }
    int low = Math.min(family, EXTENDED);
    int extended = family - low;
    return new VcpuSignature(
        (long) extended << 20
            | (long) (model >> 4) << 16
            | (long) low << 8
            | (long) (model & 0xf) << 4
            | stepping);
  }

  /// The processor that a name of QEMU's (`-cpu`) stands for, for example `EPYC-Milan`.
  ///
  /// @throws FormatException if the name is not known here, `host` among them: what it is depends
  ///   on the host, so give family, model and stepping
  public static VcpuSignature ofName(String name) throws FormatException {
    VcpuSignature found = BY_NAME.get(name.toLowerCase(Locale.ROOT));
    if (found == null) {
      throw FormatException.unexpected("one of " + String.join(", ", names()), name);
    }
    return found;
  }

  /// The names that [#ofName(String)] knows, in lower case.
  public static List<String> names() {
    return List.copyOf(BY_NAME.keySet());
  }

  private static Map<String, VcpuSignature> byName() {
    Map<String, VcpuSignature> all = new TreeMap<>();
    put(all, of(23, 1, 2), "epyc", "epyc-ibpb", "epyc-v1", "epyc-v2", "epyc-v3", "epyc-v4");
    put(
        all,
        of(23, 49, 0),
        "epyc-rome",
        "epyc-rome-v1",
        "epyc-rome-v2",
        "epyc-rome-v3",
        "epyc-rome-v4");
    put(all, of(25, 1, 1), "epyc-milan", "epyc-milan-v1", "epyc-milan-v2");
    put(all, of(25, 17, 0), "epyc-genoa", "epyc-genoa-v1");
    put(all, of(26, 0, 0), "epyc-turin", "epyc-turin-v1");
    return all;
  }

  private static void put(
      Map<String, VcpuSignature> all, VcpuSignature signature, String... names) {
    for (String name : names) {
      all.put(name, signature);
    }
  }

  @Override
  public String toString() {
    return "0x" + Long.toHexString(value);
  }
}
