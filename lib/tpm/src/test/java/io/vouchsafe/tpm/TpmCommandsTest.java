package io.vouchsafe.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.testkit.Vectors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TpmCommandsTest {
  private static final Bytes NONCE =
      Bytes.of(
          new byte[] {
            0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23,
            24, 25, 26, 27, 28, 29, 30, 31
          });
  private static final Bytes SESSION_NONCE = Bytes.utf8("\u0011".repeat(16));

  private static TpmCommands at(int index) throws Exception {
    return new TpmCommands(new RecordedTpm().at(index));
  }

  private static Bytes hex(String text) {
    return Bytes.of(HexFormat.of().parseHex(text));
  }

  private static Bytes file(String name) throws IOException {
    return Bytes.of(Vectors.bytes("tpm/swtpm/" + name));
  }

  private static Json.Obj json(String name) throws Exception {
    return Json.parse(Vectors.text("tpm/swtpm/" + name), JsonLimits.MESSAGE).asObject(name);
  }

  @Test
  void getRandom_recorded_returnsBytes() throws Exception {
    assertThat(at(2).getRandom(16).hex()).isEqualTo("75fb818ff6381d600eb353030fa450d0");
  }

  @Test
  void nvReadPublic_ekCertificate_tellsItsSize() throws Exception {
    TpmCommands.NvPublic area = at(3).nvReadPublic(TpmCommands.NV_EK_CERTIFICATE_RSA2048);
    assertThat(area.size()).isEqualTo(0x3f8);
    assertThat(area.index()).isEqualTo(TpmCommands.NV_EK_CERTIFICATE_RSA2048);
  }

  @Test
  void nvRead_ekCertificate_equalsFile() throws Exception {
    assertThat(at(3).nvRead(TpmCommands.NV_EK_CERTIFICATE_RSA2048)).isEqualTo(file("ekcert.der"));
  }

  @Test
  void createEk_recorded_equalsFileAndName() throws Exception {
    TpmCommands.LoadedKey ek = at(6).createEk();
    assertThat(ek.handle()).isEqualTo(0x8000_0000);
    assertThat(ek.area().sized()).isEqualTo(file("ek.pub"));
    assertThat(ek.name()).isEqualTo(ek.area().name());
  }

  @Test
  void createPrimary_akWithOutsideInfo_equalsFileAndName() throws Exception {
    Bytes template = Bytes.fromHex("0023000b00050072000000100018000b0003001000000000");
    TpmCommands.LoadedKey ak =
        at(7)
            .createPrimary(
                TpmCommands.ENDORSEMENT,
                template,
                Bytes.utf8("outside-info"),
                List.of(PcrSelection.of(HashAlg.SHA256, 4, 7)));
    assertThat(ak.area().sized()).isEqualTo(file("ak.pub"));
    assertThat(ak.name()).isEqualTo(file("ak.name")).isEqualTo(ak.area().name());
  }

  @Test
  void pcrExtend_threeBanks_sendsRecordedBytes() throws Exception {
    RecordedTpm tpm = new RecordedTpm().at(8);
    new TpmCommands(tpm)
        .pcrExtend(
            4,
            List.of(
                digest(HashAlg.SHA1, "c65a0fb7e74ffd2c9fc3a0f9aacb0f6a24b0a68b"),
                digest(
                    HashAlg.SHA256,
                    "6923dd1bc0460082c5d55a831908c24a282860b7f1cd6c2b79cf1bc8857c639c"),
                digest(
                    HashAlg.SHA384,
                    "e1685b6426d9c5be8691ff8f95eacdc11753355667394aa23124570b14baf68ab322a3aaeb3c599c448ad5016c709a49")));
    assertThat(tpm.position()).isEqualTo(9);
  }

  private static TpmCommands.BankDigest digest(HashAlg alg, String hex) throws Exception {
    return new TpmCommands.BankDigest(alg, Bytes.fromHex(hex));
  }

  @ParameterizedTest
  @CsvSource({"SHA1,12,sha1", "SHA256,15,sha256", "SHA384,18,sha384"})
  void pcrRead_eachBank_loopsUntilComplete(HashAlg bank, int index, String member)
      throws Exception {
    List<Bytes> values = at(index).pcrRead(bank);
    Json.Obj expected = json("pcrs.json").object(member);
    for (int pcr = 0; pcr < 24; pcr++) {
      assertThat(values.get(pcr).hex()).isEqualTo(expected.string(Integer.toString(pcr)));
    }
  }

  @Test
  void pcrRead_extendedBetweenAnswers_readsAgain() throws Exception {
    RecordedTpm recorded = new RecordedTpm();
    List<Bytes> answers = new ArrayList<>();
    // An old answer for the first eight, newer ones for the rest, then a whole newer round.
    int[] order = {15, 63, 62, 63, 64};
    int[] step = {0};
    TpmTransport transport = command -> recorded.at(order[step[0]++]).transmit(command);
    answers.addAll(new TpmCommands(transport).pcrRead(HashAlg.SHA256));
    assertThat(step[0]).isEqualTo(5);
    assertThat(answers).hasSize(24);
  }

  @Test
  void pcrRead_bankThatIsAbsent_isAnError() {
    // A TPM without the bank returns an empty selection and no digest.
    TpmTransport transport =
        command -> hex("80010000001c000000000000002000000001000d0300000000000000");
    assertThatThrownBy(() -> new TpmCommands(transport).pcrRead(HashAlg.SHA512))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no bank SHA-512");
  }

  @Test
  void quote_busyOnce_isSentAgainUnchanged() throws Exception {
    RecordedTpm tpm = new RecordedTpm().at(21);
    TpmCommands.QuoteResult quote =
        new TpmCommands(tpm)
            .quote(0x8000_0001, NONCE, List.of(PcrSelection.of(HashAlg.SHA256, 0, 4, 7, 8, 11)));
    assertThat(tpm.position()).isEqualTo(23);
    assertThat(quote.message()).isEqualTo(file("quote-ecdsa.msg"));
    assertThat(quote.signature()).isEqualTo(file("quote-ecdsa.sig"));
  }

  @Test
  void anyCommand_busyForEver_givesUp() {
    int[] calls = {0};
    TpmTransport transport =
        command -> {
          calls[0]++;
          return hex("80010000000a00000922");
        };
    assertThatThrownBy(() -> new TpmCommands(transport).shutdown())
        .isInstanceOf(TpmException.class)
        .hasMessageContaining("busy");
    assertThat(calls[0]).isEqualTo(16);
  }

  @Test
  void activateCredential_rightKey_returnsSecret() throws Exception {
    RecordedTpm tpm = new RecordedTpm().at(32);
    TpmCommands commands = new TpmCommands(tpm);
    int session = commands.startPolicySession(SESSION_NONCE);
    commands.policySecretEndorsement(session);
    Json.Obj credential = json("credential.json");
    SecretBytes secret =
        commands.activateCredential(
            0x8000_0001,
            0x8000_0000,
            session,
            new Credential(
                Bytes.fromHex(credential.string("credentialBlob")),
                Bytes.fromHex(credential.string("encryptedSecret"))));
    assertThat(
            secret.matches(
                SecretBytes.copyOf(Bytes.fromHex(credential.string("secret")).toByteArray())))
        .isTrue();
  }

  @Test
  void openCredential_forAnotherKey_isIntegrityErrorAndEndsItsSession() throws Exception {
    Json.Arr all =
        (Json.Arr) Json.parse(Vectors.text("tpm/swtpm/transcript.json"), JsonLimits.MESSAGE);
    Bytes recorded = Bytes.fromHex(all.items().get(37).asObject("e").string("command"));
    RecordedTpm tpm = new RecordedTpm().at(35);
    Credential foreign =
        new Credential(recorded.slice(0x28, 0x28 + 70), recorded.slice(0x28 + 70, recorded.size()));
    assertThatThrownBy(() ->
            new TpmCommands(tpm).openCredential(0x8000_0001, 0x8000_0000, SESSION_NONCE, foreign))
        .isInstanceOfSatisfying(
            TpmException.class,
            e -> assertThat(e.responseCode()).isEqualTo(TpmException.CREDENTIAL_INTEGRITY));
    assertThat(tpm.position()).isEqualTo(39);
  }

  @Test
  void flush_recorded_sendsHandle() throws Exception {
    RecordedTpm tpm = new RecordedTpm().at(39);
    new TpmCommands(tpm).flush(0x8000_0000);
    assertThat(tpm.position()).isEqualTo(40);
  }

  @Test
  void shutdown_recorded_isClear() throws Exception {
    RecordedTpm tpm = new RecordedTpm().at(79);
    new TpmCommands(tpm).shutdown();
    assertThat(tpm.position()).isEqualTo(80);
  }

  @Test
  void startup_startedBefore_isNoError() throws Exception {
    new TpmCommands(command -> hex("80010000000a00000100")).startup();
  }

  @Test
  void startup_failureMode_isAnError() {
    assertThatThrownBy(() -> new TpmCommands(command -> hex("80010000000a00000101")).startup())
        .isInstanceOf(TpmException.class)
        .hasMessageContaining("failure mode");
  }

  @Test
  void quote_answerCutAnywhere_isAnIoException() throws Exception {
    Json.Arr all =
        (Json.Arr) Json.parse(Vectors.text("tpm/swtpm/transcript.json"), JsonLimits.MESSAGE);
    Bytes whole = Bytes.fromHex(all.items().get(22).asObject("e").string("response"));
    for (int size = 0; size < whole.size(); size++) {
      Bytes cut = whole.slice(0, size);
      assertThatThrownBy(() -> new TpmCommands(command -> cut).quote(1, NONCE, List.of()))
          .isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1DF,integrity check failed (parameter 1)",
    "99D,policy failed (session 1)",
    "18B,handle not loaded (handle 1)",
    "98E,authorisation failed (session 1)",
    "902,no room for another object: flush one",
    "921,locked out by the dictionary attack logic"
  })
  void responseCode_decoded_saysWhatAndWhere(String code, String text) {
    assertThat(TpmException.describe(Integer.parseInt(code, 16))).isEqualTo(text);
  }
}
