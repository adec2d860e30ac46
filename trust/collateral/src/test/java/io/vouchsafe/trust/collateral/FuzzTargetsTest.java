package io.vouchsafe.trust.collateral;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.testkit.Mutations;
import io.vouchsafe.trust.collateral.fuzz.CollateralBundleFuzzer;
import io.vouchsafe.trust.collateral.fuzz.VendorAnswerFuzzer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A short, seeded run of each fuzz target of this module.
class FuzzTargetsTest {
  private static final int ROUNDS = 300;

  private static void feed(Mutations.Target target, Bytes... valid) {
    Mutations.feed(target, 41, ROUNDS, List.of(valid).stream().map(Bytes::toByteArray).toList());
  }

  @Test
  void answer_mutated_isRefusedOrRead() {
    for (CollateralDocument document : Parsers.genuine()) {
      int size = document.body().size();
      Bytes head = Bytes.of((byte) (size >> 8), (byte) size);
      Mutations.feed(
          VendorAnswerFuzzer::fuzzerTestOneInput,
          43,
          60,
          List.of(head.concat(document.body()).concat(document.issuers()).toByteArray()));
    }
  }

  @Test
  void file_mutated_isRefusedOrRead() {
    CollateralDocument document = Parsers.genuine().getLast();
    feed(data -> Parsers.file(Bytes.of(data)), Bytes.utf8(document.toJson().compact()));
  }

  @Test
  void thim_mutated_isRefusedOrRead() {
    feed(data -> Parsers.thim(Bytes.of(data)), Bytes.utf8(ThimAnswerTest.answer().compact()));
  }

  @Test
  void header_mutated_isRefusedOrRead() {
    feed(
        data -> Parsers.header(Bytes.of(data).utf8Lossy()),
        Bytes.utf8("-----BEGIN%20CERTIFICATE-----%0AMIIC+j/w%3D%3D%0A"));
  }

  @Test
  void bundle_mutated_isRefused() {
    CollateralDocument document =
        new CollateralDocument(
            new CollateralKey.RootList(), Bytes.utf8("list"), Bytes.EMPTY, Instant.EPOCH, "a test");
    feed(
        CollateralBundleFuzzer::fuzzerTestOneInput,
        CollateralBundle.write(
            List.of(document),
            CollateralBundleTest.key("secp256r1"),
            Instant.EPOCH,
            Duration.ofDays(1)),
        Bytes.utf8("amd/vcek/Turin/0102030405060708/0101020300000004"));
  }
}
