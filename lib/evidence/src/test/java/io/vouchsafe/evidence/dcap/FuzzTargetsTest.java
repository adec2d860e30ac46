package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.evidence.dcap.fuzz.DcapQuoteFuzzer;
import io.vouchsafe.evidence.dcap.fuzz.PckChainFuzzer;
import io.vouchsafe.evidence.dcap.fuzz.PckExtensionFuzzer;
import io.vouchsafe.evidence.dcap.fuzz.QeIdentityFuzzer;
import io.vouchsafe.evidence.dcap.fuzz.RevocationListFuzzer;
import io.vouchsafe.evidence.dcap.fuzz.RtmrEventsFuzzer;
import io.vouchsafe.evidence.dcap.fuzz.TcbInfoFuzzer;
import io.vouchsafe.testkit.Mutations;
import io.vouchsafe.testkit.Vectors;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A short, seeded run of each fuzz target of this package.
class FuzzTargetsTest {
  private static final int ROUNDS = 300;

  private static Collateral collateral() throws Exception {
    return QuoteCase.of("tdx", "phala-tdx-v4").collateral().orElseThrow();
  }

  private static void feed(Mutations.Target target, Bytes... valid) {
    List<byte[]> inputs = List.of(valid).stream().map(Bytes::toByteArray).toList();
    Mutations.feed(target, 41, ROUNDS, inputs);
  }

  @Test
  void quote_mutated_isRefusedOrVerifies() throws Exception {
    feed(
        DcapQuoteFuzzer::fuzzerTestOneInput,
        QuoteCase.of("tdx", "alibaba-v5-2025-06").quote(),
        QuoteCase.of("sgx", "automata-icelake-v3-2025-08").quote());
  }

  @Test
  void tcbInfo_mutated_isRefusedOrRead() throws Exception {
    feed(
        TcbInfoFuzzer::fuzzerTestOneInput,
        collateral().tcbInfo(),
        QuoteCase.of("sgx", "qvl-sample-sgx").collateral().orElseThrow().tcbInfo());
  }

  @Test
  void qeIdentity_mutated_isRefusedOrRead() throws Exception {
    feed(QeIdentityFuzzer::fuzzerTestOneInput, collateral().qeIdentity());
  }

  @Test
  void certificates_mutated_areRefusedOrRead() throws Exception {
    Quote quote = Quote.parse(QuoteCase.of("tdx", "phala-tdx-v4").quote());
    feed(
        PckChainFuzzer::fuzzerTestOneInput,
        collateral().signingChain(),
        quote.signature().certificationData());
  }

  @Test
  void extension_mutated_isRefusedOrRead() throws Exception {
    Quote quote = Quote.parse(QuoteCase.of("tdx", "phala-tdx-v4").quote());
    for (IntelCertificate certificate :
        IntelCertificate.chain(quote.signature().certificationData())) {
      if (certificate.role() == IntelCertificate.Role.PCK) {
        feed(PckExtensionFuzzer::fuzzerTestOneInput, certificate.sgxExtension().orElseThrow());
      }
    }
  }

  @Test
  void revocationList_mutated_isRefusedOrRead() throws Exception {
    feed(RevocationListFuzzer::fuzzerTestOneInput, collateral().rootCrl(), collateral().pckCrl());
  }

  @Test
  void eventLog_mutated_isRefusedOrRead() throws Exception {
    feed(
        RtmrEventsFuzzer::fuzzerTestOneInput,
        Bytes.utf8(Vectors.text("tdx/dstack-quote-report.eventlog.json")));
  }
}
