package io.vouchsafe.encoding;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/// PEM (RFC 7468): several blocks, explanatory text between them. Inside a block only lines of
/// canonical base64 are taken: no white space, no headers, so encrypted keys of the old OpenSSL
/// form are refused.
public final class Pem {
  private static final int MAX_BYTES = 4 << 20;
  private static final int MAX_BLOCKS = 1_000;
  private static final int MAX_LABEL = 64;
  private static final int MAX_LINE = 76; // 64 by RFC 7468 §2; some tools write MIME's 76
  private static final int LINE = 64;
  private static final String BEGIN = "-----BEGIN ";
  private static final String END = "-----END ";
  private static final String DASHES = "-----";

  /// One block: its label, and where in the text its base64 starts and ends.
  private record Span(String label, int from, int to) {}

  private Pem() {}

  /// Every block of `text`, in order.
  ///
  /// @throws FormatException if there is none or one is malformed, or beyond a bound
  public static List<PemBlock> parse(Bytes text) throws FormatException {
    byte[] raw = text.raw();
    List<PemBlock> blocks = new ArrayList<>();
    for (Span span : spans(raw)) {
      byte[] content = decode(raw, span);
      blocks.add(new PemBlock(span.label(), Bytes.of(content)));
    }
    return List.copyOf(blocks);
  }

  /// As [#parse(Bytes)], for text.
  public static List<PemBlock> parse(String text) throws FormatException {
    return parse(Bytes.utf8(text));
  }

  /// The contents of the blocks of `text`, all of which must have the label.
  public static List<Bytes> parse(Bytes text, String label) throws FormatException {
    List<Bytes> contents = new ArrayList<>();
    for (PemBlock block : parse(text)) {
      if (!block.label().equals(label)) {
        throw FormatException.unexpected("PEM blocks of " + label, "one of " + block.label());
      }
      contents.add(block.content());
    }
    return List.copyOf(contents);
  }

  /// The content of the only block of `text`, which must have the label. For private keys: no copy
  /// of the secret stays behind.
  public static SecretBytes secret(SecretBytes text, String label) throws FormatException {
    return text.lend(raw -> {
      List<Span> spans = spans(raw);
      if (spans.size() != 1 || !spans.getFirst().label().equals(label)) {
        throw FormatException.unexpected(
            "one PEM block of " + label, spans.stream().map(Span::label).toList().toString());
      }
      return SecretBytes.take(decode(raw, spans.getFirst()));
    });
  }

  /// One block in the form of RFC 7468, with a line feed at the end.
  public static String encode(String label, Bytes content) {
    String lines = Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(content.raw());
    String body = lines.isEmpty() ? "" : lines + "\n";
    return BEGIN + label + DASHES + "\n" + body + END + label + DASHES + "\n";
  }

  private static List<Span> spans(byte[] raw) throws FormatException {
    if (raw.length > MAX_BYTES) {
      throw FormatException.oversized(
          0, "PEM of at most " + MAX_BYTES + " bytes", raw.length + " bytes");
    }
    List<Span> spans = new ArrayList<>();
    String label = "";
    int open = -1;
    for (int start = 0, end; start < raw.length; start = end + 1) {
      end = lineEnd(raw, start);
      if (!startsWith(raw, start, end, DASHES)) {
        continue;
      }
      String found = boundary(raw, start, end, open < 0 ? BEGIN : END);
      if (open < 0) {
        label = found;
        open = Math.min(end + 1, raw.length);
      } else if (!found.equals(label)) {
        throw FormatException.malformed(start, "the end of " + label, "the end of " + found);
      } else if (spans.size() == MAX_BLOCKS) {
        throw FormatException.oversized(start, "at most " + MAX_BLOCKS + " PEM blocks", "more");
      } else {
        spans.add(new Span(label, open, start));
        open = -1;
      }
    }
    if (open >= 0) {
      throw FormatException.malformed(raw.length, "the end of " + label, "end of input");
    }
    if (spans.isEmpty()) {
      throw FormatException.malformed(0, "a PEM block", "none");
    }
    return spans;
  }

  private static int lineEnd(byte[] raw, int start) {
    int end = start;
    while (end < raw.length && raw[end] != '\n') {
      end++;
    }
    return end;
  }

  private static boolean startsWith(byte[] raw, int start, int end, String prefix) {
    return end - start >= prefix.length()
        && new String(raw, start, prefix.length(), StandardCharsets.ISO_8859_1).equals(prefix);
  }

  /// The label of a boundary line; a carriage return before the line feed belongs to the line end.
  private static String boundary(byte[] raw, int start, int end, String prefix)
      throws FormatException {
    int stop = end > start && raw[end - 1] == '\r' ? end - 1 : end;
    int length = stop - start - prefix.length() - DASHES.length();
    if (length > MAX_LABEL) {
      throw FormatException.oversized(start, "a label of at most " + MAX_LABEL, length + "");
    }
    if (length < 1
        || !startsWith(raw, start, stop, prefix)
        || !startsWith(raw, stop - DASHES.length(), stop, DASHES)) {
      throw FormatException.malformed(start, prefix + "LABEL" + DASHES, "another boundary");
    }
    String label = new String(raw, start + prefix.length(), length, StandardCharsets.ISO_8859_1);
    for (int i = 0; i < length; i++) {
      char c = label.charAt(i);
      boolean inner = (c == ' ' || c == '-') && i > 0 && i < length - 1;
      if (!inner && (c <= ' ' || c > '~' || c == '-')) {
        throw FormatException.malformed(start, "a printable label", label);
      }
    }
    return label;
  }

  private static byte[] decode(byte[] raw, Span span) throws FormatException {
    byte[] joined = new byte[span.to() - span.from()];
    int length = 0;
    for (int start = span.from(), end; start < span.to(); start = end + 1) {
      end = lineEnd(raw, start);
      int stop = end > start && raw[end - 1] == '\r' ? end - 1 : end;
      if (stop == start || stop - start > MAX_LINE) {
        Arrays.fill(joined, (byte) 0);
        throw FormatException.malformed(
            start, "a line of 1 to " + MAX_LINE + " characters", stop - start + "");
      }
      System.arraycopy(raw, start, joined, length, stop - start);
      length += stop - start;
    }
    byte[] text = Arrays.copyOf(joined, length);
    try {
      byte[] content = Base64.getDecoder().decode(text);
      // One content has one text: no missing padding, no stray bits.
      byte[] again = Base64.getEncoder().encode(content);
      boolean canonical = Arrays.equals(again, text);
      Arrays.fill(again, (byte) 0);
      if (!canonical || length == 0) {
        Arrays.fill(content, (byte) 0);
        throw FormatException.malformed(span.from(), "canonical base64", "another text");
      }
      return content;
    } catch (IllegalArgumentException _) {
      throw FormatException.malformed(span.from(), "base64", "another text");
    } finally {
      Arrays.fill(joined, (byte) 0);
      Arrays.fill(text, (byte) 0);
    }
  }
}
