package io.vouchsafe.evidence;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A UEFI device path in words (UEFI 2.10, §10.3 and §10.6.1).
final class DevicePath {
  private static final int HARDWARE = 1;
  private static final int ACPI = 2;
  private static final int MEDIA = 4;
  private static final int END = 0x7f;
  private static final int HEADER = 4;
  private static final int GUID = 16;
  private static final int FORMAT_MBR = 1;
  private static final int FORMAT_GPT = 2;
  private static final int CHARACTER_BITS = 5;

  private DevicePath() {}

  /// The nodes before the end, each in words.
  static List<String> nodes(ByteReader in) throws FormatException {
    List<String> nodes = new ArrayList<>();
    while (in.remaining() > 0) {
      int type = in.u8("type of the node");
      int subType = in.u8("subtype of the node");
      int size = in.u16("length of the node");
      if (size < HEADER) {
        throw FormatException.malformed(in.offset(), "a node of at least 4 bytes", size + "");
      }
      Bytes data = in.bytes("node", size - HEADER);
      if (type == END) {
        break;
      }
      nodes.add(node(type, subType, data));
    }
    return nodes;
  }

  private static String node(int type, int subType, Bytes data) throws FormatException {
    ByteReader in = ByteReader.littleEndian(data);
    if (type == HARDWARE && subType == 1) {
      return "Pci(%d,%d)".formatted(in.u8("function"), in.u8("device"));
    }
    if (type == ACPI && subType == 1) {
      return "ACPI(%s,%d)".formatted(hardwareId(in.u32("hardware id")), in.u32("unique id"));
    }
    if (type == MEDIA) {
      switch (subType) {
        case 1:
          return hardDrive(in);
        case 3:
          return "VenMedia(%s,%s)".formatted(guid(in.bytes("vendor", GUID)), in.rest().hex());
        case 4:
          return "File(" + path(data) + ")";
        default:
          break;
      }
    }
    return "Path(%d,%d,%s)".formatted(type, subType, data.hex());
  }

  private static String path(Bytes data) throws FormatException {
    if (data.size() < 2 || data.size() % 2 != 0) {
      throw FormatException.unexpected("a path in UTF-16", data.size() + " bytes");
    }
    return new String(data.slice(0, data.size() - 2).toByteArray(), StandardCharsets.UTF_16LE);
  }

  /// Three letters of five bits each and a number: `PNP0A03`.
  private static String hardwareId(long id) {
    StringBuilder text = new StringBuilder();
    for (int shift = 2 * CHARACTER_BITS; shift >= 0; shift -= CHARACTER_BITS) {
      text.append((char) ('@' + (id >>> shift & 0x1f)));
    }
    return text + String.format(Locale.ROOT, "%04X", id >>> 16);
  }

  private static String hardDrive(ByteReader in) throws FormatException {
    long number = in.u32("partition");
    long start = in.u64("start");
    long size = in.u64("size");
    Bytes signature = in.bytes("signature", GUID);
    String name =
        switch (in.u8("format")) {
          case FORMAT_MBR ->
              String.format(
                  Locale.ROOT, "MBR,0x%08x", ByteReader.littleEndian(signature).u32("signature"));
          case FORMAT_GPT -> "GPT," + guid(signature);
          default -> throw FormatException.unexpected("a partition of MBR or GPT", "another");
        };
    String place = number == 0 ? "" : String.format(Locale.ROOT, ",0x%x,0x%x", start, size);
    return "HD(" + number + "," + name + place + ")";
  }

  private static String guid(Bytes raw) throws FormatException {
    ByteReader in = ByteReader.littleEndian(raw);
    String rest = raw.slice(8, GUID).hex().toUpperCase(Locale.ROOT);
    return String.format(
        Locale.ROOT,
        "%08X-%04X-%04X-%s-%s",
        in.u32("first part"),
        in.u16("second part"),
        in.u16("third part"),
        rest.substring(0, 4),
        rest.substring(4));
  }
}
