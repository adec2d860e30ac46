package io.vouchsafe.appraisal.rim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.rim.fuzz.SwidRimFuzzer;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.testkit.Mutations;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SwidRimTest {
  private static final Instant EXPIRES = Instant.parse("2030-01-01T00:00:00Z");
  private static final String ONE =
      "<s:Resource index='3' active='True' alternatives='1' size='48' h:Hash0='"
          + "ab".repeat(48)
          + "'/>";

  private static String document(String resources) {
    return "<s:SoftwareIdentity xmlns:s='"
        + SwidRim.SWID
        + "' xmlns:h='urn:h' xmlns:t='urn:t'>"
        + "<s:Meta product='A1' edition='GPU' colloquialVersion='1.0'"
        + " t:PlatformManufacturerStr='ACME Inc'/>"
        + "<s:Payload>"
        + resources
        + "</s:Payload></s:SoftwareIdentity>";
  }

  private static SwidRim parse(String text) throws FormatException {
    return SwidRim.parse(Bytes.utf8(text));
  }

  @Test
  void referenceValues_activeMeasurement_isNamedByMakerEditionAndIndex() throws Exception {
    assertThat(parse(document(ONE)).referenceValues(EXPIRES, "test"))
        .extracting(ReferenceValue::name, v -> v.value().compact())
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                "ACME_Inc.GPU.measurement_3", "[\"" + "ab".repeat(48) + "\"]"));
  }

  @Test
  void referenceValues_zerosAndInactive_areLeftOut() throws Exception {
    String zero = ONE.replace("ab".repeat(48), "00".repeat(48)).replace("'3'", "'4'");
    String inactive = ONE.replace("True", "False").replace("'3'", "'5'");
    assertThat(parse(document(zero + inactive)).referenceValues(EXPIRES, "test")).isEmpty();
    assertThat(parse(document(zero + inactive)).measurements()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "index='3'|index='300'",
        "index='3'|index='-1'",
        "index='3'|index=''",
        "index='3'|",
        "active='True'|active='maybe'",
        "alternatives='1'|alternatives='0'",
        "alternatives='1'|alternatives='2'",
        "alternatives='1'|alternatives='99999999999'",
        "size='48'|size='32'",
        "h:Hash0='ab|h:Hash0='zz",
        "h:Hash0='ab|h:Hash0='",
        "h:Hash0='|h:Hash1='00' h:Hash0='",
        "h:Hash0='|t:Hash0='00' h:Hash0='",
      })
  void parse_brokenResource_isRefused(String from, String to) {
    String text = document(ONE.replace(from, to == null ? "" : to));
    assertThatExceptionOfType(FormatException.class).isThrownBy(() -> parse(text));
  }

  @Test
  void parse_sameMeasurementTwice_isRefused() {
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> parse(document(ONE + ONE)))
        .withMessageContaining("measurement 3 twice");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<a/>",
        "<a",
        "no XML",
        "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        "<!DOCTYPE a SYSTEM 'file:///etc/hostname'><a/>",
        "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/hostname'>]><a>&b;</a>",
        "<!DOCTYPE a [<!ENTITY % b SYSTEM 'http://127.0.0.1:1/x'>%b;]><a/>",
        "<SoftwareIdentity/>"
      })
  void parse_otherText_isRefused(String text) {
    assertThatExceptionOfType(FormatException.class).isThrownBy(() -> parse(text));
  }

  @Test
  void parse_deepNesting_isRefused() {
    String text = document("<a>".repeat(200) + "</a>".repeat(200));
    assertThatExceptionOfType(FormatException.class).isThrownBy(() -> parse(text));
  }

  @Test
  void parse_tooLarge_isRefused() {
    String text = document("<!--" + "x".repeat(Xml.MAX_BYTES) + "-->");
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> parse(text))
        .withMessageContaining("at most");
  }

  @Test
  void parse_mutations_throwOnlyWhatIsDocumented() {
    Mutations.feed(
        SwidRimFuzzer::fuzzerTestOneInput,
        13,
        200,
        List.of(Bytes.utf8(document(ONE)).toByteArray()));
  }
}
