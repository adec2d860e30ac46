package io.vouchsafe.appraisal.corim;

import static io.vouchsafe.appraisal.corim.Manifests.END;
import static io.vouchsafe.appraisal.corim.Manifests.comid;
import static io.vouchsafe.appraisal.corim.Manifests.corim;
import static io.vouchsafe.appraisal.corim.Manifests.digest;
import static io.vouchsafe.appraisal.corim.Manifests.environment;
import static io.vouchsafe.appraisal.corim.Manifests.measurement;
import static io.vouchsafe.appraisal.corim.Manifests.tag;
import static io.vouchsafe.appraisal.corim.Manifests.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.corim.fuzz.CorimFuzzer;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Cbor;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.testkit.Mutations;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorimTest {
  private static final Instant EXPIRES = Instant.parse("2030-01-01T00:00:00Z");

  private static CorimValues imported(Cbor corim) throws Exception {
    return CorimValues.of(Corim.parse(corim.encode()), EXPIRES, "test");
  }

  private static List<String> texts(CorimValues values) {
    return values.values().stream().map(v -> v.name() + "=" + v.value().compact()).toList();
  }

  @Test
  void values_plainManifest_areNamedByVendorModelAndElement() throws Exception {
    assertThat(texts(imported(Manifests.plain())))
        .containsExactly("ACME/Anvil/firmware/digests=[\"" + "ab".repeat(32) + "\"]");
  }

  @Test
  void values_manifestThatEndsEarlier_endWithIt() throws Exception {
    assertThat(imported(Manifests.plain()).values())
        .extracting(ReferenceValue::expires)
        .containsExactly(END);
  }

  @Test
  void values_ofEveryKindThatIsRead_areThere() throws Exception {
    Cbor all =
        Cbor.map()
            .put(1, new Cbor.Tagged(553, Cbor.of(4)))
            .put(4, new Cbor.Tagged(560, Cbor.of(Bytes.of((byte) 1, (byte) 2))))
            .put(14, Cbor.map().put(2, Cbor.array(digest(7, 48, 0xcd))).build())
            .build();
    assertThat(texts(imported(corim(tag(comid("ACME", measurement(all)))))))
        .containsExactly(
            "ACME/Anvil/firmware/raw_bytes=\"0102\"",
            "ACME/Anvil/firmware/min_svn=4",
            "ACME/Anvil/firmware/registers/2=[\"" + "cd".repeat(48) + "\"]");
  }

  @Test
  void values_severalTriplesOfOneName_areAlternatives() throws Exception {
    Cbor first = comid("ACME", measurement(values(2, Cbor.array(digest(1, 32, 1)))));
    Cbor second = comid("ACME", measurement(values(2, Cbor.array(digest(1, 32, 2)))));
    assertThat(texts(imported(corim(tag(first), tag(second)))))
        .containsExactly(
            "ACME/Anvil/firmware/digests=[\""
                + "01".repeat(32)
                + "\",\""
                + "02".repeat(32)
                + "\"]");
  }

  @Test
  void values_digestsOfOneMeasurementThatDiffer_areRefused() {
    Cbor torn =
        comid("ACME", measurement(values(2, Cbor.array(digest(1, 32, 1), digest(1, 32, 2)))));
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> imported(corim(tag(torn))))
        .satisfies(refused -> {
          assertThat(refused.refusal().code()).isEqualTo(Code.REFERENCE_VALUE_CONTRADICTION);
          assertThat(refused.refusal().check()).isEqualTo("corim.agreement");
        });
  }

  @Test
  void values_whatIsNotUnderstood_isReported() throws Exception {
    Cbor strange =
        Cbor.map()
            .put(2, Cbor.array(digest(1, 32, 1)))
            .put(3, Cbor.map().build())
            .put(5, Cbor.of(Bytes.of((byte) 1)))
            .put(4, Cbor.of(Bytes.of((byte) 1)))
            .build();
    Cbor swid = new Cbor.Tagged(505, Cbor.of(Bytes.EMPTY));
    Cbor series = comid(8, Cbor.array());
    Cbor keys = comid(3, Cbor.array(Cbor.array(environment("ACME"), Cbor.array(Cbor.of("a key")))));
    CorimValues values =
        imported(corim(swid, tag(comid("ACME", measurement(strange))), tag(series), tag(keys)));
    assertThat(values.values()).hasSize(1);
    assertThat(String.join("\n", values.notUnderstood()))
        .contains("tag 505", "measured value", "triples", "1 key triples", "under a mask");
  }

  @Test
  void values_nameBeyondTheBound_isReportedNotStored() throws Exception {
    CorimValues values =
        imported(
            corim(
                tag(comid("A".repeat(300), measurement(values(2, Cbor.array(digest(1, 32, 1))))))));
    assertThat(values.values()).isEmpty();
    assertThat(values.notUnderstood()).anyMatch(what -> what.contains("characters"));
  }

  @Test
  void parse_keyTripleWithConditions_isNotTakenWithoutThem() throws Exception {
    Cbor triple = Cbor.array(environment("ACME"), Cbor.array(Cbor.of("a key")), Cbor.map().build());
    Corim corim = Corim.parse(corim(tag(comid(3, Cbor.array(triple)))).encode());
    assertThat(corim.modules().getFirst().keys()).isEmpty();
    assertThat(corim.modules().getFirst().notUnderstood())
        .containsExactly("conditions of a key triple");
  }

  @Test
  void parse_signedManifest_isNotTakenAsUnsigned() throws Exception {
    Bytes signed = Manifests.signed(Manifests.plain(), Manifests.key());
    assertThatExceptionOfType(FormatException.class).isThrownBy(() -> Corim.parse(signed));
  }

  @Test
  void parse_uuidIds_areTextWithDashes() throws Exception {
    Cbor id = new Cbor.Tagged(37, Cbor.of(Bytes.fromHex("31fb5abf023e4992aa4e95f9c1503bfa")));
    Cbor measured = Cbor.map().put(0, id).put(1, values(2, Cbor.array(digest(1, 32, 1)))).build();
    assertThat(texts(imported(corim(tag(comid("ACME", measured))))).getFirst())
        .startsWith("ACME/Anvil/31fb5abf-023e-4992-aa4e-95f9c1503bfa/digests=");
  }

  /// Each is the measurement of a manifest that must not be read.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a0", // no values
        "a10101", // values that are no map
        "a101a10280", // no digest
        "a101a1028181", // cut off
        "a101a102818101", // a digest of one part
        "a101a10281820143010203", // SHA-256 of three bytes
        "a101a102818201182a", // a digest that is a number
        "a101a10163616263", // a version that is text
        "a101a104d90233814101", // a raw value without its mask
        "a101a104d902338241014102" + "00", // trailing bytes
        "a101a104d90233824101420102", // a mask of another length
        "a200f501a10280", // an element named true
        "a101a10ea2018182015820"
            + "0000000000000000000000000000000000000000000000000000000000000000"
            + "6131"
            + "8182015820"
            + "0000000000000000000000000000000000000000000000000000000000000000"
      })
  void parse_brokenMeasurement_isRefused(String hex) throws Exception {
    Bytes measurement = Bytes.fromHex(hex);
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> Measurement.parse(Cbor.parse(measurement, Corim.LIMITS)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a0", // an empty map
        "80",
        "a1006161", // no tags
        "a2006161018101", // a tag that is a number
        "a20061610181d901fa41ff", // a module that is no CBOR
        "a20061610181d901fa41a0", // a module without identity
        "a300616101800382613161" + "32", // two profiles
        "a3006161018004a0", // a validity without end
        "a3006161018004a1016161", // an end that is text
        "a3006161018004a1011b7fffffffffffffff" // an end beyond all calendars
      })
  void parse_brokenManifest_isRefused(String hex) throws Exception {
    Bytes manifest = Bytes.fromHex(hex);
    assertThatExceptionOfType(FormatException.class).isThrownBy(() -> Corim.parse(manifest));
  }

  @Test
  void parse_mutations_throwOnlyWhatIsDocumented() throws Exception {
    Mutations.feed(
        CorimFuzzer::fuzzerTestOneInput,
        11,
        300,
        List.of(
            Manifests.plain().encode().toByteArray(),
            Manifests.signed(Manifests.plain(), Manifests.key()).toByteArray()));
  }
}
