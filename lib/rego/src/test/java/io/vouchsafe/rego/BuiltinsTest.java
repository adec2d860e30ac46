package io.vouchsafe.rego;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Built-in functions, one line each; the conformance cases hold many more.
@Timeout(60)
class BuiltinsTest {
  private static final Limits SMALL = new Limits(1_000_000, 64, 200_000, Duration.ofSeconds(5));

  private static String value(String expression, Limits limits) throws Exception {
    return Rego.policy("package t\np := " + expression)
        .query("data.t.p")
        .evaluate(Evaluation.of(Rego.CAPABILITIES).withLimits(limits))
        .value()
        .map(Value::toString)
        .orElse("undefined");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '→',
      quoteCharacter = '~',
      value = {
        "concat(\", \", [\"a\", \"b\"]) → \"a, b\"",
        "format_int(255.9, 16) → \"ff\"",
        "indexof(\"añb\", \"b\") → 2",
        "indexof_n(\"aaa\", \"aa\") → [0, 1]",
        "replace(\"aa\", \"\", \"-\") → \"-a-a-\"",
        "split(\"a.b.\", \".\") → [\"a\", \"b\", \"\"]",
        "split(\"añ\", \"\") → [\"a\", \"ñ\"]",
        "substring(\"año\", 1, -1) → \"ño\"",
        "trim(\"..a.\", \".\") → \"a\"",
        "trim_space(\" a\\t\") → \"a\"",
        "sprintf(\"%s is %d, %v\", [\"x\", 3, {\"a\": [1]}]) → \"x is 3, {\\\"a\\\": [1]}\"",
        "sprintf(\"%05.1f|%-4s|%4s|%x\", [3.14159, \"a\", \"b\", 255]) → \"003.1|a   |   b|ff\"",
        "sprintf(\"%d\", [\"a\"]) → \"%!d(string=a)\"",
        "sprintf(\"%d %d\", [1]) → \"1 %!d(MISSING)\"",
        "sprintf(\"%[2]d %[1]d\", [1, 2]) → \"2 1\"",
        "sum([1, 2.5]) → 3.5",
        "max({3, 10, 2}) → 10",
        "sort([3, \"a\", null, 1]) → [null, 1, 3, \"a\"]",
        "object.get({\"a\": [1, {\"b\": 2}]}, [\"a\", 1, \"b\"], 0) → 2",
        "object.get({\"a\": 1}, \"b\", \"none\") → \"none\"",
        "object.union({\"a\": {\"b\": 1}}, {\"a\": {\"c\": 2}}) → {\"a\": {\"b\": 1, \"c\": 2}}",
        "object.subset([1, 2, 3], [2, 3]) → true",
        "json.filter({\"a\": {\"b\": 1, \"c\": 2}}, [\"a/b\"]) → {\"a\": {\"b\": 1}}",
        "json.remove({\"a\": {\"b\": 1, \"c\": 2}}, [[\"a\", \"b\"]]) → {\"a\": {\"c\": 2}}",
        "json.patch({\"a\": 1}, [{\"op\": \"add\", \"path\": \"/b\", \"value\": 2}])"
            + " → {\"a\": 1, \"b\": 2}",
        "json.marshal({\"b\": {2, 1}, \"a\": \"<\"}) → \"{\\\"a\\\":\\\"\\\\u003c\\\",\\\"b\\\":[1,2]}\"",
        "json.unmarshal(\"[1, 1.0]\") → [1, 1]",
        "base64url.encode_no_pad(\"a?>\") → \"YT8-\"",
        "urlquery.encode(\"a b*~\") → \"a+b%2A~\"",
        "regex.replace(\"abc\", \"(b)\", \"<$1>\") → \"a<b>c\"",
        "regex.find_all_string_submatch_n(\"a(.)\", \"ab ac\", -1) → [[\"ab\", \"b\"], [\"ac\", \"c\"]]",
        "regex.globs_match(\"a.*\", \"[a-c]b+\") → true",
        "glob.match(\"*.example.com\", [\".\"], \"a.b.example.com\") → false",
        "glob.match(\"**.example.{com,org}\", [\".\"], \"a.b.example.org\") → true",
        "numbers.range(3, 1) → [3, 2, 1]",
        "bits.lsh(1, 70) → 1180591620717411303424",
        "bits.negate(0) → -1",
        "units.parse_bytes(\"1.5KiB\") → 1536",
        "units.parse(\"10m\") → 0.01",
        "semver.compare(\"1.0.0-rc.1\", \"1.0.0\") → -1",
        "time.parse_rfc3339_ns(\"1970-01-01T00:00:01.5+00:00\") → 1500000000",
        "time.parse_ns(\"RFC1123Z\", \"Thu, 01 Jan 1970 01:00:00 +0100\") → 0",
        "time.format([1500000000, \"UTC\", \"Mon Jan _2 15:04:05.000 2006\"])"
            + " → \"Thu Jan  1 00:00:01.500 1970\"",
        "time.add_date(0, 0, 1, 30) → 5270400000000000",
        "time.diff(86400000000000, 0) → [0, 0, 1, 0, 0, 0]",
        "time.parse_duration_ns(\"1h1.5s\") → 3601500000000",
        "net.cidr_contains(\"10.0.0.0/8\", \"10.1.2.3\") → true",
        "net.cidr_merge([\"10.0.0.0/9\", \"10.128.0.0/9\"]) → {\"10.0.0.0/8\"}",
        "net.cidr_expand(\"::1:0/127\") → {\"::1:0\", \"::1:1\"}",
        "graph.reachable({\"a\": [\"b\"], \"b\": [\"a\"], \"c\": []}, [\"a\"]) → {\"a\", \"b\"}",
        "crypto.sha256(\"\")"
            + " → \"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"",
        "crypto.hmac.equal(\"a\", \"a\") → true",
        "type_name({1}) → \"set\"",
        "to_number(\"-1.50\") → -1.5",
        "count(\"año\") → 3"
      })
  void call_hasTheValue(String expression, String expected) throws Exception {
    assertThat(value(expression, Limits.GENEROUS)).as(expression).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "format_int(1, 3)",
        "indexof(\"a\", \"\")",
        "substring(\"a\", -1, 1)",
        "to_number(\"0x10\")",
        "to_number(\"Infinity\")",
        "json.unmarshal(\"{\\\"a\\\": 1, \\\"a\\\": 2}\")",
        "base64.decode(\"*\")",
        "hex.decode(\"abc\")",
        "regex.match(\"(\", \"a\")",
        "regex.match(\"(a)\\\\1\", \"aa\")",
        "regex.globs_match(\"a]\", \"a\")",
        "glob.match(\"{a\", [], \"a\")",
        "bits.lsh(1, -1)",
        "bits.and(1.5, 1)",
        "numbers.range_step(1, 2, 0)",
        "units.parse(\"1 K\")",
        "units.parse_bytes(\"KB\")",
        "semver.compare(\"1\", \"1.0.0\")",
        "time.parse_ns(\"2006-01-02\", \"2006-13-01\")",
        "time.parse_rfc3339_ns(\"9999-01-01T00:00:00Z\")",
        "time.parse_duration_ns(\"1\")",
        "time.date([0, \"Nowhere/None\"])",
        "net.cidr_contains(\"10.0.0.0/33\", \"10.0.0.1\")",
        "net.cidr_contains(\"010.0.0.0/8\", \"10.0.0.1\")",
        "json.patch({}, [{\"op\": \"remove\", \"path\": \"/a\"}])",
        "json.patch([1], [{\"op\": \"add\", \"path\": \"/01\", \"value\": 2}])",
        "io.jwt.decode(\"a.b\")",
        "io.jwt.decode_verify(\"a.b.c\", {\"cert\": \"x\", \"secret\": \"y\"})",
        "io.jwt.decode_verify(\"a.b.c\", {\"secret\": \"y\", \"nope\": 1})",
        "uuid.parse(\"00000000-0000-0000-0000-00000000000\")",
        "http.send({\"method\": \"get\", \"url\": \"http://127.0.0.1:1\"})",
        "max([])"
      })
  void call_withoutValue_isUndefined(String expression) throws Exception {
    assertThat(value(expression, Limits.GENEROUS)).as(expression).isEqualTo("undefined");
  }

  /// Tokens that a verifier must not be talked into.
  @Test
  void decodeVerify_algorithmNone_isNotVerified() throws Exception {
    String token =
        "io.jwt.decode_verify(concat(\".\", [base64url.encode_no_pad(`{\"alg\":\"none\"}`),"
            + " base64url.encode_no_pad(`{}`), \"\"]), {\"secret\": \"s\"})";
    assertThat(value(token, Limits.GENEROUS)).isEqualTo("[false, {}, {}]");
  }

  @Test
  void decodeVerify_sharedSecretSignature_isNotTakenWithACertificate() throws Exception {
    String jwks =
        "`{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\","
            + "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}`";
    String rule =
        "io.jwt.decode_verify(io.jwt.encode_sign({\"alg\": \"HS256\"}, {},"
            + " {\"kty\": \"oct\", \"k\": base64url.encode_no_pad("
            + jwks
            + ")}), {\"cert\": "
            + jwks
            + "})";
    assertThat(value(rule, Limits.GENEROUS)).isEqualTo("[false, {}, {}]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "numbers.range(0, 1000000000000)",
        "net.cidr_expand(\"::/0\")",
        "net.cidr_expand(\"10.0.0.0/8\")",
        "sprintf(\"%1000000d%1000000d%1000000d\", [1, 1, 1])",
        "replace(concat(\"\", [x | some x in [\"a\"]]), \"\", sprintf(\"%900000s\", [\"a\"]))",
        "concat(sprintf(\"%500000s\", [\"\"]), [sprintf(\"%d\", [i]) | some i in numbers.range(1, 9)])",
        "graph.reachable_paths({x: [y | some y in numbers.range(1, 12)] |"
            + " some x in numbers.range(1, 12)}, [1])"
      })
  void call_thatWouldExplode_isStopped(String expression) {
    assertThatThrownBy(() -> value(expression, SMALL))
        .isInstanceOf(RegoException.class)
        .hasMessageContaining("eval_limit_error");
  }
}
