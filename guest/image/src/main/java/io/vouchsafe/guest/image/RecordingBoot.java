package io.vouchsafe.guest.image;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.util.Base64;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the firmware of one machine size measures, as a boot reported it that did nothing else. The
/// registers 0 to 3 and 5 to 7 cannot be predicted from files; they are the same for every kernel,
/// initrd and command line, so one such boot per firmware, number of processors and size of memory
/// gives the values to expect.
///
/// The machine is that of the pod VM with [PodVm#recordingInitrd()] as initrd, [PodVm#COMMAND_LINE]
/// as command line and no disks. It prints and powers itself off.
///
/// @param pcrs registers 0 to 9 of the SHA-256 bank
/// @param eventLog the firmware's log; it must replay to them
public record RecordingBoot(SortedMap<Integer, Bytes> pcrs, Bytes eventLog) {
  /// Registers that such a boot is good for.
  public static final List<Integer> RECORDED = List.of(0, 1, 2, 3, 5, 6, 7);

  private static final String BEGIN = "vouchsafe-recording begin";
  private static final String END = "vouchsafe-recording end";
  private static final Pattern PCR = Pattern.compile("pcr ([0-9]) ([0-9A-F]{64})");
  private static final int REGISTERS = 10;

  /// 64 KiB is what the firmware reserves; twice that with the final events.
  private static final int MAX_LOG = 128 << 10;

  public RecordingBoot {
    pcrs = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(pcrs));
  }

  /// Reads what the machine printed.
  ///
  /// @param console lines of the serial console, without escape sequences
  /// @throws FormatException if the report is not there, not complete or not of its form
  public static RecordingBoot parse(List<String> console) throws FormatException {
    int begin = console.indexOf(BEGIN);
    int end = console.indexOf(END);
    if (begin < 0 || end < begin) {
      throw FormatException.malformed(
          0, "a report between its two marks", console.size() + " lines without");
    }
    List<String> lines = console.subList(begin + 1, end);
    SortedMap<Integer, Bytes> pcrs = new TreeMap<>();
    int next = 0;
    while (next < lines.size() && lines.get(next).startsWith("pcr ")) {
      Matcher line = PCR.matcher(lines.get(next++));
      if (!line.matches() || Integer.parseInt(line.group(1)) != pcrs.size()) {
        throw FormatException.malformed(next, "register " + pcrs.size(), lines.get(next - 1));
      }
      pcrs.put(pcrs.size(), Bytes.fromHex(line.group(2)));
    }
    if (pcrs.size() != REGISTERS) {
      throw FormatException.malformed(next, "registers 0 to 9", pcrs.size() + " registers");
    }
    return new RecordingBoot(pcrs, log(lines.subList(next, lines.size())));
  }

  private static Bytes log(List<String> lines) throws FormatException {
    String text = String.join("", lines);
    if (text.length() > MAX_LOG / 3 * 4) {
      throw FormatException.oversized(0, "a log of at most 128 KiB", text.length() + " characters");
    }
    Bytes log = Bytes.fromBase64(text);
    if (log.isEmpty()) {
      throw FormatException.malformed(0, "an event log", "nothing");
    }
    return log;
  }

  /// As [#parse], for whoever needs the report: what is missing is the machine's fault.
  ///
  /// @throws RefusedException [Code#VM_DIED]
  public static RecordingBoot require(List<String> console) throws RefusedException {
    try {
      return parse(console);
    } catch (FormatException e) {
      throw new RefusedException(
          ImageCheck.RECORDING, Code.VM_DIED, "a report of the registers", e.getMessage() + "");
    }
  }

  /// The lines that [#parse] reads: for keeping a recording.
  public List<String> encode() {
    List<String> lines = new java.util.ArrayList<>();
    lines.add(BEGIN);
    pcrs.forEach((register, value) ->
        lines.add("pcr " + register + " " + value.hex().toUpperCase(java.util.Locale.ROOT)));
    lines.addAll(
        new String(
                Base64.getMimeEncoder().encode(eventLog.toByteArray()),
                java.nio.charset.StandardCharsets.US_ASCII)
            .lines()
            .toList());
    lines.add(END);
    return List.copyOf(lines);
  }
}
