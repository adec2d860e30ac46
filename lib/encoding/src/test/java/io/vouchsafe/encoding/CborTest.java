package io.vouchsafe.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.verdict.Code;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CborTest {
  private static Cbor parse(String hex) throws FormatException {
    return Cbor.parse(Bytes.fromHex(hex), CborLimits.MESSAGE);
  }

  private static FormatException refused(String hex) {
    return catchThrowableOfType(FormatException.class, () -> parse(hex));
  }

  private static Cbor uint(String value) {
    return new Cbor.Int(new BigInteger(value));
  }

  @ParameterizedTest
  @CsvSource({
    "00,0",
    "17,23",
    "1818,24",
    "18ff,255",
    "190100,256",
    "1903e8,1000",
    "1a000f4240,1000000",
    "1b000000e8d4a51000,1000000000000",
    "1b7fffffffffffffff,9223372036854775807",
    "1b8000000000000000,9223372036854775808",
    "1bffffffffffffffff,18446744073709551615",
    "20,-1",
    "3863,-100",
    "3903e7,-1000",
    "3b7fffffffffffffff,-9223372036854775808",
    "3b8000000000000000,-9223372036854775809",
    "3bffffffffffffffff,-18446744073709551616",
  })
  void integer_ofEveryWidth_roundTrips(String hex, String value) throws FormatException {
    assertThat(parse(hex)).isEqualTo(uint(value));
    assertThat(uint(value).encode().hex()).isEqualTo(hex);
  }

  @ParameterizedTest
  @CsvSource({
    "f90000,0.0",
    "f98000,-0.0",
    "f93c00,1.0",
    "fb3ff199999999999a,1.1",
    "f93e00,1.5",
    "f97bff,65504.0",
    "fa47c35000,100000.0",
    "fa7f7fffff,3.4028234663852886e+38",
    "fb7e37e43c8800759c,1.0e+300",
    "f90001,5.960464477539063e-8",
    "f90400,0.00006103515625",
    "f9c400,-4.0",
    "fbc010666666666666,-4.1",
    "f97c00,Infinity",
    "f97e00,NaN",
    "f9fc00,-Infinity",
  })
  void real_ofEveryWidth_roundTrips(String hex, double value) throws FormatException {
    assertThat(parse(hex)).isEqualTo(new Cbor.Real(value));
    assertThat(new Cbor.Real(value).encode().hex()).isEqualTo(hex);
  }

  @ParameterizedTest
  @CsvSource({"fa7f800000", "fb7ff0000000000000"})
  void real_infinityInMoreBytes_isInfinityAndIsWrittenShort(String hex) throws FormatException {
    assertThat(parse(hex).encode().hex()).isEqualTo("f97c00");
  }

  @Test
  void nan_ofAnyPayload_isOneValue() throws FormatException {
    assertThat(parse("fb7ff8000000000001")).isEqualTo(parse("f97e00"));
    assertThat(refused("a2f97e0001fa7fc0000102").found()).contains("duplicate");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "f4",
        "f5",
        "f6",
        "f7",
        "f0",
        "f8ff",
        "40",
        "4401020304",
        "60",
        "6161",
        "6449455446",
        "62225c",
        "62c3bc",
        "63e6b0b4",
        "64f0908591",
        "80",
        "83010203",
        "8301820203820405",
        "a0",
        "a201020304",
        "a26161016162820203",
        "826161a161626163",
        "c0653230313339",
        "c11a514b67b0",
        "d74401020304",
        "d818456449455446",
        "c249010000000000000000"
      })
  void item_deterministic_roundTripsInBothModes(String hex) throws FormatException {
    assertThat(parse(hex).encode().hex()).isEqualTo(hex);
    assertThat(Cbor.parseDeterministic(Bytes.fromHex(hex), CborLimits.MESSAGE))
        .isEqualTo(parse(hex));
  }

  @ParameterizedTest
  @CsvSource({
    "5f42010243030405ff,450102030405",
    "7f657374726561646d696e67ff,6973747265616d696e67",
    "5fff,40",
    "9fff,80",
    "9f018202039f0405ffff,8301820203820405",
    "83018202039f0405ff,8301820203820405",
    "bf61610161629f0203ffff,a26161016162820203",
    "bfff,a0",
    "1800,00",
    "19000a,0a",
    "1b0000000000000001,01",
    "3800,20",
    "580161,4161",
    "780161,6161",
    "980101,8101",
    "b8010102,a10102",
    "d80100,c100",
    "a203000100,a201000300",
    "fb3ff0000000000000,f93c00",
    "fa3f800000,f93c00",
  })
  void item_validButNotDeterministic_parsesAndIsRefusedByTheStricterMode(
      String hex, String deterministic) throws FormatException {
    assertThat(parse(hex).encode().hex()).isEqualTo(deterministic);
    FormatException e =
        catchThrowableOfType(
            FormatException.class,
            () -> Cbor.parseDeterministic(Bytes.fromHex(hex), CborLimits.MESSAGE));
    assertThat(e.expected()).isEqualTo("deterministic encoding");
  }

  @Test
  void deterministic_keysOutOfOrder_namesTheFirstByteThatDiffers() {
    FormatException order =
        catchThrowableOfType(
            FormatException.class,
            () -> Cbor.parseDeterministic(Bytes.fromHex("a2616200616100"), CborLimits.MESSAGE));
    assertThat(order.offset()).isEqualTo(2);
  }

  @Test
  void encode_keys_goByTheirEncodedBytes() throws FormatException {
    // RFC 8949 §4.2.1, its own example: 10, 100, -1, "z", "aa", [100] (no container here), false
    Cbor map =
        Cbor.map()
            .put(Cbor.FALSE, Cbor.of(0))
            .put("aa", Cbor.of(0))
            .put("z", Cbor.of(0))
            .put(-1, Cbor.of(0))
            .put(100, Cbor.of(0))
            .put(10, Cbor.of(0))
            .build();
    assertThat(map.encode().hex()).isEqualTo("a60a001864002000617a0062616100f400");
  }

  // RFC 8949 appendix F, subkinds 1 to 5.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "18",
        "19",
        "1a",
        "1b",
        "1901",
        "1a0102",
        "1b01020304050607",
        "38",
        "58",
        "78",
        "98",
        "9a01ff00",
        "b8",
        "d8",
        "f8",
        "f900",
        "fa0000",
        "fb000000",
        "41",
        "61",
        "5affffffff00",
        "5bffffffffffffffff010203",
        "7affffffff00",
        "7b7fffffffffffffff010203",
        "81",
        "818181818181818181",
        "8200",
        "a1",
        "a20102",
        "a100",
        "a2000000",
        "c0",
        "5f4100",
        "7f6100",
        "9f",
        "9f0102",
        "bf",
        "bf01020102",
        "819f",
        "9f8000",
        "9f9f9f9f9fffffffff",
        "9f819f819f9fffffff",
        "1c",
        "1d",
        "1e",
        "3c",
        "3d",
        "3e",
        "5c",
        "5d",
        "5e",
        "7c",
        "7d",
        "7e",
        "9c",
        "9d",
        "9e",
        "bc",
        "bd",
        "be",
        "dc",
        "dd",
        "de",
        "fc",
        "fd",
        "fe",
        "f800",
        "f801",
        "f818",
        "f81f",
        "5f00ff",
        "5f21ff",
        "5f6100ff",
        "5f80ff",
        "5fa0ff",
        "5fc000ff",
        "5fe0ff",
        "7f4100ff",
        "5f5f4100ffff",
        "7f7f6100ffff",
        "ff",
        "81ff",
        "8200ff",
        "a1ff",
        "a1ff00",
        "a100ff",
        "a20000ff",
        "9f81ff",
        "9f829f819f9fffffffff",
        "bf00ff",
        "bf000000ff",
        "1f",
        "3f",
        "df"
      })
  void item_notWellFormed_isRefused(String hex) {
    assertThat(refused(hex).code()).isEqualTo(Code.MALFORMED);
  }

  @ParameterizedTest
  @CsvSource({
    "62c328,1",
    "62c080,1",
    "63eda080,1",
    "64f4908080,1",
    "61ff,1",
    "826161 62c220,4",
  })
  void text_invalidUtf8_isRefusedAtTheByte(String hex, long offset) {
    FormatException e = refused(hex.replace(" ", ""));
    assertThat(e.expected()).isEqualTo("UTF-8");
    assertThat(e.offset()).isBetween(offset, offset + 1);
  }

  @Test
  void text_codePointSplitOverChunks_isRefused() {
    assertThat(refused("7f61c361bcff").expected()).isEqualTo("UTF-8");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a201000100", "a20100180100", "a2616100616100", "bf01000100ff", "a2414100414100"})
  void map_duplicateKey_isRefused(String hex) {
    assertThat(refused(hex).found()).isEqualTo("a duplicate key");
  }

  @Test
  void map_keysOfDifferentKind_areDifferentKeys() throws FormatException {
    assertThat(parse("a40100f93c00006131004131 00".replace(" ", "")).asMap("m").size())
        .isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a18000", "a1a000", "a1c18000", "a1c1c1a000"})
  void map_containerAsKey_isRefused(String hex) {
    assertThat(refused(hex).expected()).isEqualTo("a scalar key");
  }

  @Test
  void item_followedByMore_isRefusedAtTheFirstByteTooMany() {
    assertThat(refused("0000").offset()).isEqualTo(1);
  }

  @Test
  void nesting_beyondTheBound_isOversized() throws FormatException {
    int depth = CborLimits.MESSAGE.maxDepth();
    assertThat(parse("81".repeat(depth) + "00")).isInstanceOf(Cbor.Arr.class);
    for (String head : List.of("81", "c1", "9f", "a100", "bf00", "d81c")) {
      assertThat(refused(head.repeat(depth + 1) + "00").code()).isEqualTo(Code.OVERSIZED);
    }
  }

  @Test
  void items_beyondTheBound_areOversized() {
    CborLimits limits = new CborLimits(100, 4, 5);
    for (String hex : List.of("850000000000", "a3010102020303", "5f" + "40".repeat(5) + "ff")) {
      assertThatThrownBy(() -> Cbor.parse(Bytes.fromHex(hex), limits))
          .isInstanceOfSatisfying(
              FormatException.class, e -> assertThat(e.code()).isEqualTo(Code.OVERSIZED));
    }
  }

  @Test
  void input_beyondTheBound_isOversized() {
    assertThatThrownBy(() -> Cbor.parse(Bytes.zeros(101), new CborLimits(100, 4, 500)))
        .isInstanceOfSatisfying(
            FormatException.class, e -> assertThat(e.code()).isEqualTo(Code.OVERSIZED));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"9b7fffffffffffffff", "bb3fffffffffffffff", "9a7fffffff00", "5b8000000000000000"})
  void count_thatTheInputCannotHold_isRefusedBeforeAllocation(String hex) {
    assertThat(refused(hex).expected()).matches("\\d+ (items|entries|bytes) of .*");
  }

  @Test
  void accessor_ofAnotherType_namesBoth() throws FormatException {
    Cbor text = Cbor.of("x");
    assertThatThrownBy(() -> text.asInteger("alg"))
        .hasMessage("expected a 64-bit integer as \"alg\", found text");
    assertThatThrownBy(() -> text.asBytes("b")).isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> text.asArray("b")).isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> text.asMap("b")).isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> text.asBoolean("b")).isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> text.asTagged(18, "b")).isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> Cbor.of(1).asText("b")).isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> uint("9223372036854775808").asInteger("b"))
        .isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> parse("a10102").asMap("m").require(2))
        .hasMessage("expected key 2, found none");
    assertThat(parse("a1617802").asMap("m").require("x").asInteger("x")).isEqualTo(2);
    assertThat(parse("c101").asTagged(1, "t")).isEqualTo(Cbor.of(1));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 24, 31, 256})
  void simple_reserved_cannotBeMade(int value) {
    assertThatThrownBy(() -> new Cbor.Simple(value)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void values_thatHaveNoEncoding_cannotBeMade() {
    assertThatThrownBy(() -> uint("18446744073709551616"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> uint("-18446744073709551617"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Cbor.of("\ud800")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Cbor.map().put(1, Cbor.NULL).put(1, Cbor.NULL))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void realTokens_parseAndAreWrittenStably() throws IOException, FormatException {
    int files = 0;
    for (String folder : List.of("cca", "psa", "corim")) {
      try (Stream<Path> all = Files.walk(Vectors.path(folder))) {
        for (Path file : all.filter(f -> f.toString().endsWith(".cbor")).sorted().toList()) {
          Bytes input = Bytes.of(Files.readAllBytes(file));
          Bytes written;
          try {
            written = Cbor.parse(input, CborLimits.MESSAGE).encode();
          } catch (FormatException e) {
            throw new AssertionError(file.toString(), e);
          }
          assertThat(Cbor.parseDeterministic(written, CborLimits.MESSAGE).encode())
              .isEqualTo(written);
          files++;
        }
      }
    }
    assertThat(files).isGreaterThan(20);
  }
}
