package io.vouchsafe.tpm;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// TPMS_PCR_SELECTION: which registers of one bank.
///
/// @param hash TPM_ALG_ID of the bank, of any algorithm
/// @param mask bit n is set if PCR n is selected
/// @param selectSize length of the bitmap on the wire, 3 for a PC
public record PcrSelection(int hash, int mask, int selectSize) {
  /// Registers of a PC client TPM.
  public static final int PCR_COUNT = 24;

  /// Bitmap length for [#PCR_COUNT] registers.
  public static final int SELECT_SIZE = 3;

  /// Most banks of a list: one per hash algorithm of the registry, with room.
  public static final int MAX_BANKS = 16;

  private static final int MAX_SELECT_SIZE = 4;

  public PcrSelection {
    if (selectSize < 1 || selectSize > MAX_SELECT_SIZE) {
      throw new IllegalArgumentException("bitmap of " + selectSize + " bytes");
    }
  }

  /// The registers `pcrs` of the bank `alg`.
  public static PcrSelection of(HashAlg alg, int... pcrs) {
    int mask = 0;
    for (int pcr : pcrs) {
      if (pcr < 0 || pcr >= PCR_COUNT) {
        throw new IllegalArgumentException("no PCR " + pcr);
      }
      mask |= 1 << pcr;
    }
    return new PcrSelection(alg.id(), mask, SELECT_SIZE);
  }

  /// All 24 registers of the bank `alg`.
  public static PcrSelection all(HashAlg alg) {
    return new PcrSelection(alg.id(), (1 << PCR_COUNT) - 1, SELECT_SIZE);
  }

  public boolean contains(int pcr) {
    return pcr < Integer.SIZE && (mask >>> pcr & 1) == 1;
  }

  /// How many registers are selected.
  public int count() {
    return Integer.bitCount(mask);
  }

  /// Reads a TPML_PCR_SELECTION.
  static List<PcrSelection> readList(ByteReader in) throws FormatException {
    int count = in.count32("PCR selections", MAX_BANKS);
    List<PcrSelection> list = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int hash = in.u16("bank");
      int at = in.offset();
      int size = in.u8("size of PCR bitmap");
      if (size < 1 || size > MAX_SELECT_SIZE) {
        throw FormatException.malformed(
            at, "a PCR bitmap of 1 to " + MAX_SELECT_SIZE + " bytes", size + " bytes");
      }
      int mask = 0;
      for (int b = 0; b < size; b++) {
        mask |= in.u8("PCR bitmap") << 8 * b;
      }
      list.add(new PcrSelection(hash, mask, size));
    }
    return List.copyOf(list);
  }

  /// Writes a TPML_PCR_SELECTION.
  static void writeList(ByteWriter out, List<PcrSelection> selections) {
    out.u32(selections.size());
    for (PcrSelection selection : selections) {
      out.u16(selection.hash).u8(selection.selectSize);
      for (int b = 0; b < selection.selectSize; b++) {
        out.u8(selection.mask >>> 8 * b & 0xff);
      }
    }
  }

  /// The digest that TPM2_Quote signs: over the values of all selected registers, in list order and
  /// by ascending index, with the hash of the **signature scheme** (not of the bank).
  ///
  /// @param values of the 24 registers of the one bank that `selection` names
  public static Bytes digest(HashAlg scheme, PcrSelection selection, List<Bytes> values) {
    var computation = scheme.newDigest();
    for (int pcr = 0; pcr < values.size(); pcr++) {
      if (selection.contains(pcr)) {
        values.get(pcr).update(computation);
      }
    }
    return Bytes.of(computation.digest());
  }

  /// Registers in words, for messages: `0,1,2`.
  public String pcrs() {
    StringBuilder text = new StringBuilder();
    for (int pcr = 0; pcr < Integer.SIZE; pcr++) {
      if (contains(pcr)) {
        text.append(text.isEmpty() ? "" : ",").append(pcr);
      }
    }
    return text.toString();
  }

  /// A list in words, for messages: `bank 0xb PCR 0,1,2; bank 0xc PCR 7`.
  public static String words(List<PcrSelection> selections) {
    return selections.isEmpty()
        ? "nothing"
        : selections.stream()
            .map(each -> "bank 0x" + Integer.toHexString(each.hash) + " PCR " + each.pcrs())
            .collect(Collectors.joining("; "));
  }
}
