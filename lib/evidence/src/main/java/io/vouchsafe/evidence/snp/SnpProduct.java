package io.vouchsafe.evidence.snp;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// A product line: processors that share a certificate authority and a layout of their reports
/// (specs/evidence-x86 §1.4).
///
/// @param line as in the names of its authorities: `SEV-Milan`, `ARK-Milan`
/// @param cpus which processors belong to it
/// @param layout of TCB versions
/// @param chipIdSize how many bytes of CHIP_ID name the chip; the rest is zero
/// @param structVersion of its certificates' extensions
public record SnpProduct(
    String line, List<Cpus> cpus, SnpTcb.Layout layout, int chipIdSize, int structVersion) {

  /// Processors of one family, as the report names them.
  ///
  /// @param family display family
  /// @param firstModel lowest display model
  /// @param lastModel highest display model
  public record Cpus(int family, int firstModel, int lastModel) {
    boolean contains(int otherFamily, int model) {
      return family == otherFamily && firstModel <= model && model <= lastModel;
    }
  }

  private static final int FAMILY_19H = 0x19;
  private static final int FAMILY_1AH = 0x1a;

  /// Milan.
  public static final SnpProduct MILAN =
      new SnpProduct(
          "Milan", List.of(new Cpus(FAMILY_19H, 0x00, 0x0f)), SnpTcb.Layout.FAMILY_19H, 64, 0);

  /// Genoa, with Bergamo and Siena.
  public static final SnpProduct GENOA =
      new SnpProduct(
          "Genoa",
          List.of(new Cpus(FAMILY_19H, 0x10, 0x1f), new Cpus(FAMILY_19H, 0xa0, 0xaf)),
          SnpTcb.Layout.FAMILY_19H,
          64,
          0);

  /// Turin.
  public static final SnpProduct TURIN =
      new SnpProduct(
          "Turin", List.of(new Cpus(FAMILY_1AH, 0x00, 0x11)), SnpTcb.Layout.FAMILY_1AH, 8, 1);

  /// Every line whose root is known here.
  public static final List<SnpProduct> KNOWN = List.of(MILAN, GENOA, TURIN);

  public SnpProduct {
    Objects.requireNonNull(line, "line");
    Objects.requireNonNull(layout, "layout");
    cpus = List.copyOf(cpus);
    if (line.isEmpty() || chipIdSize < 1 || chipIdSize > SnpReport.CHIP_ID_SIZE) {
      throw new IllegalArgumentException("a line with a chip id of 1 to 64 bytes");
    }
  }

  /// The known line of that name.
  public static Optional<SnpProduct> named(String line) {
    return KNOWN.stream().filter(product -> product.line().equals(line)).findFirst();
  }

  /// The known lines that a report may be of: one if the report names its processor, else those
  /// whose firmware made reports that do not. Nothing of it is verified.
  public static List<SnpProduct> of(SnpReport report) {
    return KNOWN.stream()
        .filter(product ->
            report.namesCpu()
                ? product.contains(report.family(), report.model())
                : product.layout() == SnpTcb.Layout.FAMILY_19H)
        .toList();
  }

  boolean contains(int family, int model) {
    return cpus.stream().anyMatch(range -> range.contains(family, model));
  }
}
