package io.vouchsafe.tpm;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.testkit.Mutations;
import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.tpm.fuzz.EventLogFuzzer;
import io.vouchsafe.tpm.fuzz.TpmResponseFuzzer;
import io.vouchsafe.tpm.fuzz.TpmsAttestFuzzer;
import io.vouchsafe.tpm.fuzz.TpmtPublicFuzzer;
import io.vouchsafe.tpm.fuzz.TpmtSignatureFuzzer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A short, seeded run of each fuzz target of this module, from what a real TPM said.
class FuzzTargetsTest {
  private static final int ROUNDS = 600;

  private static List<byte[]> files(String... names) throws Exception {
    List<byte[]> files = new ArrayList<>();
    for (String name : names) {
      files.add(Vectors.bytes(name));
    }
    return files;
  }

  @Test
  void publicArea_mutated_throwsOnlyFormatException() throws Exception {
    List<byte[]> areas = new ArrayList<>();
    for (byte[] sized : files("tpm/swtpm/ak.pub", "tpm/swtpm/ek.pub", "tpm/swtpm/sealed.pub")) {
      areas.add(Bytes.of(sized).slice(2, sized.length).toByteArray());
    }
    Mutations.feed(TpmtPublicFuzzer::fuzzerTestOneInput, 11, ROUNDS, areas);
  }

  @Test
  void attestation_mutated_throwsOnlyFormatException() throws Exception {
    Mutations.feed(
        TpmsAttestFuzzer::fuzzerTestOneInput,
        12,
        ROUNDS,
        files("tpm/swtpm/quote-ecdsa.msg", "tpm/swtpm/certify.msg", "tpm/swtpm/gettime.msg"));
  }

  @Test
  void signature_mutated_isNeverByTheKey() throws Exception {
    Mutations.feed(
        TpmtSignatureFuzzer::fuzzerTestOneInput,
        13,
        ROUNDS,
        files("tpm/swtpm/quote-ecdsa.sig", "tpm/swtpm/quote-rsapss.sig"));
  }

  @Test
  void eventLog_mutated_throwsOnlyFormatException() throws Exception {
    Mutations.feed(
        EventLogFuzzer::fuzzerTestOneInput,
        14,
        ROUNDS,
        files("eventlog/qemu-612/base.log", "eventlog/google/short_no_action_eventlog"));
  }

  @Test
  void response_mutated_throwsOnlyIoException() throws Exception {
    List<Json> exchanges =
        Json.parse(Vectors.text("tpm/swtpm/transcript.json"), JsonLimits.MESSAGE).asArray("all");
    List<byte[]> responses = new ArrayList<>();
    // NV public area, EK, registers, quote, session, credential.
    for (int index : new int[] {3, 6, 15, 22, 32, 34}) {
      String response = exchanges.get(index).asObject("exchange").string("response");
      responses.add(Bytes.fromHex(response).toByteArray());
    }
    Mutations.feed(TpmResponseFuzzer::fuzzerTestOneInput, 15, ROUNDS / 3, responses);
  }
}
