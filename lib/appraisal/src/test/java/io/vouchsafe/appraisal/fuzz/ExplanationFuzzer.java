package io.vouchsafe.appraisal.fuzz;

import io.vouchsafe.appraisal.why.DecisionRecord;
import io.vouchsafe.appraisal.why.Explanation;
import io.vouchsafe.appraisal.why.ExplanationText;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;

/// A record of a decision, of whatever form, is explained; the explanation reads back as it was.
public final class ExplanationFuzzer {
  private ExplanationFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    try {
      Json.Obj json = Json.parseObject(Bytes.of(data), JsonLimits.MESSAGE);
      Explanation explanation = DecisionRecord.of(json, System::nanoTime).explain();
      ExplanationText.lines(explanation);
      if (!Explanation.parse(explanation.json()).equals(explanation)) {
        throw new AssertionError("an explanation reads back as another");
      }
      Explanation.parse(json);
    } catch (FormatException _) {
      return;
    }
  }
}
