package io.vouchsafe.measure.sev;

import io.vouchsafe.encoding.FormatException;

/// What a section of SEV metadata is for, and so how its pages are measured.
public enum SectionType {
  /// Memory that the firmware uses before it can accept any; zero.
  SEC_MEMORY(1),
  /// Where the platform puts its secrets page.
  SECRETS(2),
  /// Where the platform puts its CPUID page.
  CPUID(3),
  /// The calling area of an SVSM; zero.
  SVSM_CALLING_AREA(4),
  /// The page with the hashes of kernel, initrd and command line.
  KERNEL_HASHES(0x10);

  private final int code;

  SectionType(int code) {
    this.code = code;
  }

  /// The number in the metadata.
  public int code() {
    return code;
  }

  /// The type with a number.
  ///
  /// @throws FormatException if there is none: nobody knows how its pages are measured
  public static SectionType of(long code) throws FormatException {
    for (SectionType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    throw FormatException.unexpected(
        "a section of type 1 to 4 or 16", "type " + Long.toUnsignedString(code));
  }
}
