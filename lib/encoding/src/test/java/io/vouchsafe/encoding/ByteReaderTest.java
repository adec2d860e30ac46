package io.vouchsafe.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.verdict.Code;
import java.util.List;
import org.junit.jupiter.api.Test;

class ByteReaderTest {
  private interface Read {
    Object from(ByteReader in) throws FormatException;
  }

  private static ByteReader big(String hex) throws FormatException {
    return ByteReader.bigEndian(Bytes.fromHex(hex));
  }

  private static ByteReader little(String hex) throws FormatException {
    return ByteReader.littleEndian(Bytes.fromHex(hex));
  }

  @Test
  void integers_inEitherOrder_areReadUnsigned() throws FormatException {
    assertThat(big("ff").u8("f")).isEqualTo(255);
    assertThat(big("fffe").u16("f")).isEqualTo(0xfffe);
    assertThat(little("feff").u16("f")).isEqualTo(0xfffe);
    assertThat(big("fffffffe").u32("f")).isEqualTo(0xfffffffeL);
    assertThat(little("feffffff").u32("f")).isEqualTo(0xfffffffeL);
    assertThat(big("ffffffffffffffff").u64("f")).isEqualTo(-1);
    assertThat(little("0100000000000000").u64("f")).isEqualTo(1);
  }

  @Test
  void writer_inEitherOrder_isTheCounterpart() throws FormatException {
    for (boolean isBig : List.of(true, false)) {
      ByteWriter out = isBig ? ByteWriter.bigEndian() : ByteWriter.littleEndian();
      Bytes part = Bytes.utf8("part");
      Bytes bytes =
          out.u8(1)
              .u16(0x203)
              .u32(0x4050607)
              .u64(-2)
              .bytes(part)
              .sized16(part)
              .sized32(part)
              .toBytes();
      ByteReader in = isBig ? ByteReader.bigEndian(bytes) : ByteReader.littleEndian(bytes);
      assertThat(in.u8("a")).isEqualTo(1);
      assertThat(in.u16("b")).isEqualTo(0x203);
      assertThat(in.u32("c")).isEqualTo(0x4050607);
      assertThat(in.u64("d")).isEqualTo(-2);
      assertThat(in.bytes("e", 4)).isEqualTo(part);
      assertThat(in.sized16("f", 4)).isEqualTo(part);
      assertThat(in.sized32("g", 4)).isEqualTo(part);
      in.end();
    }
  }

  @Test
  void writer_tooLongForItsLength_isMisuse() {
    assertThatThrownBy(() -> ByteWriter.bigEndian().sized16(Bytes.zeros(65_536)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void read_beyondTheEnd_namesFieldAndOffset() {
    List<Read> reads =
        List.of(
            in -> in.u8("field"),
            in -> in.u16("field"),
            in -> in.u32("field"),
            in -> in.u64("field"),
            in -> in.bytes("field", 1),
            in -> in.sized16("field", 9),
            in -> in.sized32("field", 9),
            in -> in.count32("field", 9),
            in -> in.sub("field", 1));
    for (Read read : reads) {
      assertThatThrownBy(
              () -> {
                ByteReader in = big("00");
                in.u8("first");
                read.from(in);
              })
          .isInstanceOfSatisfying(
              FormatException.class,
              e -> {
                assertThat(e.code()).isEqualTo(Code.MALFORMED);
                assertThat(e.offset()).isEqualTo(1);
                assertThat(e.expected()).contains("field");
              });
    }
  }

  @Test
  void length_beyondItsBound_isOversizedBeforeItIsRead() {
    List<Read> reads =
        List.of(
            in -> in.sized16("field", 255),
            in -> in.sized32("field", 255),
            in -> in.count32("field", 255));
    for (Read read : reads) {
      assertThatThrownBy(() -> read.from(big("ffffffff")))
          .isInstanceOfSatisfying(
              FormatException.class,
              e -> {
                assertThat(e.code()).isEqualTo(Code.OVERSIZED);
                assertThat(e.offset()).isZero();
              });
    }
  }

  @Test
  void length_beyondTheInput_isMalformed() {
    assertThatThrownBy(() -> big("000401").sized16("field", 255))
        .hasMessage("at byte 2: expected 4 bytes of field, found 1 bytes");
  }

  @Test
  void sub_cannotReachBeyondItsPart_andKeepsOffsets() throws FormatException {
    ByteReader in = big("0001020304");
    in.u8("first");
    ByteReader part = in.sub("part", 2);
    assertThat(in.offset()).isEqualTo(3);
    assertThat(part.u8("a")).isEqualTo(1);
    assertThat(part.offset()).isEqualTo(2);
    assertThatThrownBy(() -> part.u16("b"))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith("at byte 2");
    assertThatThrownBy(part::end).isInstanceOf(FormatException.class);
    assertThat(part.rest().hex()).isEqualTo("02");
    part.end();
    assertThat(in.remaining()).isEqualTo(2);
  }

  @Test
  void sub_ofASub_keepsOffsets() throws FormatException {
    ByteReader inner = big("000102030405").sub("outer", 6).sub("inner", 4);
    inner.skip("x", 3);
    ByteReader last = inner.sub("last", 1);
    assertThat(last.offset()).isEqualTo(3);
    assertThat(last.since(1).hex()).isEqualTo("0102");
    assertThat(last.u8("y")).isEqualTo(3);
  }

  @Test
  void zeros_otherBytes_areRefusedWhereTheyStand() throws FormatException {
    big("0000").zeros("reserved", 2);
    assertThatThrownBy(() -> big("0001").zeros("reserved", 2))
        .hasMessage("at byte 1: expected zero in reserved, found 1");
    assertThatThrownBy(() -> big("00").zeros("reserved", 2)).isInstanceOf(FormatException.class);
  }

  @Test
  void negativeLength_isRefused() {
    for (Read read :
        List.<Read>of(
            in -> in.bytes("f", -1),
            in -> in.sub("f", -1),
            in -> {
              in.skip("f", -1);
              return in;
            })) {
      assertThatThrownBy(() -> read.from(big("0000"))).isInstanceOf(FormatException.class);
    }
  }

  @Test
  void end_withBytesLeft_tellsHowMany() {
    assertThatThrownBy(() -> big("0000").end())
        .hasMessage("at byte 0: expected end of input, found 2 more bytes");
  }
}
