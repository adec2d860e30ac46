package io.vouchsafe.tpm;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.verdict.Code;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// A TCG event log (PC Client Platform Firmware Profile, 10.2): crypto-agile, or the older SHA-1
/// format. Immutable.
///
/// A log proves nothing by itself. One that replays to **signed** register values proves the
/// digests, their registers and their order; it proves neither the type nor the data of an event.
/// Data counts only where [Event#digestIsOfData(HashAlg)] holds.
public final class EventLog {
  /// Longest log that is read. Logs of real machines have 5 to 80 KB.
  public static final int MAX_SIZE = 1 << 20;

  /// Most events of a log. Logs of real machines have 20 to 300.
  public static final int MAX_EVENTS = 8192;

  /// Event types (PC Client Platform Firmware Profile, table 27).
  public static final long EV_SEPARATOR = 4;

  public static final long EV_EVENT_TAG = 6;
  public static final long EV_S_CRTM_VERSION = 8;
  public static final long EV_EFI_BOOT_SERVICES_APPLICATION = 0x8000_0003L;
  public static final long EV_EFI_ACTION = 0x8000_0007L;

  private static final long EV_NO_ACTION = 3;
  private static final int MAX_ALGORITHMS = 8;
  private static final int MAX_DIGEST = 64;
  private static final long PADDING = 0xffff_ffffL;
  private static final byte[] SPEC_ID = "Spec ID Event03\0".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] STARTUP_LOCALITY =
      "StartupLocality\0".getBytes(StandardCharsets.US_ASCII);
  private static final int FIRST_DYNAMIC_PCR = 17;
  private static final int LAST_DYNAMIC_PCR = 22;

  private final byte[] raw;
  private final int start;
  private final int[] algorithms;
  private final List<Event> events;

  private EventLog(byte[] raw, int start, int[] algorithms, List<Event> events) {
    this.raw = raw;
    this.start = start;
    this.algorithms = algorithms;
    this.events = events;
  }

  /// One record. Digests and data are read from the log when they are asked for.
  public final class Event {
    private final int index;
    private final int pcr;
    private final long type;
    private final int[] digests;
    private final int dataAt;
    private final int dataSize;

    private Event(int index, int pcr, long type, int[] digests, int dataAt, int dataSize) {
      this.index = index;
      this.pcr = pcr;
      this.type = type;
      this.digests = digests;
      this.dataAt = dataAt;
      this.dataSize = dataSize;
    }

    /// Position in the log, from 0; the header of a crypto-agile log does not count.
    public int index() {
      return index;
    }

    /// The register, as unsigned; beyond 23 only for events that extend nothing.
    public long pcr() {
      return pcr & 0xffff_ffffL;
    }

    /// The event type; a claim of the log, see the class.
    public long type() {
      return type;
    }

    /// Whether the event extends its register.
    public boolean extendsPcr() {
      return type != EV_NO_ACTION;
    }

    /// The digest for a bank, if the log has one.
    public Optional<Bytes> digest(HashAlg alg) {
      int at = digestAt(alg);
      return at < 0 ? Optional.empty() : Optional.of(Bytes.of(raw, at, alg.size()));
    }

    private int digestAt(HashAlg alg) {
      for (int i = 0; i < algorithms.length; i++) {
        if (algorithms[i] == alg.id()) {
          return digests[i];
        }
      }
      return -1;
    }

    /// The event data; a claim of the log, see the class.
    public Bytes data() {
      return Bytes.of(raw, dataAt, dataSize);
    }

    /// Length of the event data in bytes.
    public int dataSize() {
      return dataSize;
    }

    /// Whether the digest is the one of the data, so that a replay proves the data too.
    public boolean digestIsOfData(HashAlg alg) {
      int at = digestAt(alg);
      if (at < 0) {
        return false;
      }
      MessageDigest computation = alg.newDigest();
      computation.update(raw, dataAt, dataSize);
      return Arrays.equals(computation.digest(), 0, alg.size(), raw, at, at + alg.size());
    }

    private boolean dataStartsWith(byte[] prefix) {
      return dataSize >= prefix.length
          && Arrays.equals(raw, dataAt, dataAt + prefix.length, prefix, 0, prefix.length);
    }
  }

  /// Parses a log. It may end with its input or with padding of zeros or of ones.
  ///
  /// @throws FormatException if it is malformed, names an unknown register, or is beyond a bound
  public static EventLog parse(Bytes log) throws FormatException {
    if (log.size() > MAX_SIZE) {
      throw FormatException.oversized(
          0, "an event log of at most " + MAX_SIZE + " bytes", Integer.toString(log.size()));
    }
    byte[] raw = log.toByteArray();
    ByteReader in = ByteReader.littleEndian(log);
    Parser parser = new Parser(in, raw);
    return parser.log();
  }

  /// Reads the records one after the other.
  private static final class Parser {
    private final ByteReader in;
    private final byte[] raw;
    private int[] algorithms = {HashAlg.SHA1.id()};
    private int[] sizes = {HashAlg.SHA1.size()};
    private boolean agile;
    private final int padding;

    Parser(ByteReader in, byte[] raw) {
      this.in = in;
      this.raw = raw;
      this.padding = padding(raw);
    }

    /// Where padding could begin: all ones (ACPI areas) or all zeros from there to the end. Looked
    /// for once, since in front of each event it would cost the square of the length.
    private static int padding(byte[] raw) {
      int from = raw.length;
      while (from > 0
          && raw[from - 1] == raw[raw.length - 1]
          && (raw[from - 1] == 0 || raw[from - 1] == (byte) 0xff)) {
        from--;
      }
      return from;
    }

    EventLog log() throws FormatException {
      if (isSpecId()) {
        readHeader();
        agile = true;
      }
      List<Event> events = new ArrayList<>();
      EventLog log =
          new EventLog(raw, in.offset(), algorithms, Collections.unmodifiableList(events));
      while (in.remaining() > 0 && in.offset() < padding) {
        if (events.size() == MAX_EVENTS) {
          throw FormatException.oversized(in.offset(), "at most " + MAX_EVENTS + " events", "more");
        }
        events.add(readEvent(log, events.size()));
      }
      return log;
    }

    private boolean isSpecId() {
      int dataAt = 4 + 4 + HashAlg.SHA1.size() + 4;
      return raw.length >= dataAt + SPEC_ID.length
          && Arrays.equals(raw, dataAt, dataAt + SPEC_ID.length, SPEC_ID, 0, SPEC_ID.length);
    }

    private void readHeader() throws FormatException {
      // 0 for a TPM; logs of a confidential computing area number it as their first register.
      in.skip("register of the header", 4);
      if (in.u32("type of the header") != EV_NO_ACTION) {
        throw FormatException.malformed(4, "type EV_NO_ACTION of the header", "another");
      }
      in.zeros("digest of the header", HashAlg.SHA1.size());
      int size = in.count32("size of the header", raw.length);
      ByteReader header = in.sub("header", size);
      header.skip("signature", SPEC_ID.length);
      header.skip("platform class and version", 8);
      int count = header.count32("algorithms", MAX_ALGORITHMS);
      algorithms = new int[count];
      sizes = new int[count];
      for (int i = 0; i < count; i++) {
        int at = header.offset();
        algorithms[i] = header.u16("algorithm");
        sizes[i] = header.u16("digest size");
        checkAlgorithm(at, i);
      }
      header.skip("vendor info", header.u8("vendor info size"));
      header.end();
    }

    private void checkAlgorithm(int at, int i) throws FormatException {
      for (int j = 0; j < i; j++) {
        if (algorithms[j] == algorithms[i]) {
          throw FormatException.malformed(
              at, "each algorithm once", "0x" + Integer.toHexString(algorithms[i]) + " twice");
        }
      }
      int expected =
          switch (algorithms[i]) {
            case 0x0004 -> HashAlg.SHA1.size();
            case 0x000B -> HashAlg.SHA256.size();
            case 0x000C -> HashAlg.SHA384.size();
            case 0x000D -> HashAlg.SHA512.size();
            // Another bank: we skip its digests, so its size only has to be sane.
            default -> Math.min(Math.max(sizes[i], 1), MAX_DIGEST);
          };
      if (sizes[i] != expected) {
        throw FormatException.malformed(
            at, "digests of " + expected + " bytes", sizes[i] + " bytes");
      }
    }

    private Event readEvent(EventLog log, int index) throws FormatException {
      int at = in.offset();
      long pcr = in.u32("register");
      long type = in.u32("event type");
      if (pcr >= PcrSelection.PCR_COUNT && !(type == EV_NO_ACTION && pcr == PADDING)) {
        throw FormatException.malformed(at, "a register from 0 to 23", Long.toString(pcr));
      }
      int[] digests = agile ? readDigests() : new int[] {in.offset()};
      if (!agile) {
        in.skip("digest", HashAlg.SHA1.size());
      }
      int size = in.count32("size of event data", raw.length);
      int dataAt = in.offset();
      in.skip("event data", size);
      return log.new Event(index, (int) pcr, type, digests, dataAt, size);
    }

    private int[] readDigests() throws FormatException {
      int at = in.offset();
      long count = in.u32("digests");
      if (count != algorithms.length) {
        throw FormatException.malformed(
            at, algorithms.length + " digests as the header says", Long.toString(count));
      }
      int[] digests = new int[algorithms.length];
      for (int i = 0; i < algorithms.length; i++) {
        int where = in.offset();
        int bank = indexOf(in.u16("algorithm"));
        if (bank < 0 || digests[bank] != 0) {
          throw FormatException.malformed(
              where,
              "one digest of each algorithm of the header",
              "another algorithm or one twice");
        }
        digests[bank] = in.offset();
        in.skip("digest", sizes[bank]);
      }
      return digests;
    }

    private int indexOf(int algorithm) {
      for (int i = 0; i < algorithms.length; i++) {
        if (algorithms[i] == algorithm) {
          return i;
        }
      }
      return -1;
    }
  }

  /// All records but the header, in order.
  public List<Event> events() {
    return events;
  }

  /// Length in bytes without the padding behind the last event.
  public int usedBytes() {
    if (events.isEmpty()) {
      return start;
    }
    Event last = events.getLast();
    return last.dataAt + last.dataSize;
  }

  /// Whether the log has digests for the bank `alg`.
  public boolean has(HashAlg alg) {
    for (int algorithm : algorithms) {
      if (algorithm == alg.id()) {
        return true;
      }
    }
    return false;
  }

  /// The registers of a bank after every event: 24 values. Registers start at zero (17 to 22 at
  /// ones); register 0 holds the locality of TPM2_Startup if the log tells it.
  ///
  /// @throws FormatException with [Code#UNSUPPORTED_ALGORITHM] if the log has no digests for `alg`
  public List<Bytes> replay(HashAlg alg) throws FormatException {
    if (!has(alg)) {
      throw new FormatException(
          Code.UNSUPPORTED_ALGORITHM, 0, "digests for the bank " + alg.jcaName(), "none");
    }
    int size = alg.size();
    byte[][] values = new byte[PcrSelection.PCR_COUNT][size];
    for (int pcr = FIRST_DYNAMIC_PCR; pcr <= LAST_DYNAMIC_PCR; pcr++) {
      Arrays.fill(values[pcr], (byte) 0xff);
    }
    MessageDigest computation = alg.newDigest();
    boolean started = false;
    for (Event event : events) {
      if (!event.extendsPcr()) {
        // Only before the first measurement: afterwards it could not have happened.
        if (!started && event.pcr == 0 && event.dataStartsWith(STARTUP_LOCALITY)) {
          values[0][size - 1] = startupLocality(event);
        }
        continue;
      }
      started |= event.pcr == 0;
      byte[] value = values[event.pcr];
      computation.update(value);
      computation.update(raw, event.digestAt(alg), size);
      try {
        computation.digest(value, 0, size);
      } catch (DigestException e) {
        throw new IllegalStateException("the buffer has the digest's size", e);
      }
    }
    List<Bytes> result = new ArrayList<>(values.length);
    for (byte[] value : values) {
      result.add(Bytes.of(value));
    }
    return Collections.unmodifiableList(result);
  }

  private byte startupLocality(Event event) throws FormatException {
    int at = event.dataAt + STARTUP_LOCALITY.length;
    boolean whole = event.dataSize == STARTUP_LOCALITY.length + 1;
    byte locality = whole ? raw[at] : -1;
    if (locality != 0 && locality != 3 && locality != 4) {
      throw FormatException.malformed(at, "startup locality 0, 3 or 4", Byte.toString(locality));
    }
    return locality;
  }
}
