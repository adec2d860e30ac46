package io.vouchsafe.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.verdict.Code;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DerReaderTest {
  private interface Read {
    Object from(DerReader in) throws FormatException;
  }

  private static DerReader der(String hex) throws FormatException {
    return DerReader.of(Bytes.fromHex(hex));
  }

  private static FormatException refused(String hex, Read read) {
    return catchThrowableOfType(FormatException.class, () -> read.from(der(hex)));
  }

  @ParameterizedTest
  @CsvSource({
    "020100,0",
    "02017f,127",
    "02020080,128",
    "0201ff,-1",
    "020180,-128",
    "0202ff7f,-129",
    "020900ffffffffffffffff,18446744073709551615"
  })
  void integer_shortest_roundTrips(String hex, BigInteger value) throws FormatException {
    assertThat(der(hex).integer("i")).isEqualTo(value);
    assertThat(DerWriter.integer(value).hex()).isEqualTo(hex);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0200",
        "02020001",
        "0202007f",
        "0202ffff",
        "0202ff80",
        "22020101",
        "0a0101",
        "820101"
      })
  void integer_longerOrOfAnotherTag_isRefused(String hex) {
    assertThat(refused(hex, in -> in.integer("i")).code()).isEqualTo(Code.MALFORMED);
  }

  @Test
  void integer_beyondTheBound_isOversized() {
    Bytes big = DerWriter.integer(BigInteger.TWO.pow(8 * 4096));
    assertThat(refused(big.hex(), in -> in.integer("i")).code()).isEqualTo(Code.OVERSIZED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "02",
        "0201",
        "020200",
        "028101",
        "0282000101",
        "02808000",
        "0280",
        "028500000000 0101",
        "02ff01",
        "30810101",
        "300201"
      })
  void length_notShortestOrBeyondTheInput_isRefused(String hex) {
    assertThat(refused(hex.replace(" ", ""), in -> in.element("e")).code())
        .isEqualTo(Code.MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1f0100", "1f1e00", "1f800100", "1fffffff7f00", "1f", "1f81", "0000"})
  void tag_notShortestOrTooLarge_isRefused(String hex) {
    assertThat(refused(hex, in -> in.element("e"))).isNotNull();
  }

  @Test
  void tag_ofSeveralBytes_roundTrips() throws FormatException {
    DerTag tag = DerTag.constructed(702);
    Bytes element = DerWriter.element(tag, DerWriter.nothing());
    assertThat(element.hex()).isEqualTo("bf853e020500");
    DerReader inner = DerReader.of(element).constructed(tag, "t");
    inner.nothing("n");
    inner.end();
  }

  @ParameterizedTest
  @CsvSource({
    "06032a0304,1.2.3.4",
    "0603550406,2.5.4.6",
    "06062a864886f70d,1.2.840.113549",
    "060100,0.0",
    "06014f,1.39",
    "060150,2.0",
    "0603883703,2.999.3",
    "06056781050504,2.23.133.5.4"
  })
  void oid_shortest_roundTrips(String hex, String dotted) throws FormatException {
    assertThat(der(hex).oid("o")).isEqualTo(dotted);
    assertThat(DerWriter.oid(dotted).hex()).isEqualTo(hex);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0600", "060180", "06022a80", "06032a8001", "06028001", "0602802a"})
  void oid_cutOrPadded_isRefused(String hex) {
    assertThat(refused(hex, in -> in.oid("o"))).isNotNull();
  }

  @Test
  void oid_beyondTheBound_isOversized() {
    String hex = DerWriter.element(DerTag.OID, Bytes.of(new byte[129])).hex();
    assertThat(refused(hex, in -> in.oid("o")).code()).isEqualTo(Code.OVERSIZED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "", "1.40", "3.1", "-1.2", "1.x"})
  void oid_thatIsNone_cannotBeWritten(String dotted) {
    assertThatThrownBy(() -> DerWriter.oid(dotted)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0100", "010101", "0101fe", "01020000", "2101ff"})
  void bool_otherThan00OrFf_isRefused(String hex) {
    assertThat(refused(hex, in -> in.bool("b"))).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0300", "030101", "03020180", "0302ff00", "2303030100"})
  void bitString_notOfWholeBytes_isRefused(String hex) {
    assertThat(refused(hex, in -> in.bitString("b"))).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({"03020780,1", "03020106,96", "0303070080,256", "030100,0", "030200ff,255"})
  void flags_canonical_areReadByAsn1Number(String hex, long flags) throws FormatException {
    assertThat(der(hex).flags("f")).isEqualTo(flags);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0300",
        "03020680",
        "03020000",
        "030107",
        "03020880",
        "030a00ffffffffffffffffff",
        "03020781"
      })
  void flags_withTrailingZerosOrTooMany_areRefused(String hex) {
    assertThat(refused(hex, in -> in.flags("f"))).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({
    "170d3530303130313030303030305a,1950-01-01T00:00:00Z",
    "170d3439313233313233353935395a,2049-12-31T23:59:59Z",
    "180f32303530303130313030303030305a,2050-01-01T00:00:00Z",
    "180f39393939313233313233353935395a,9999-12-31T23:59:59Z"
  })
  void time_ofRfc5280_roundTrips(String hex, Instant time) throws FormatException {
    assertThat(der(hex).time("t")).isEqualTo(time);
    assertThat(DerWriter.time(time).hex()).isEqualTo(hex);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2611261200Z",
        "261126120000+0000",
        "261326120000Z",
        "260230120000Z",
        "261126240000Z",
        "261126126000Z",
        "261126120060Z",
        "26112612000Z",
        "2611261200 0Z",
        "261126120000z",
        "",
        "261126120000",
        "20261126120000Z"
      })
  void utcTime_inAnotherForm_isRefused(String text) {
    String hex = DerWriter.element(DerTag.UTC_TIME, Bytes.utf8(text)).hex();
    assertThat(refused(hex, in -> in.time("t"))).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "20261126120000.5Z",
        "202611261200Z",
        "20261126120000",
        "20250229000000Z",
        "261126120000Z"
      })
  void generalizedTime_inAnotherForm_isRefused(String text) {
    String hex = DerWriter.element(DerTag.GENERALIZED_TIME, Bytes.utf8(text)).hex();
    assertThat(refused(hex, in -> in.time("t"))).isNotNull();
  }

  @Test
  void time_outsideOfCertificates_cannotBeWritten() {
    assertThatThrownBy(() -> DerWriter.time(Instant.parse("1949-12-31T23:59:59Z")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({"0c02c3bc,ü", "130141,A", "160140,@"})
  void text_ofThreeKinds_isRead(String hex, String text) throws FormatException {
    assertThat(der(hex).text("t")).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0c01ff", "130140", "1302c3bc", "1602c3bc", "1e020041", "140141", ""})
  void text_ofOtherCharactersOrKinds_isRefused(String hex) {
    assertThat(refused(hex, in -> in.text("t"))).isNotNull();
  }

  @Test
  void sequence_withAnElementTooMany_isRefusedByEnd() throws FormatException {
    DerReader in = der("3006020101020102").onlySequence();
    in.integer("first");
    assertThatThrownBy(in::end).isInstanceOf(FormatException.class).hasMessageContaining("byte 5");
    in.integer("second");
    in.end();
    assertThatThrownBy(() -> in.integer("third")).hasMessageContaining("end of the elements");
  }

  @Test
  void onlySequence_followedByMore_isRefused() {
    assertThat(refused("30000500", DerReader::onlySequence).offset()).isEqualTo(2);
  }

  @Test
  void element_insideOfASequence_cannotReachBeyondIt() throws FormatException {
    DerReader inner = der("300302020101").sequence("s");
    assertThatThrownBy(() -> inner.integer("i")).isInstanceOf(FormatException.class);
  }

  @Test
  void optional_byItsTag_isTakenOrLeft() throws FormatException {
    DerReader in = der("a003020105020106");
    assertThat(in.optional(1)).isEmpty();
    assertThat(in.optional(0).orElseThrow().integer("i")).isEqualTo(5);
    assertThat(in.optional(0)).isEmpty();
    assertThat(in.integer("i")).isEqualTo(6);
    assertThat(in.peek()).isEmpty();
    assertThat(in.hasMore()).isFalse();
  }

  @Test
  void nesting_beyondTheBound_isOversized() throws FormatException {
    Bytes element = DerWriter.nothing();
    for (int i = 0; i < 40; i++) {
      element = DerWriter.sequence(element);
    }
    DerReader in = DerReader.of(element);
    assertThatThrownBy(
            () -> {
              DerReader next = in;
              for (int i = 0; i < 40; i++) {
                next = next.sequence("s");
              }
            })
        .isInstanceOfSatisfying(
            FormatException.class, e -> assertThat(e.code()).isEqualTo(Code.OVERSIZED));
  }

  @Test
  void enumeratedAndNull_areStrict() throws FormatException {
    assertThat(der("0a0103").enumerated("e")).isEqualTo(3);
    assertThat(refused("0a06010000000000", in -> in.enumerated("e")).code())
        .isEqualTo(Code.OVERSIZED);
    assertThat(
            refused(
                "050100",
                in -> {
                  in.nothing("n");
                  return in;
                }))
        .isNotNull();
  }

  @Test
  void setOf_isWrittenInTheOrderOfItsElements() {
    assertThat(DerWriter.setOf(DerWriter.integer(2), DerWriter.integer(1)).hex())
        .isEqualTo("3106020101020102");
  }

  @Test
  void writer_lengths_areShortest() {
    assertThat(DerWriter.octetString(Bytes.zeros(127)).slice(0, 2).hex()).isEqualTo("047f");
    assertThat(DerWriter.octetString(Bytes.zeros(128)).slice(0, 3).hex()).isEqualTo("048180");
    assertThat(DerWriter.octetString(Bytes.zeros(256)).slice(0, 4).hex()).isEqualTo("04820100");
    assertThat(DerWriter.octetString(Bytes.zeros(65536)).slice(0, 5).hex()).isEqualTo("0483010000");
  }

  @Test
  void realCertificate_walkedByHand_agreesWithTheJdk()
      throws IOException, GeneralSecurityException, FormatException {
    Bytes pem = Bytes.of(Vectors.bytes("nitro/aws-nitro-root-g1.pem"));
    Bytes raw = Pem.parse(pem, "CERTIFICATE").getFirst();
    X509Certificate jdk =
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(raw.toByteArray()));
    DerReader certificate = DerReader.of(raw).onlySequence();
    DerReader tbs = certificate.sequence("tbsCertificate");
    assertThat(tbs.optional(0).orElseThrow().integer("version")).isEqualTo(2);
    assertThat(tbs.integer("serial")).isEqualTo(jdk.getSerialNumber());
    assertThat(tbs.sequence("algorithm").oid("oid")).isEqualTo(jdk.getSigAlgOID());
    tbs.element("issuer");
    DerReader validity = tbs.sequence("validity");
    assertThat(validity.time("notBefore")).isEqualTo(jdk.getNotBefore().toInstant());
    assertThat(validity.time("notAfter")).isEqualTo(jdk.getNotAfter().toInstant());
    tbs.element("subject");
    assertThat(tbs.element("spki").toByteArray()).isEqualTo(jdk.getPublicKey().getEncoded());
    certificate.sequence("algorithm");
    assertThat(certificate.bitString("signature").toByteArray()).isEqualTo(jdk.getSignature());
    certificate.end();
  }
}
