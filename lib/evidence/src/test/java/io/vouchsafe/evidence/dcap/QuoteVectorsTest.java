package io.vouchsafe.evidence.dcap;

import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every quote of the shared vectors: real ones, and ones broken in one place each.
class QuoteVectorsTest {

  @ParameterizedTest
  @ValueSource(strings = {"tdx", "sgx", "gcp"})
  void vectors_everyQuote_givesWhatItsCaseExpects(String folder) throws Exception {
    List<String> wrong = new ArrayList<>();
    List<QuoteCase> cases = QuoteCase.all(folder);
    for (QuoteCase item : cases) {
      outcome(item).ifPresent(text -> wrong.add(item.id() + ": " + text));
    }
    assertThat(cases).isNotEmpty();
    assertThat(wrong).isEmpty();
  }

  private static Optional<String> outcome(QuoteCase item) throws Exception {
    VerifiedQuote verified;
    try {
      verified = item.verify(item.quote());
    } catch (RefusedException e) {
      boolean right = item.reasons().contains(e.code());
      return right ? Optional.empty() : Optional.of(e.refusal().summary());
    }
    if (!item.reasons().isEmpty()) {
      return Optional.of("accepted");
    }
    String status = verified.tcb().map(tcb -> tcb.status().text()).orElse("none");
    String expected = item.item().optionalString("tcbStatus").orElse("none");
    if (!status.equals(expected)) {
      return Optional.of(status + " instead of " + expected);
    }
    Optional<Json> advisories = item.item().get("advisoryIDs");
    if (advisories.isPresent()) {
      Set<String> wanted = new TreeSet<>();
      for (Json advisory : advisories.get().asArray("advisoryIDs")) {
        wanted.add(advisory.asString("advisory"));
      }
      Set<String> found = verified.tcb().orElseThrow().advisoryIds();
      return found.equals(wanted) ? Optional.empty() : Optional.of(found + " not " + wanted);
    }
    return Optional.empty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"tdx", "sgx"})
  void vectors_nameCodesThatExist(String folder) throws Exception {
    assertThat(QuoteCase.all(folder))
        .flatExtracting(QuoteCase::reasons)
        .doesNotContain(Code.INTERNAL);
  }
}
