package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;
import java.util.List;
import java.util.stream.Collectors;

/// What Intel says about the platform that a quote is of: the same for enclaves and guests.
final class DcapPlatform {
  private static final String UP_TO_DATE = "UpToDate";
  private static final String REVOKED = "Revoked";

  private DcapPlatform() {}

  /// The value of the claim `hardware`. Anything but up to date is a warning that names its
  /// advisories.
  ///
  /// @param check lists [Code#TCB_NOT_UP_TO_DATE], [Code#TCB_REVOKED] and [Code#COLLATERAL_MISSING]
  static int hardware(Check check, EvidenceClaims evidence, Findings findings) {
    String status = evidence.text("tcb_status").orElse("");
    switch (status) {
      case UP_TO_DATE -> {
        findings.require(check, true, Code.TCB_NOT_UP_TO_DATE, UP_TO_DATE, UP_TO_DATE);
        return Ar4si.GENUINE_HARDWARE;
      }
      case REVOKED -> {
        findings.fail(check, Code.TCB_REVOKED, UP_TO_DATE, found(status, evidence));
        return Ar4si.CONTRAINDICATED_HARDWARE;
      }
      case "" -> {
        findings.fail(check, Code.COLLATERAL_MISSING, UP_TO_DATE, "unknown");
        return NoRuleAppraisal.UNRECOGNISED_HARDWARE;
      }
      default -> {
        findings.fail(check, Code.TCB_NOT_UP_TO_DATE, UP_TO_DATE, found(status, evidence));
        return Ar4si.WEAK_HARDWARE;
      }
    }
  }

  private static String found(String status, EvidenceClaims evidence) {
    String date = evidence.text("tcb_date").map(at -> " since " + at).orElse("");
    String advisories =
        evidence.claim("advisory_ids").orElse(Json.NULL) instanceof Json.Arr(List<Json> items)
            ? items.stream().map(Json::plain).collect(Collectors.joining(", "))
            : "";
    return status + date + (advisories.isEmpty() ? "" : ": " + advisories);
  }
}
