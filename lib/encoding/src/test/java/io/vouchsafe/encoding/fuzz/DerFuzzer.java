package io.vouchsafe.encoding.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DerReader;
import io.vouchsafe.encoding.DerTag;
import io.vouchsafe.encoding.DerWriter;
import io.vouchsafe.encoding.FormatException;
import java.util.Optional;

/// Walks all elements. What reads as a value is written as the same bytes: DER has one form.
public final class DerFuzzer {
  private DerFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    try {
      walk(DerReader.of(Bytes.of(data)));
    } catch (FormatException _) {
      return;
    }
  }

  private static void walk(DerReader in) throws FormatException {
    for (Optional<DerTag> tag = in.peek(); tag.isPresent(); tag = in.peek()) {
      if (tag.get().constructed()) {
        walk(in.constructed(tag.get(), "elements"));
      } else {
        Bytes element = in.element("value");
        Bytes written = rewrite(tag.get(), DerReader.of(element), element);
        if (!written.equals(element)) {
          throw new IllegalStateException(element + " was written as " + written);
        }
      }
    }
    in.end();
  }

  private static Bytes rewrite(DerTag tag, DerReader in, Bytes element) throws FormatException {
    if (tag.equals(DerTag.INTEGER)) {
      return DerWriter.integer(in.integer("i"));
    } else if (tag.equals(DerTag.BOOLEAN)) {
      return DerWriter.bool(in.bool("b"));
    } else if (tag.equals(DerTag.OID)) {
      return DerWriter.oid(in.oid("o"));
    } else if (tag.equals(DerTag.UTF8_STRING)) {
      return DerWriter.utf8(in.text("t"));
    } else if (tag.equals(DerTag.UTC_TIME)) {
      return DerWriter.time(in.time("t"));
    } else if (tag.equals(DerTag.BIT_STRING)) {
      DerReader.of(element).flags("f");
      return DerWriter.bitString(in.bitString("b"));
    } else if (tag.equals(DerTag.NULL)) {
      in.nothing("n");
      return DerWriter.nothing();
    } else if (tag.equals(DerTag.GENERALIZED_TIME)) {
      in.time("t");
      return element;
    }
    return DerWriter.element(tag, in.content(tag, "content"));
  }
}
