package io.vouchsafe.rego;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Operands at the edge of what functions take, with what OPA makes of them.
class BuiltinEdgeTest {
  private static void check(String expression, String expected) throws Exception {
    assertThat(Rego.p("p := " + expression, "{}")).as(expression).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          array.slice([1, 2], 0, 123456789012345678901) | undefined
          substring("abc", 0, 9223372036854775808) | undefined
          lower("ΑΣ") | "ασ"
          lower("İx") | "ix"
          upper("ßﬁ") | "ßﬁ"
          replace("😀", "", "-") | "-😀-"
          regex.split("a*", "ab ab") | ["", "b", " ", "b"]
          regex.find_n("a*", "a.b", -1) | ["a", "", ""]
          regex.replace("😀x", "x*", "-") | "-😀-"
          regex.replace("ab", "a", "$é") | "b"
          regex.template_match("{a}", "a", "é", "}") | undefined
          regex.globs_match("[a-]", "a") | undefined
          regex.globs_match("[-a]", "a") | undefined
          """)
  void textFunction_atTheEdge_isThatOfOpa(String expression, String expected) throws Exception {
    check(expression, expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          glob.match("[^a]", [], "a") | true
          glob.match("[^a]", [], "b") | false
          glob.match("[!a]", [], "b") | true
          glob.match("a", ["ab"], "a") | undefined
          glob.match("a", [""], "a") | undefined
          json.marshal("<&\\u2028\\b\\f\\u0001\\\\") == `"\\u003c\\u0026\\u2028\\b\\f\\u0001\\\\"` | true
          json.marshal(123456789012345678901234567890) | "123456789012345678901234567890"
          base64.decode("YQ") | undefined
          base64.is_valid("YQ") | false
          base64.is_valid(1) | false
          base64url.decode("YQ") | "a"
          base64url.decode("YQ=") | undefined
          uri.is_valid(1) | false
          urlquery.decode_object("a=1;b=2") | undefined
          uuid.parse("x") | undefined
          semver.is_valid("v1.2.3") | true
          semver.is_valid("99999999999999999999.1.1") | false
          semver.compare("v1.2.3", "1.2.3") | 0
          units.parse_bytes("1b") | undefined
          units.parse_bytes("1kb") | 1000
          """)
  void textForm_atTheEdge_isThatOfOpa(String expression, String expected) throws Exception {
    check(expression, expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          net.cidr_contains("10.0.0.0/8", "::ffff:10.0.0.1") | true
          net.cidr_contains("::ffff:10.0.0.0/104", "10.1.2.3") | true
          net.cidr_contains("10.0.0.0/8", "::ffff:11.0.0.1") | false
          net.cidr_contains("::/0", "::ffff:10.0.0.1") | false
          net.cidr_contains("10.0.0.0/08", "10.1.2.3") | true
          net.cidr_is_valid("10.0.0.0/33") | false
          net.cidr_is_valid("::ffff:10.0.0.0/129") | false
          net.cidr_contains("::ffff:0.0.0.0/64", "::1") | true
          """)
  void network_ofMappedAddresses_isThatOfIpv4(String expression, String expected) throws Exception {
    check(expression, expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          time.parse_rfc3339_ns("2020-01-02T3:04:05Z") | 1577934245000000000
          time.parse_rfc3339_ns("2020-01-02T03:04:05,5Z") | 1577934245500000000
          time.parse_rfc3339_ns("2020-01-02T03:04:05+24:00") | 1577847845000000000
          time.parse_rfc3339_ns("2020-01-02T03:04:05+25:00") | undefined
          time.parse_duration_ns("1d") | 86400000000000
          time.parse_duration_ns("1w1h") | 608400000000000
          time.clock([0, "PST"]) | undefined
          time.clock([0, "UTC+3"]) | undefined
          time.clock([0, "EST"]) | [19, 0, 0]
          time.format([0, "Etc/GMT+5", "MST"]) | "-05"
          time.format([0, "UTC", ""]) | "1970-01-01T00:00:00Z"
          """)
  void time_inAFormThatGoTakes_isTaken(String expression, String expected) throws Exception {
    check(expression, expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          sprintf("%T %T", [1, 1.5]) | "int64 float64"
          sprintf("%5t", [1]) | "%!t(int64=    1)"
          sprintf("%.2f", ["abc"]) | "%!f(string=ab)"
          sprintf("%.*f", ["a", 1]) | "%!(BADPREC)1.000000"
          sprintf("%[3]d %d", [1]) | "%!d(BADINDEX) 1"
          sprintf("%x", [0.5]) | "0x1p-01"
          sprintf("% x", ["ab"]) | "61 62"
          sprintf("%c", [123456789012345678901]) | "%!c(big.Int=123456789012345678901)"
          """)
  void verb_thatDoesNotFit_isShownAsGoDoes(String expression, String expected) throws Exception {
    check(expression, expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {"a": ["a", "b"], "b": []} | {["a", "a"], ["a", "a", "b"], ["a", "b"]}
          {"a": ["b"], "b": ["a"]} | {["a", "b"]}
          {"a": ["c"]} | {["a"]}
          {"a": []} | {["a"]}
          """)
  void path_thatComesBackToItsRoot_hasItTwice(String graph, String expected) throws Exception {
    check("graph.reachable_paths(" + graph + ", [\"a\"])", expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {"alg": "none"} | "secret" | [false, {}, {}]
          {"alg": "hs256"} | "secret" | [false, {}, {}]
          {"alg": "HS256", "enc": "A128"} | "secret" | undefined
          {"alg": "HS256"} | "" | undefined
          {"alg": "HS256", "crit": ["exp"]} | "secret" | [false, {}, {}]
          """)
  void token_thatCannotBeVerified_isNot(String header, String secret, String expected)
      throws Exception {
    String token =
        "concat(\".\", [base64url.encode_no_pad(json.marshal("
            + header
            + ")), base64url.encode_no_pad(\"{}\"), \"\"])";
    check("io.jwt.decode_verify(" + token + ", {\"secret\": " + secret + "})", expected);
  }
}
