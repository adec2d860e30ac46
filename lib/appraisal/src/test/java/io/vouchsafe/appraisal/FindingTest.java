package io.vouchsafe.appraisal;

import static io.vouchsafe.appraisal.Fixtures.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.CheckResult;
import io.vouchsafe.verdict.Code;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What the record says about reference values.
class FindingTest {
  private static final ReferenceValue PLAIN = value("n", Json.of("ab"));
  private static final ReferenceValue SIGNED =
      PLAIN.from(new ReferenceSource("vm", 7, "a".repeat(64), "b".repeat(64), Optional.empty()));

  private static Json.Obj matched(ReferenceValue value) throws FormatException {
    return new Finding(
            new CheckResult("c", CheckResult.Outcome.PASSED, "ab", "ab"),
            Optional.empty(),
            Optional.of(value),
            List.of())
        .json()
        .object("reference");
  }

  private static Json.Obj compared(ReferenceValue value) throws FormatException {
    return new Finding(
            new CheckResult("c", CheckResult.Outcome.FAILED, "ab", "cd"),
            Optional.of(Code.KERNEL_UNEXPECTED),
            Optional.empty(),
            List.of(new Finding.Compared("n", List.of(value))))
        .json()
        .array("compared")
        .getFirst()
        .asObject("compared")
        .array("entries")
        .getFirst()
        .asObject("entry");
  }

  @Test
  void value_plain_isRecordedWithItsOrigin() throws FormatException {
    assertThat(matched(PLAIN)).isEqualTo(PLAIN.json());
    assertThat(compared(PLAIN)).isEqualTo(PLAIN.json());
  }

  @Test
  void value_signed_isRecordedWithItsSourceInstead() throws FormatException {
    assertThat(matched(SIGNED)).isEqualTo(SIGNED.json().without("origin"));
    assertThat(compared(SIGNED)).isEqualTo(SIGNED.json().without("origin"));
    assertThat(ReferenceValue.parse(matched(SIGNED)).source()).isEqualTo(SIGNED.source());
    assertThat(ReferenceValue.parse(matched(SIGNED)).provenance()).isEqualTo(SIGNED.provenance());
  }

  @Test
  void value_listOfASignedFile_isRecordedByTheItemThatMatched() throws FormatException {
    ReferenceValue list =
        value("n", Json.array(List.of(Json.of("ab"), Json.of("cd"))))
            .from(SIGNED.source().orElseThrow());
    assertThat(matched(list)).isEqualTo(SIGNED.json().without("origin"));
  }
}
