package io.vouchsafe.encoding;

import io.vouchsafe.encoding.fuzz.BytesFuzzer;
import io.vouchsafe.encoding.fuzz.CborFuzzer;
import io.vouchsafe.encoding.fuzz.CoseSign1Fuzzer;
import io.vouchsafe.encoding.fuzz.DerFuzzer;
import io.vouchsafe.encoding.fuzz.JsonFuzzer;
import io.vouchsafe.encoding.fuzz.PemFuzzer;
import io.vouchsafe.testkit.Mutations;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A short, seeded run of each fuzz target of this module.
class FuzzTargetsTest {
  private static final int ROUNDS = 600;

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void json_mutated_throwsOnlyFormatException() {
    Mutations.feed(
        JsonFuzzer::fuzzerTestOneInput,
        1,
        ROUNDS,
        List.of(
            ascii(
                "{\"a\":[1,-2.5e3,true,null],\"b\":{\"c\":\"x\\u00e9\\ud83d\\ude00\\n\"},\"ö\":0}"),
            ascii("[4.9E-324,1e21,1E400,123456789012345678901234567890,-0]")));
  }

  @Test
  void cbor_mutated_throwsOnlyFormatException() throws FormatException {
    Mutations.feed(
        CborFuzzer::fuzzerTestOneInput,
        2,
        ROUNDS,
        List.of(
            Bytes.fromHex("bf6346756ef563416d7421ff").toByteArray(),
            Bytes.fromHex("a301020304a2616102616204d81843010203").toByteArray(),
            Bytes.fromHex("9f018202039f0405ff5f42010243030405fffb3ff199999999999af97e00ff")
                .toByteArray()));
  }

  @Test
  void cose_mutated_throwsOnlyFormatException() throws FormatException {
    Mutations.feed(
        CoseSign1Fuzzer::fuzzerTestOneInput,
        3,
        ROUNDS,
        List.of(
            Bytes.fromHex("d28447a20138220281 01a044a10102034301 0203".replace(" ", ""))
                .toByteArray()));
  }

  @Test
  void der_mutated_throwsOnlyFormatException() {
    Bytes inner =
        DerWriter.sequence(
            DerWriter.integer(BigInteger.TWO.pow(200)),
            DerWriter.oid("1.2.840.113549.1.1.11"),
            DerWriter.bool(true),
            DerWriter.nothing(),
            DerWriter.utf8("grün"),
            DerWriter.time(Instant.EPOCH),
            DerWriter.bitString(Bytes.of((byte) 1)),
            DerWriter.explicit(3, DerWriter.octetString(Bytes.zeros(200))));
    Mutations.feed(DerFuzzer::fuzzerTestOneInput, 4, ROUNDS, List.of(inner.toByteArray()));
  }

  @Test
  void pem_mutated_throwsOnlyFormatException() {
    Mutations.feed(
        PemFuzzer::fuzzerTestOneInput,
        5,
        ROUNDS,
        List.of(
            ascii(
                "subject=x\n"
                    + Pem.encode("CERTIFICATE", Bytes.zeros(100))
                    + Pem.encode("X509 CRL", Bytes.zeros(5)))));
  }

  @Test
  void bytes_mutated_throwsOnlyFormatException() {
    Mutations.feed(
        BytesFuzzer::fuzzerTestOneInput,
        6,
        ROUNDS,
        List.of(ascii("aGVsbG8gd29ybGQ="), ascii("00ff10"), ascii("_-8"), ascii("AAAA")));
  }
}
