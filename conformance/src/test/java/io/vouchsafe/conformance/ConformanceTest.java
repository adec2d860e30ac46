package io.vouchsafe.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.protocol.HashAlgorithm;
import io.vouchsafe.protocol.InitData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConformanceTest {
  private static final String URIS =
      """
      {"valid":[{"uri":"kbs:///a/b/c","path":"a/b/c","kbs_url_path":"/kbs/v0/resource/a/b/c"}],
       "invalid":[{"uri":"http:///a/b/c","why":"scheme"}],"too_short":["kbs:///a/b"]}\
      """;

  @TempDir private Path dir;

  private void put(String name, String text) throws IOException {
    Path file = dir.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private Report run(String... skip) throws IOException {
    return Conformance.run(dir, Set.of(skip));
  }

  @Test
  void folder_withoutCases_passes() throws IOException {
    put("a/other.json", "not JSON at all");
    put("a/my-cases.json", "[{\"kind\":\"x\"}]");
    assertThat(run().results()).isEmpty();
    assertThat(run().exitCode()).isEqualTo(Report.EXIT_PASSED);
  }

  @Test
  void folder_thatIsNone_isAnError() {
    assertThatThrownBy(() -> Conformance.run(dir.resolve("none"), Set.of()))
        .isInstanceOf(IOException.class);
  }

  @Test
  void cases_inDeepFolders_areFoundUnderAnyName() throws IOException {
    put("x/y/z/cases.json", URIS);
    put("q/expected.json", URIS);
    Report report = run();
    assertThat(report.passed()).hasSize(6);
    assertThat(report.passed().getFirst().file()).isEqualTo("q/expected.json");
    assertThat(report.exitCode()).isEqualTo(Report.EXIT_PASSED);
  }

  @Test
  void folder_behindALink_isWalked() throws IOException {
    put("real/cases.json", URIS);
    Path link = Files.createSymbolicLink(dir.resolve("link"), dir.resolve("real"));
    assertThat(Conformance.run(link, Set.of()).passed()).hasSize(3);
    assertThat(run().passed()).as("links inside are not followed").hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({
    "'a/b/c\",\"kbs','a/x/c\",\"kbs'",
    "/kbs/v0/resource/,/kbs/v1/resource/",
    "http:///,kbs:///",
    "kbs:///a/b\"],kbs:///a/b/c\"]"
  })
  void case_thatComesOutDifferently_differs(String from, String to) throws IOException {
    put("cases.json", URIS.replace(from, to));
    Report report = run();
    assertThat(report.differing()).hasSize(1);
    assertThat(report.exitCode()).isEqualTo(Report.EXIT_DIFFERING);
    assertThat(report.table()).contains("differs: cases.json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[", "{\"a\":1,\"a\":2}", "\ufeff[]", "[1e99999999999]"})
  void file_thatIsNotJson_differs(String text) throws IOException {
    put("cases.json", text);
    assertThat(run().differing())
        .singleElement()
        .satisfies(d -> assertThat(d.id()).isEqualTo("file"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{\"kind\":\"martian\",\"id\":\"a\"}]|martian",
        "[{\"keyring\":\"e\",\"signature\":\"n\"}]|simple-signing",
        "{\"cases\":[{\"sealed\":\"e\"}]}|sealed-secret",
        "{\"events\":[],\"must_reject\":[]}|aael",
        "[{\"what\":\"ever\"}]|folder",
        "[{\"kind\":7}]|folder",
        "[{\"kind\":\"\"}]|folder",
        "[]|folder",
        "7|folder",
        "[1,2]|folder",
        "{}|folder"
      })
  void kind_thatIsNotKnown_hasAStableName(String text, String kind) throws IOException {
    put("folder/cases.json", text);
    assertThat(run().unknown())
        .singleElement()
        .satisfies(u -> assertThat(u.kind()).isEqualTo(kind));
    assertThat(run().exitCode()).isEqualTo(Report.EXIT_UNKNOWN);
    assertThat(run(kind).exitCode()).isEqualTo(Report.EXIT_PASSED);
    assertThat(run(kind).skipped()).hasSize(1);
    assertThat(run("another").exitCode()).isEqualTo(Report.EXIT_UNKNOWN);
  }

  @Test
  void difference_besideAnUnknownKind_decidesTheExitCode() throws IOException {
    put("a/cases.json", URIS.replace("http:///", "kbs:///"));
    put("b/cases.json", "[{\"kind\":\"x\"}]");
    assertThat(run().exitCode()).isEqualTo(Report.EXIT_DIFFERING);
    assertThat(run("resource-uri", "x").exitCode()).isEqualTo(Report.EXIT_PASSED);
  }

  @Test
  void report_asJson_countsByKind() throws IOException {
    put("a/cases.json", URIS.replace("http:///", "kbs:///"));
    put("b/cases.json", "[{\"kind\":\"x\"}]");
    assertThat(run().toJson().compact())
        .isEqualTo(
            "{\"passed\":2,\"differing\":1,\"unknown\":1,\"skipped\":0,\"disputed\":0,\"kinds\":{"
                + "\"resource-uri\":{\"passed\":2,\"differing\":1,\"unknown\":0,\"skipped\":0,\"disputed\":0},"
                + "\"x\":{\"passed\":0,\"differing\":0,\"unknown\":1,\"skipped\":0,\"disputed\":0}},"
                + "\"unknown_kinds\":[\"x\"],\"cases\":[{\"file\":\"a/cases.json\","
                + "\"case\":\"kbs:///a/b/c\",\"kind\":\"resource-uri\","
                + "\"expected\":\"a refusal\",\"found\":\"accepted\"}],\"disputed_cases\":[]}");
  }

  private void putInitData(Json.Obj item) throws IOException {
    InitData made = InitData.of(HashAlgorithm.SHA256, Map.of("a", "b"));
    Files.write(dir.resolve("x.toml"), made.raw().toByteArray());
    Files.write(dir.resolve("x.img"), made.toDisk().toByteArray());
    Files.writeString(dir.resolve("x.annotation.txt"), made.toAnnotation());
    put("expected.json", Json.array(item).compact());
  }

  private static Json.ObjBuilder initData() {
    Bytes digest = InitData.of(HashAlgorithm.SHA256, Map.of("a", "b")).digest();
    return Json.object()
        .put("name", "x")
        .put("expect", "accept")
        .put("algorithm", "sha256")
        .put("digest", digest.hex())
        .put("sgx_configid", digest.fit(64).hex());
  }

  @Test
  void initData_inAllItsForms_passes() throws IOException {
    putInitData(initData().build());
    assertThat(run().passed()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "expect,reject",
    "expect,perhaps",
    "digest,00",
    "algorithm,sha384",
    "sgx_configid,00",
    "tdx_mrconfigid,00",
    "vtpm_pcr8_sha256,not possible: wrong bank",
  })
  void initData_withAnotherExpectation_differs(String member, String value) throws IOException {
    putInitData(initData().build().with(member, Json.of(value)));
    assertThat(run().differing()).hasSize(1);
  }

  @Test
  void initData_withAnotherDisk_differs() throws IOException {
    putInitData(initData().build());
    InitData other = InitData.of(HashAlgorithm.SHA256, Map.of("a", "c"));
    Files.write(dir.resolve("x.img"), other.toDisk().toByteArray());
    assertThat(run().differing()).hasSize(1);
  }

  @Test
  void case_withoutExpectationOrFile_differs() throws IOException {
    putInitData(initData().build());
    put(
        "expected.json",
        "[{\"name\":\"x\",\"expect\":7},{\"name\":\"gone\",\"expect\":\"accept\"},{\"image\":\"gone.img\",\"expect\":\"error\"},{\"image\":\"x.img\"}]");
    assertThat(run().differing()).hasSize(4);
  }

  @Test
  void initData_damagedDisk_mustBeRefused() throws IOException {
    putInitData(initData().build());
    put("bad.img", "initdata");
    put(
        "expected.json",
        "[{\"name\":\"x\"},{\"image\":\"bad.img\",\"expect\":\"error\"},{\"image\":\"x.img\",\"expect\":\"error\"}]");
    Report report = run();
    assertThat(report.passed()).hasSize(2);
    assertThat(report.differing())
        .singleElement()
        .satisfies(d -> assertThat(d.id()).isEqualTo("x.img"));
  }

  @Test
  void runtimeData_withAnotherDigest_differs() throws IOException {
    put(
        "x-kat.json",
        "[{\"object\":{\"b\":1,\"a\":2},\"canonical\":\"{\\\"a\\\":2,\\\"b\\\":1}\"},"
            + "{\"object\":{},\"canonical\":\"{}\",\"sha256\":\"00\"},"
            + "{\"object\":{\"b\":1,\"a\":2},\"canonical\":\"{\\\"b\\\":1,\\\"a\\\":2}\"}]");
    assertThat(run().passed()).hasSize(1);
    assertThat(run().differing()).hasSize(2);
  }

  @Test
  void eventLog_ofWrongShape_differs() throws IOException {
    put("log.bin", "no event log");
    put(
        "cases.json",
        "[{\"kind\":\"tcg-event-log\",\"file\":\"log.bin\"},{\"kind\":\"tcg-event-log\"},"
            + "{\"kind\":\"tcg-event-log\",\"file\":\"none\"},"
            + "{\"kind\":\"tcg-event-log\",\"file\":\"log.bin\",\"expect\":\"reject\"},{\"kind\":\"y\"}]");
    Report report = run();
    assertThat(report.differing()).hasSize(3);
    assertThat(report.passed()).hasSize(1);
    assertThat(report.unknown()).hasSize(1);
  }

  @Test
  void eventLog_withOtherRegisters_differs() throws IOException {
    put("eventlog.bin", "");
    put("pcrs.json", "{\"sha1\":{\"0\":\"" + "00".repeat(20) + "\"},\"sha256\":{\"0\":\"00\"}}");
    Report report = run();
    assertThat(report.passed()).hasSize(1);
    assertThat(report.differing()).hasSize(1);
  }

  @Test
  void sealedReply_malformed_differs() throws IOException {
    put(
        "kbs-response-jwe.json",
        "[{\"response\":{\"encrypted_key\":\"\"},\"key\":\"none.pem\"},"
            + "{\"response\":{\"encrypted_key\":\"\"},\"private-jwk\":{\"kty\":\"oct\"}},"
            + "{\"response\":{\"encrypted_key\":\"\"},\"private-jwk\":7}]");
    assertThat(run().differing()).hasSize(3);
  }

  @Test
  void tpmQuote_thatIsNoneOrWithoutItsKey_differs() throws IOException {
    put("pcrs.json", "{}");
    put("a.msg", "x");
    put("a.sig", "x");
    put("lonely.msg", "x");
    assertThat(run().differing()).singleElement().satisfies(d -> assertThat(d.id()).isEqualTo("a"));
  }

  @Test
  void transcript_withOtherReportDataOrMalformed_differs() throws IOException {
    put(
        "x-transcript.json",
        """
        {"auth-request":{"version":"0.4.0","tee":"sample","extra-params":""},
         "auth-response":{"nonce":"n","extra-params":""},
         "attest-request":{"init-data":null,
           "runtime-data":{"nonce":"n","tee-pubkey":{"kty":"RSA","alg":"RSA-OAEP-256","n":"AQAB","e":"AQAB"}},
           "tee-evidence":{"primary_evidence":{"svn":"1","report_data":"AAAA"},"additional_evidence":""}},
         "attest-request-2":{}}\
        """);
    assertThat(run().differing()).hasSize(2);
    put("y-transcript.json", "{\"auth-request\":{}}");
    assertThat(run().results()).hasSize(2);
  }

  @Test
  void table_isReadAtATerminal() throws IOException {
    put("a/cases.json", URIS.replace("http:///", "kbs:///"));
    put("b/cases.json", "[{\"kind\":\"x\"},{\"kind\":\"y\"},{\"kind\":\"x\"}]");
    assertThat(run("y").table())
        .isEqualToNormalizingNewlines(
            """
            kind          passed  differing  unknown  skipped
            resource-uri       2          1        -        -
            x                  -          -        2        -
            y                  -          -        -        1
            all                2          1        2        1

            differs: a/cases.json, kbs:///a/b/c (resource-uri)
              expected a refusal
              found    accepted

            unknown to this release (--skip KIND leaves one out): x
            """);
  }
}
