package io.vouchsafe.evidence.snp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.verdict.Code;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GhcbCertificateTableTest {
  private static final Bytes CONTENT = Bytes.utf8("certificate");
  private static final Bytes END = Bytes.zeros(24);

  private static Bytes entry(UUID id, long offset, long length) {
    Bytes name =
        ByteWriter.bigEndian()
            .u64(id.getMostSignificantBits())
            .u64(id.getLeastSignificantBits())
            .toBytes();
    return ByteWriter.littleEndian().bytes(name).u32(offset).u32(length).toBytes();
  }

  /// A table of one entry.
  static Bytes table(UUID id, Bytes content) {
    return entry(id, 48, content.size()).concat(END).concat(content);
  }

  private static void assertRefused(Bytes table, Code code) {
    assertThatThrownBy(() -> GhcbCertificateTable.parse(table))
        .isInstanceOfSatisfying(FormatException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void table_ofOneEntry_givesItsContent() throws FormatException {
    GhcbCertificateTable table =
        GhcbCertificateTable.parse(table(GhcbCertificateTable.VCEK, CONTENT));
    assertThat(table.get(GhcbCertificateTable.VCEK)).contains(CONTENT);
    assertThat(table.endorsements().leaves()).containsExactly(CONTENT);
    assertThat(table.endorsements().authorities()).isEmpty();
  }

  @Test
  void table_withUnknownIdentifier_keepsItAside() throws FormatException {
    UUID other = new UUID(1, 2);
    GhcbCertificateTable table = GhcbCertificateTable.parse(table(other, CONTENT));
    assertThat(table.get(other)).contains(CONTENT);
    assertThat(table.endorsements()).isEqualTo(SnpEndorsements.NONE);
  }

  @Test
  void table_ofTheEndOnly_isEmpty() throws FormatException {
    assertThat(GhcbCertificateTable.parse(END).entries()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0,11",
    "24,11",
    "47,11",
    "48,12",
    "60,1",
    "4294967295,1",
    "4294967295,4294967295",
    "49,11"
  })
  void content_outsideOfItsPlace_isRefused(long offset, long length) {
    assertRefused(
        entry(GhcbCertificateTable.VCEK, offset, length).concat(END).concat(CONTENT),
        Code.MALFORMED);
  }

  @Test
  void identifier_twice_isRefused() {
    Bytes entry = entry(GhcbCertificateTable.ARK, 72, 11);
    assertRefused(entry.concat(entry).concat(END).concat(CONTENT), Code.MALFORMED);
  }

  @Test
  void table_cutAnywhere_isRefused() {
    Bytes table = table(GhcbCertificateTable.CRL, CONTENT);
    for (int length = 0; length < table.size(); length++) {
      assertRefused(table.slice(0, length), Code.MALFORMED);
    }
  }

  @Test
  void lastEntry_withAPlace_isRefused() {
    assertRefused(entry(new UUID(0, 0), 24, 1).concat(CONTENT), Code.MALFORMED);
  }

  @Test
  void table_ofManyEntries_isRefused() {
    Bytes table = Bytes.EMPTY;
    for (int i = 1; i < 100; i++) {
      table = table.concat(entry(new UUID(0, i), 4000, 0));
    }
    assertRefused(table.concat(END), Code.OVERSIZED);
  }

  @Test
  void table_ofTooManyBytes_isRefused() {
    assertRefused(Bytes.zeros(GhcbCertificateTable.MAX_SIZE + 1), Code.OVERSIZED);
  }
}
