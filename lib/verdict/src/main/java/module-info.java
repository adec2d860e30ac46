/// What every verifier says and how it says it: named checks, stable refusal codes with their
/// catalogue, verdicts. It has no dependency at all, so that a code can be explained anywhere.
module io.vouchsafe.verdict {
  requires static org.jspecify;

  exports io.vouchsafe.verdict;
}
