package io.vouchsafe.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.verdict.Code;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InitDataTest {
  private static final String FOLDER = "guest-components/generated/initdata/";

  private static Optional<Bytes> read(Bytes disk) throws IOException, FormatException {
    return InitData.fromDisk(new ByteArrayInputStream(disk.toByteArray()));
  }

  private static Bytes file(String name) throws IOException {
    return Bytes.of(Vectors.bytes(FOLDER + name));
  }

  @Test
  void derivedVectors_digests_match() throws Exception {
    for (Json item :
        Json.parse(
                Bytes.of(Vectors.bytes("trustee/derived/init-data-kat.json")), JsonLimits.MESSAGE)
            .asArray("kats")) {
      Json.Obj kat = item.asObject("kat");
      InitData initData = InitData.parse(Bytes.utf8(kat.string("toml")));

      assertThat(initData.algorithm().wireName()).isEqualTo(kat.string("algorithm"));
      assertThat(initData.digest().hex()).isEqualTo(kat.string("digest"));
      assertThat(initData.digest().fit(32).hex()).isEqualTo(kat.string("snp HOST_DATA (32)"));
      assertThat(initData.digest().fit(48).hex()).isEqualTo(kat.string("tdx MRCONFIGID (48)"));
      assertThat(initData.digest().fit(64).hex()).isEqualTo(kat.string("sgx CONFIGID (64)"));
      if (kat.get("vTPM PCR8 = sha256(32 zero bytes || digest)").isPresent()) {
        assertThat(HashAlgorithm.SHA256.digest(Bytes.zeros(32).concat(initData.digest())).hex())
            .isEqualTo(kat.string("vTPM PCR8 = sha256(32 zero bytes || digest)"));
      }
    }
  }

  @Test
  void guestVectors_documentsAnnotationsAndDisks_agree() throws Exception {
    for (Json item : Json.parse(file("expected.json"), JsonLimits.MESSAGE).asArray("cases")) {
      Json.Obj vector = item.asObject("case");
      if (vector.get("name").isEmpty()) {
        continue;
      }
      String name = vector.string("name");
      Bytes toml = file(name + ".toml");
      if (!vector.string("expect").equals("accept")) {
        assertThatThrownBy(() -> InitData.parse(toml)).as(name).isInstanceOf(FormatException.class);
        continue;
      }
      InitData initData = InitData.parse(toml);

      assertThat(initData.digest().hex()).as(name).isEqualTo(vector.string("digest"));
      assertThat(read(file(name + ".img"))).as(name).contains(toml);
      assertThat(InitData.fromAnnotation(Vectors.text(FOLDER + name + ".annotation.txt")))
          .as(name)
          .isEqualTo(toml);
    }
  }

  @Test
  void guestVectors_damagedDisks_areAbsentOrRefused() throws Exception {
    for (Json item : Json.parse(file("expected.json"), JsonLimits.MESSAGE).asArray("cases")) {
      Json.Obj vector = item.asObject("case");
      if (vector.get("image").isEmpty()) {
        continue;
      }
      Bytes image = file(vector.string("image"));
      if (vector.string("expect").startsWith("not recognised")) {
        assertThat(read(image)).isEmpty();
      } else {
        assertThatThrownBy(() -> read(image)).isInstanceOf(FormatException.class);
      }
    }
  }

  @Test
  void upstreamDisk_ofTheKataAgent_reads() throws Exception {
    Bytes image =
        Bytes.of(Vectors.bytes("guest-components/upstream/initdata/kata-agent-initdata.img"));

    assertThat(read(image)).contains(Bytes.utf8("some content"));
  }

  @Test
  void upstreamDocument_withPolicy_hasAgentPolicyClaims() throws Exception {
    Bytes toml =
        Bytes.of(Vectors.bytes("guest-components/upstream/initdata/init-data-with-policy.toml"));
    InitData initData = InitData.parseAnyVersion(toml);

    assertThat(initData.digest().hex())
        .isEqualTo("0deccded0d87ec44702c7330fac3eb936b68dcca5c9f6b5df1fb3480c0b525ac");
    assertThat(initData.claims().members()).containsKey("agent_policy_claims");
    assertThat(initData.claims().members()).doesNotContainKey("policy.rego");
  }

  @Test
  void of_writtenDocument_parsesToTheSame() throws Exception {
    Map<String, String> data = new LinkedHashMap<>();
    data.put("aa.toml", "[token_configs.kbs]\nurl = \"https://10.0.2.2\"\n");
    data.put("workload.json", "{\"args\":[\"a\\\"b\",\"\u00e4\"]}");
    data.put("quotes", "it's\n''' odd ''\n");
    data.put("control", "bell \u0007 tab \t cr \r del \u007f \\ end'");
    data.put("key with \"quotes\"", "");
    InitData made = InitData.of(HashAlgorithm.SHA256, data);

    InitData parsed = InitData.parse(made.raw());

    assertThat(parsed).isEqualTo(made);
    assertThat(read(made.toDisk())).contains(made.raw());
    assertThat(made.toDisk().size() % 512).isZero();
    assertThat(InitData.fromAnnotation(made.toAnnotation())).isEqualTo(made.raw());
  }

  @Test
  void claims_tomlMembersBecomeJson_othersStayText() throws Exception {
    InitData initData =
        InitData.of(
            HashAlgorithm.SHA256,
            Map.of(
                "aa.toml", "[a]\nb = 1\nc = [true, 1.5]\n",
                "cdh.toml", "not toml",
                "policy.rego", "package p\npolicy_data := {\"containers\": []}",
                "other", "[a]"));

    Json.Obj claims = initData.claims();

    assertThat(claims.object("aa.toml").compact()).isEqualTo("{\"a\":{\"b\":1,\"c\":[true,1.5]}}");
    assertThat(claims.string("cdh.toml")).isEqualTo("not toml");
    assertThat(claims.object("agent_policy_claims").compact()).isEqualTo("{\"containers\":[]}");
    assertThat(claims.string("other")).isEqualTo("[a]");
  }

  @Test
  void claims_policyDataWithSomethingBehind_staysText() {
    InitData initData =
        InitData.of(
            HashAlgorithm.SHA256,
            Map.of("policy.rego", "policy_data := {}\ndefault AllowAll := true"));

    assertThat(initData.claims().members()).containsOnlyKeys("policy.rego");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sha-384", "SHA256", "md5", "sm3", ""})
  void parse_otherAlgorithmNames_areUnsupported(String algorithm) {
    Bytes toml =
        Bytes.utf8("version = \"0.1.0\"\nalgorithm = \"" + algorithm + "\"\n[data]\na = \"\"\n");

    assertThatThrownBy(() -> InitData.parse(toml))
        .isInstanceOfSatisfying(
            FormatException.class, e -> assertThat(e.code()).isEqualTo(Code.UNSUPPORTED_ALGORITHM));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "version = \"0.1.0\"\nalgorithm = \"sha256\"\n",
        "algorithm = \"sha256\"\n[data]\n",
        "version = \"0.1.0\"\n[data]\n",
        "version = 1\nalgorithm = \"sha256\"\n[data]\n",
        "version = \"0.1.0\"\nalgorithm = \"sha256\"\n[data]\na = 1\n",
        "version = \"0.1.0\"\nalgorithm = \"sha256\"\ndata = \"x\"\n",
        "version = \"0.1.0\"\nversion = \"0.1.0\"\nalgorithm = \"sha256\"\n[data]\n",
        "version = \"9.9.9\"\nalgorithm = \"sha256\"\n[data]\n"
      })
  void parse_otherForms_areRefused(String toml) {
    assertThatThrownBy(() -> InitData.parse(Bytes.utf8(toml))).isInstanceOf(FormatException.class);
  }

  @Test
  void parse_invalidUtf8_isRefused() {
    assertThatThrownBy(() -> InitData.parse(Bytes.of((byte) 0xff)))
        .isInstanceOf(FormatException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{a=", "[[", "a."})
  void parse_deepNesting_isRefusedNotOverflowing(String unit) {
    Bytes toml = Bytes.utf8("x = " + unit.repeat(200_000));
    Bytes keys = Bytes.utf8(unit.repeat(200_000) + " = 1");

    assertThatThrownBy(() -> InitData.parse(toml)).isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> InitData.parse(keys)).isInstanceOf(FormatException.class);
  }

  @Test
  void fromDisk_hugeLength_isRefusedBeforeReading() {
    Bytes disk = ByteWriter.littleEndian().bytes(Bytes.utf8("initdata")).u64(-1).toBytes().fit(512);

    assertThatThrownBy(() -> read(disk))
        .isInstanceOfSatisfying(
            FormatException.class, e -> assertThat(e.code()).isEqualTo(Code.OVERSIZED));
  }

  @Test
  void fromDisk_bombOfZeros_isRefused() {
    InitData bomb =
        new InitData(
            Bytes.zeros(InitData.MAX_BYTES + 1), InitData.VERSION, HashAlgorithm.SHA256, Map.of());

    assertThatThrownBy(() -> read(bomb.toDisk()))
        .isInstanceOfSatisfying(
            FormatException.class, e -> assertThat(e.code()).isEqualTo(Code.OVERSIZED));
  }

  @Test
  void fromDisk_cutAnywhere_isAbsentOrRefused() throws Exception {
    Bytes disk = InitData.of(HashAlgorithm.SHA256, Map.of("a", "b")).toDisk();
    int end = (int) (16 + disk.at(8));
    for (int length = 0; length < end; length++) {
      Bytes cut = disk.slice(0, length);
      if (length < 16) {
        assertThat(read(cut)).isEmpty();
      } else {
        assertThatThrownBy(() -> read(cut)).isInstanceOf(FormatException.class);
      }
    }
  }
}
