package io.vouchsafe.evidence.forms.fuzz;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.forms.EvidenceForm;
import io.vouchsafe.evidence.forms.GuestForm;
import io.vouchsafe.evidence.forms.Recogniser;
import io.vouchsafe.evidence.snp.SnpEvidence;
import java.util.List;

/// Anything that somebody calls evidence, and the form in which a guest would have sent it.
public final class RecogniserFuzzer {
  private RecogniserFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    try {
      EvidenceForm form = Recogniser.recognise(Bytes.of(data)).form();
      if (form instanceof EvidenceForm.Evidence evidence) {
        EvidenceForm.GuestEvidence sent = GuestForm.of(evidence, List.of());
        boolean lost =
            evidence instanceof EvidenceForm.SnpReport report
                && !SnpEvidence.parse(sent.evidence()).report().equals(report.report());
        if (lost) {
          throw new IllegalStateException("bytes of a report are lost");
        }
      }
    } catch (FormatException _) {
      return;
    }
  }
}
