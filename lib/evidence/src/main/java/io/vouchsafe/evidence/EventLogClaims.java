package io.vouchsafe.evidence;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.tpm.EventLog;
import io.vouchsafe.tpm.HashAlg;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The claim `uefi_event_logs` of a log that replays to signed registers, written as the reference
/// broker writes it (specs/kbs-protocol §10.13).
///
/// The replay proves digests, registers and order. Types and details are the log's own words unless
/// `digest_matches_event` says that the digest is the one of the data.
public final class EventLogClaims {
  /// Most bytes of event data that become claims; logs of real machines have 5 to 80 KB. A token
  /// holds about twice as much.
  public static final int MAX_DATA = 256 << 10;

  private static final int GUID = 16;
  private static final long AAEL = 0x4141_454CL;

  /// Names of the TCG's types; those that are not here are told by their number.
  private static final Map<Long, String> TYPES =
      Map.ofEntries(
          Map.entry(0x0L, "EV_PREBOOT_CERT"),
          Map.entry(0x1L, "EV_POST_CODE"),
          Map.entry(0x2L, "EV_UNUSED"),
          Map.entry(0x4L, "EV_SEPARATOR"),
          Map.entry(0x5L, "EV_ACTION"),
          Map.entry(0x6L, "EV_EVENT_TAG"),
          Map.entry(0x7L, "EV_S_CRTM_CONTENTS"),
          Map.entry(0x8L, "EV_S_CRTM_VERSION"),
          Map.entry(0x9L, "EV_CPU_MICROCODE"),
          Map.entry(0xaL, "EV_PLATFORM_CONFIG_FLAGS"),
          Map.entry(0xbL, "EV_TABLE_OF_DEVICES"),
          Map.entry(0xcL, "EV_COMPACT_HASH"),
          Map.entry(0xdL, "EV_IPL"),
          Map.entry(0xeL, "EV_IPL_PARTITION_DATA"),
          Map.entry(0xfL, "EV_NONHOST_CODE"),
          Map.entry(0x10L, "EV_NONHOST_CONFIG"),
          Map.entry(0x11L, "EV_NONHOST_INFO"),
          Map.entry(0x12L, "EV_OMIT_BOOT_DEVICE_EVENTS"),
          Map.entry(0x8000_0000L, "EV_EFI_EVENT_BASE"),
          Map.entry(0x8000_0001L, "EV_EFI_VARIABLE_DRIVER_CONFIG"),
          Map.entry(0x8000_0002L, "EV_EFI_VARIABLE_BOOT"),
          Map.entry(0x8000_0003L, "EV_EFI_BOOT_SERVICES_APPLICATION"),
          Map.entry(0x8000_0004L, "EV_EFI_BOOT_SERVICES_DRIVER"),
          Map.entry(0x8000_0005L, "EV_EFI_RUNTIME_SERVICES_DRIVER"),
          Map.entry(0x8000_0006L, "EV_EFI_GPT_EVENT"),
          Map.entry(0x8000_0007L, "EV_EFI_ACTION"),
          Map.entry(0x8000_0008L, "EV_EFI_PLATFORM_FIRMWARE_BLOB"),
          Map.entry(0x8000_0009L, "EV_EFI_HANDOFF_TABLES"),
          Map.entry(0x8000_000aL, "EV_EFI_PLATFORM_FIRMWARE_BLOB2"),
          Map.entry(0x8000_000bL, "EV_EFI_HANDOFF_TABLES2"),
          Map.entry(0x8000_000cL, "EV_EFI_VARIABLE_BOOT2"),
          Map.entry(0x8000_0010L, "EV_EFI_HCRTM_EVENT"),
          Map.entry(0x8000_00e0L, "EV_EFI_VARIABLE_AUTHORITY"),
          Map.entry(0x8000_00e1L, "EV_EFI_SPDM_FIRMWARE_BLOB"),
          Map.entry(0x8000_00e2L, "EV_EFI_SPDM_FIRMWARE_CONFIG"));

  private EventLogClaims() {}

  /// The events that extended a register.
  ///
  /// @param bank whose replay was compared with signed registers; the digests of others prove
  ///   nothing
  /// @param lastRegister highest register that was compared
  /// @throws FormatException if the log has more data than [#MAX_DATA]
  public static Json of(EventLog log, HashAlg bank, int lastRegister) throws FormatException {
    long size = 0;
    List<Json> entries = new ArrayList<>();
    for (EventLog.Event event : log.events()) {
      if (!event.extendsPcr() || event.pcr() > lastRegister) {
        continue;
      }
      size += event.dataSize();
      if (size > MAX_DATA) {
        throw FormatException.oversized(
            FormatException.NO_OFFSET, "at most " + MAX_DATA + " bytes of event data", "more");
      }
      entries.add(entry(event, bank));
    }
    return Json.array(entries);
  }

  private static Json entry(EventLog.Event event, HashAlg bank) {
    Bytes data = event.data();
    Json digest =
        Json.object()
            .put("alg", bank.jcaName())
            .put("digest", event.digest(bank).orElseThrow().hex())
            .build();
    return Json.object()
        .put("details", details(event.type(), data))
        .put("digest_matches_event", event.digestIsOfData(bank))
        .put("digests", Json.array(digest))
        .put("event", data.base64())
        .put("index", event.pcr())
        .put("type_name", name(event.type()))
        .build();
  }

  private static String name(long type) {
    String known = TYPES.get(type);
    return known == null ? String.format(Locale.ROOT, "0x%08x", type) : known;
  }

  /// What the data of an event says about itself; nothing if it is not of the form of its type.
  static Json.Obj details(long type, Bytes data) {
    try {
      return switch (name(type)) {
        case "EV_POST_CODE",
            "EV_ACTION",
            "EV_COMPACT_HASH",
            "EV_OMIT_BOOT_DEVICE_EVENTS",
            "EV_EFI_ACTION" ->
            text(utf8(data));
        case "EV_PLATFORM_CONFIG_FLAGS" -> text(Optional.of(flags(data)));
        case "EV_EFI_PLATFORM_FIRMWARE_BLOB2", "EV_EFI_HANDOFF_TABLES2" -> text(described(data));
        case "EV_IPL" -> text(loader(data));
        case "EV_EVENT_TAG" -> tagged(ByteReader.littleEndian(data));
        case "EV_EFI_VARIABLE_DRIVER_CONFIG",
            "EV_EFI_VARIABLE_BOOT",
            "EV_EFI_VARIABLE_BOOT2",
            "EV_EFI_VARIABLE_AUTHORITY" ->
            variable(ByteReader.littleEndian(data));
        case "EV_EFI_BOOT_SERVICES_APPLICATION" -> image(ByteReader.littleEndian(data));
        default -> Json.object().build();
      };
    } catch (FormatException _) {
      return Json.object().build();
    }
  }

  private static Json.Obj text(Optional<String> text) {
    Json.ObjBuilder details = Json.object();
    text.ifPresent(it -> details.put("string", it));
    return details.build();
  }

  private static Optional<String> utf8(Bytes data) {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(data.toByteArray());
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(buffer).toString());
    } catch (CharacterCodingException _) {
      return Optional.empty();
    }
  }

  private static String utf16(Bytes data) {
    return new String(data.toByteArray(), StandardCharsets.UTF_16LE);
  }

  /// Text with its control characters left out; a data link escape, which stands between name and
  /// value in a payload's description, becomes a space.
  private static String flags(Bytes data) {
    StringBuilder text = new StringBuilder();
    utf8(data)
        .orElse("")
        .codePoints()
        .map(point -> point == 0x10 ? ' ' : point)
        .filter(point -> !Character.isISOControl(point))
        .forEach(text::appendCodePoint);
    return text.toString();
  }

  /// A description that its length in one byte precedes. Some firmware counts the NUL behind it.
  private static Optional<String> described(Bytes data) throws FormatException {
    ByteReader in = ByteReader.littleEndian(data);
    Bytes description = in.bytes("description", in.u8("size of the description"));
    return utf8(beforeNul(description));
  }

  private static Bytes beforeNul(Bytes data) {
    for (int i = 0; i < data.size(); i++) {
      if (data.at(i) == 0) {
        return data.slice(0, i);
      }
    }
    return data;
  }

  /// What a boot loader wrote: text, or on Google's machines a dot and UTF-16.
  private static Optional<String> loader(Bytes data) {
    if (data.size() >= 4 && data.size() % 2 == 0 && data.at(0) == '.' && data.at(1) == 0) {
      return Optional.of(utf16(data.slice(2, data.size() - 2)));
    }
    return Optional.of(utf8(beforeNul(data)).orElseGet(data::hex));
  }

  private static Json.Obj tagged(ByteReader in) throws FormatException {
    long tag = in.u32("tag");
    Optional<String> text = utf8(in.sized32("tagged data", MAX_DATA));
    if (text.isEmpty()) {
      return Json.object().build();
    }
    String string = text.get().replace("\0", "");
    return tag == AAEL ? runtimeEvent(string) : text(Optional.of(string));
  }

  /// An entry of the attestation agent: domain, operation, content.
  private static Json.Obj runtimeEvent(String text) {
    String[] parts = text.split(" ", 3);
    Json.ObjBuilder details = Json.object();
    if (parts.length == 3) {
      details.put(
          "data",
          Json.object()
              .put("content", content(parts[2]))
              .put("domain", parts[0])
              .put("operation", parts[1])
              .build());
    }
    return details.put("string", text).put("unicode_name", "AAEL").build();
  }

  private static Json content(String text) {
    try {
      return Json.parse(text, JsonLimits.MESSAGE);
    } catch (FormatException _) {
      return Json.of(text);
    }
  }

  private static Json.Obj variable(ByteReader in) throws FormatException {
    String guid = in.bytes("vendor", GUID).hex();
    long characters = in.u64("length of the name");
    long size = in.u64("length of the data");
    if (characters < 0 || characters > MAX_DATA || size < 0 || size > MAX_DATA) {
      throw FormatException.unexpected("a variable of at most " + MAX_DATA + " bytes", "more");
    }
    String name = utf16(in.bytes("name", (int) characters * 2));
    Bytes value = in.bytes("value", (int) size);
    // The reference writes the identifier in the order of its bytes.
    return Json.object()
        .put("unicode_name", name)
        .put("unicode_name_length", characters)
        .put("variable_data", value.base64())
        .put("variable_data_length", size)
        .put(
            "variable_name",
            String.join(
                "-",
                guid.substring(0, 8),
                guid.substring(8, 12),
                guid.substring(12, 16),
                guid.substring(16, 20),
                guid.substring(20)))
        .build();
  }

  private static Json.Obj image(ByteReader in) throws FormatException {
    in.skip("place, length and link address of the image", 24);
    long size = in.u64("length of the device path");
    if (size == 0) {
      return Json.object().build();
    }
    if (size < 0 || size > in.remaining()) {
      throw FormatException.unexpected("a device path inside of the event", "a longer one");
    }
    return Json.object()
        .put("device_paths", Json.strings(DevicePath.nodes(in.sub("device path", (int) size))))
        .build();
  }
}
