package io.vouchsafe.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DerReader;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.testkit.Vectors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TpmVectorsTest {
  private static final String NONCE =
      "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

  private static Bytes file(String name) throws IOException {
    return Bytes.of(Vectors.bytes("tpm/swtpm/" + name));
  }

  @ParameterizedTest
  @CsvSource({
    "quote-ecdsa,ak", "quote-p384,ak-p384", "quote-rsassa,ak-rsassa", "quote-rsapss,ak-rsapss",
    "certify,ak", "certifycreation,ak", "gettime,ak", "nvcertify,ak"
  })
  void attestation_recorded_isByItsKeyWithItsNonce(String attestation, String key)
      throws Exception {
    Bytes message = file(attestation + ".msg");
    TpmtPublic ak = TpmtPublic.parseSized(file(key + ".pub"));
    TpmsAttest attest = TpmsAttest.parse(message);
    assertThat(attest.extraData().hex()).isEqualTo(NONCE);
    assertThat(TpmtSignature.parse(file(attestation + ".sig")).isBy(ak.publicKey(), message))
        .isTrue();
    assertThat(ak.isAttestationKey()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"quote-ecdsa,ak", "quote-p384,ak-p384", "quote-rsassa,ak-rsassa"})
  void quote_recorded_signerIsTheKeyInItsHierarchy(String quote, String key) throws Exception {
    TpmtPublic ak = TpmtPublic.parseSized(file(key + ".pub"));
    assertThat(TpmsAttest.parse(file(quote + ".msg")).qualifiedSigner())
        .isEqualTo(ak.qualifiedName(TpmCommands.ENDORSEMENT))
        .isNotEqualTo(ak.qualifiedName(TpmCommands.OWNER));
  }

  @Test
  void quote_ofCloudTpm_isOverItsRegisters() throws Exception {
    Json.Obj recorded =
        Json.parse(Vectors.text("tpm/gcp-vtpm-amd.json"), JsonLimits.MESSAGE).asObject("recorded");
    Json.Obj signed = recorded.object("attestation").object("tpm").object("ecc_p256");
    Json.Obj key = recorded.object("ak_pubkeys").object("ecc_p256");
    Bytes message = Bytes.fromHex(signed.string("attest_data"));
    DerReader rs = DerReader.of(Bytes.fromHex(signed.string("signature"))).onlySequence();
    ByteWriter signature = ByteWriter.bigEndian().u16(TpmAlg.ECDSA).u16(TpmAlg.SHA256);
    for (String half : List.of("r", "s")) {
      signature.sized16(Spki.unsigned(rs.integer(half), 32));
    }
    Bytes spki =
        Spki.ec(TpmAlg.CURVE_P256, Bytes.fromHex(key.string("x")), Bytes.fromHex(key.string("y")));
    assertThat(
            TpmtSignature.parse(signature.toBytes())
                .isBy(TpmtPublic.publicKey(spki, "EC"), message))
        .isTrue();
    TpmsAttest attest = TpmsAttest.parse(message);
    assertThat(attest.extraData().hex()).isEqualTo(recorded.string("nonce"));
    TpmsAttest.Quote quote = (TpmsAttest.Quote) attest.attested();
    List<Bytes> values = new ArrayList<>();
    for (int pcr = 0; pcr < 24; pcr++) {
      String value = recorded.object("pcrs").object("sha256").string(Integer.toString(pcr));
      values.add(Bytes.fromHex(value));
    }
    assertThat(PcrSelection.digest(HashAlg.SHA256, quote.selections().getFirst(), values))
        .isEqualTo(quote.digest());
  }

  @ParameterizedTest
  @ValueSource(strings = {"quote-ecdsa", "quote-p384"})
  void quote_recorded_digestIsOfItsPcrs(String name) throws Exception {
    TpmsAttest.Quote quote = (TpmsAttest.Quote) TpmsAttest.parse(file(name + ".msg")).attested();
    PcrSelection selection = quote.selections().getFirst();
    HashAlg bank = HashAlg.of(selection.hash(), 0);
    HashAlg scheme = TpmtSignature.parse(file(name + ".sig")).hash();
    assertThat(PcrSelection.digest(scheme, selection, pcrs(bank))).isEqualTo(quote.digest());
  }

  private static List<Bytes> pcrs(HashAlg bank) throws Exception {
    Json.Obj values =
        Json.parse(Vectors.text("tpm/swtpm/pcrs.json"), JsonLimits.MESSAGE)
            .asObject("pcrs")
            .object(bank.name().toLowerCase(java.util.Locale.ROOT));
    List<Bytes> list = new ArrayList<>();
    for (int pcr = 0; pcr < 24; pcr++) {
      list.add(Bytes.fromHex(values.string(Integer.toString(pcr))));
    }
    return list;
  }

  @Test
  void certify_recorded_namesTheKey() throws Exception {
    TpmsAttest.Certify certify =
        (TpmsAttest.Certify) TpmsAttest.parse(file("certify.msg")).attested();
    assertThat(certify.name()).isEqualTo(TpmtPublic.parseSized(file("certify-key.pub")).name());
  }

  @Test
  void creation_recorded_namesTheKeyAndItsCreationData() throws Exception {
    TpmsAttest.Creation creation =
        (TpmsAttest.Creation) TpmsAttest.parse(file("certifycreation.msg")).attested();
    assertThat(creation.objectName()).isEqualTo(file("ak.name"));
    assertThat(creation.creationHash())
        .isEqualTo(HashAlg.SHA256.digest(file("certifycreation.creationdata")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ak", "ak-p384", "ak-rsassa", "ak-rsapss", "ek", "srk", "sealed", "certify-key"})
  void publicArea_recorded_writesWhatItRead(String name) throws Exception {
    Bytes sized = file(name + ".pub");
    assertThat(TpmtPublic.parseSized(sized).sized()).isEqualTo(sized);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ak", "ak-p384", "ak-rsassa", "ek", "srk"})
  void publicArea_asSpki_isWhatTheJdkWrites(String name) throws Exception {
    TpmtPublic area = TpmtPublic.parseSized(file(name + ".pub"));
    assertThat(Bytes.of(area.publicKey().getEncoded())).isEqualTo(area.spki());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ak", "ek", "sealed"})
  void publicArea_cutOrExtended_isMalformed(String name) throws Exception {
    Bytes area = TpmtPublic.parseSized(file(name + ".pub")).raw();
    for (int size = 0; size < area.size(); size++) {
      Bytes cut = area.slice(0, size);
      assertThatThrownBy(() -> TpmtPublic.parse(cut)).isInstanceOf(FormatException.class);
    }
    assertThatThrownBy(() -> TpmtPublic.parse(area.concat(Bytes.zeros(1))))
        .isInstanceOf(FormatException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"quote-ecdsa", "certify", "certifycreation", "gettime", "nvcertify"})
  void attestation_cutOrExtended_isMalformed(String name) throws Exception {
    Bytes message = file(name + ".msg");
    for (int size = 0; size < message.size(); size++) {
      Bytes cut = message.slice(0, size);
      assertThatThrownBy(() -> TpmsAttest.parse(cut)).isInstanceOf(FormatException.class);
    }
    assertThatThrownBy(() -> TpmsAttest.parse(message.concat(Bytes.zeros(1))))
        .isInstanceOf(FormatException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"quote-ecdsa", "quote-rsassa"})
  void signature_cutOrExtended_isMalformed(String name) throws Exception {
    Bytes signature = file(name + ".sig");
    for (int size = 0; size < signature.size(); size++) {
      Bytes cut = signature.slice(0, size);
      assertThatThrownBy(() -> TpmtSignature.parse(cut)).isInstanceOf(FormatException.class);
    }
    assertThatThrownBy(() -> TpmtSignature.parse(signature.concat(Bytes.zeros(1))))
        .isInstanceOf(FormatException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "quote-ecdsa,ak",
    "quote-p384,ak-p384",
    "quote-rsassa,ak-rsassa",
    "quote-rsapss,ak-rsapss"
  })
  void signature_everyByteOfTheMessageFlipped_isNotByTheKey(String name, String key)
      throws Exception {
    byte[] message = file(name + ".msg").toByteArray();
    TpmtSignature signature = TpmtSignature.parse(file(name + ".sig"));
    var ak = TpmtPublic.parseSized(file(key + ".pub")).publicKey();
    for (int i = 0; i < message.length; i++) {
      message[i] ^= 1;
      assertThat(signature.isBy(ak, Bytes.of(message))).as("byte %d", i).isFalse();
      message[i] ^= 1;
    }
  }

  @Test
  void signature_byKeyOfAnotherKind_isNotByTheKey() throws Exception {
    Bytes message = file("quote-ecdsa.msg");
    TpmtSignature signature = TpmtSignature.parse(file("quote-ecdsa.sig"));
    var rsa = TpmtPublic.parseSized(file("ak-rsassa.pub")).publicKey();
    var p384 = TpmtPublic.parseSized(file("ak-p384.pub")).publicKey();
    assertThat(signature.isBy(rsa, message)).isFalse();
    assertThat(signature.isBy(p384, message)).isFalse();
  }

  @Test
  void signature_withSha1_isRefused() throws Exception {
    byte[] signature = file("quote-rsassa.sig").toByteArray();
    signature[3] = 4;
    assertThatThrownBy(() -> TpmtSignature.parse(Bytes.of(signature)))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("SHA-1");
  }

  @Test
  void attestationKey_thatMayDecryptOrIsUnrestricted_isNone() throws Exception {
    assertThat(TpmtPublic.parseSized(file("ek.pub")).isAttestationKey()).isFalse();
    assertThat(TpmtPublic.parseSized(file("certify-key.pub")).isAttestationKey()).isFalse();
  }
}
