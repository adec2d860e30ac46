package io.vouchsafe.measure.tdx;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.measure.MeasuredPart;
import io.vouchsafe.measure.Measurement;
import io.vouchsafe.measure.OvmfImage;
import io.vouchsafe.tpm.HashAlg;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// MRTD: SHA-384 over what the TDX module was asked to add and to measure before the guest started
/// (TDX module ABI, TDH.MEM.PAGE.ADD and TDH.MR.EXTEND; specs/evidence-x86 §10.3).
public final class Mrtd {
  private static final int CHUNK = 256;
  private static final int RECORD = 128;
  private static final int OFF_ADDRESS = 16;

  /// In which order a hypervisor adds and measures the pages of a section.
  public enum Order {
    /// Each page is measured when it was added: QEMU 9 and later, and most others.
    SINGLE_PASS,
    /// All pages of a section are added, then all are measured: forks of QEMU 8.
    TWO_PASSES
  }

  private final MessageDigest digest = HashAlg.SHA384.newDigest();
  private final ByteBuffer page = ByteBuffer.allocate(OvmfImage.PAGE);

  private Mrtd() {}

  /// Predicts MRTD of a guest with this firmware. The size of its memory does not count unless the
  /// firmware has it measured.
  ///
  /// @return with parts that name each section and the SHA-384 of its data in the file
  /// @throws FormatException if the firmware has no TDX metadata, or that is malformed
  public static Measurement predict(OvmfImage firmware, Order order) throws FormatException {
    Mrtd mrtd = new Mrtd();
    List<MeasuredPart> parts = new ArrayList<>();
    for (TdvfSection section : TdvfSection.of(firmware)) {
      if (section.augmented()) {
        continue;
      }
      mrtd.section(section, order);
      parts.add(
          new MeasuredPart(
              "%s at 0x%x, %d bytes%s"
                  .formatted(
                      section.type().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                      section.address(),
                      section.size(),
                      section.measured() ? "" : ", content not measured"),
              HashAlg.SHA384.digest(content(section))));
    }
    return new Measurement(Bytes.of(mrtd.digest.digest()), parts);
  }

  private void section(TdvfSection section, Order order) {
    long end = section.address() + section.size();
    for (long at = section.address(); at < end; at += OvmfImage.PAGE) {
      record("MEM.PAGE.ADD", at);
      if (section.measured() && order == Order.SINGLE_PASS) {
        measure(section, at);
      }
    }
    if (section.measured() && order == Order.TWO_PASSES) {
      for (long at = section.address(); at < end; at += OvmfImage.PAGE) {
        measure(section, at);
      }
    }
  }

  private void measure(TdvfSection section, long at) {
    fill(section, at - section.address());
    for (int chunk = 0; chunk < OvmfImage.PAGE; chunk += CHUNK) {
      record("MR.EXTEND", at + chunk);
      digest.update(page.array(), chunk, CHUNK);
    }
  }

  /// The page of a section's memory at an offset: its data, then zeros.
  private void fill(TdvfSection section, long offset) {
    Bytes content = content(section);
    int from = (int) Math.min(offset, content.size());
    int length = Math.min(OvmfImage.PAGE, content.size() - from);
    page.clear().put(content.asBuffer().slice(from, length));
    page.put(new byte[OvmfImage.PAGE - length]);
  }

  /// A section whose content is missing is not measured by it.
  private static Bytes content(TdvfSection section) {
    return section.content().orElse(Bytes.EMPTY);
  }

  private void record(String name, long address) {
    ByteBuffer record = ByteBuffer.allocate(RECORD).order(ByteOrder.LITTLE_ENDIAN);
    record.put(name.getBytes(StandardCharsets.US_ASCII));
    record.putLong(OFF_ADDRESS, address);
    digest.update(record.array());
  }
}
