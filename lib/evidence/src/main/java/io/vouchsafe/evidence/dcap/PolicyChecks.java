package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.util.Optional;
import java.util.Set;

/// What the policy says about a report that is genuine (specs/evidence-x86 §4.3, §4.9, §6).
record PolicyChecks(DcapPolicy policy, Checklist checks) {
  private static final long XFAM_NEEDED = 3;
  private static final long UNTRUSTED = TdAttribute.DEBUG.mask() | TdAttribute.PROFILING.mask();

  void run(QuoteBody body) throws RefusedException {
    switch (body) {
      case SgxReport enclave -> enclave(enclave);
      case TdReport guest -> guest(guest);
    }
  }

  private void guest(TdReport guest) throws RefusedException {
    String attributes = "TDATTRIBUTES 0x" + Long.toHexString(guest.attributes());
    allowed(
        DcapCheck.DEBUG,
        (guest.attributes() & UNTRUSTED) == 0,
        policy.allowDebug() ? Optional.of("allowDebug") : Optional.empty(),
        Code.POLICY_DEBUG,
        "no debug and no profiling",
        attributes);
    long unknown = TdAttribute.unknown(guest.attributes());
    checks.require(
        DcapCheck.ATTRIBUTES,
        unknown == 0 && (guest.xfam() & XFAM_NEEDED) == XFAM_NEEDED,
        Code.POLICY_ATTRIBUTES,
        "known attributes, and x87 and SSE state",
        attributes + ", XFAM 0x" + Long.toHexString(guest.xfam()));
    allowed(
        DcapCheck.MIGRATION,
        !guest.has(TdAttribute.MIGRATABLE),
        policy.allowMigration() ? Optional.of("allowMigration") : Optional.empty(),
        Code.POLICY_MIGRATION,
        "a guest that cannot be migrated",
        attributes);
    Set<Bytes> bound = guest.boundServiceTds();
    allowed(
        DcapCheck.SERVICE_TD,
        policy.demands().guest().serviceTds().containsAll(bound),
        policy.allowServiceTd() ? Optional.of("allowServiceTd") : Optional.empty(),
        Code.POLICY_SERVICE_TD,
        "no service TD but those of the policy",
        guest.current().isEmpty() ? "TDX 1.0" : "service TDs " + bound);
  }

  private void enclave(SgxReport enclave) throws RefusedException {
    String flags = "flags 0x" + Long.toHexString(enclave.flags());
    allowed(
        DcapCheck.DEBUG,
        !enclave.isDebug(),
        policy.allowDebug() ? Optional.of("allowDebug") : Optional.empty(),
        Code.POLICY_DEBUG,
        "no debug",
        flags);
    named(DcapCheck.MR_ENCLAVE, policy.mrEnclave(), enclave.mrEnclave());
    int configSvn = enclave.hasKeySeparation() ? enclave.configSvn() : 0;
    checks.require(
        DcapCheck.SVN,
        enclave.isvSvn() >= policy.minIsvSvn() && configSvn >= policy.minConfigSvn(),
        Code.SVN_BELOW_MINIMUM,
        "ISVSVN " + policy.minIsvSvn() + " and CONFIGSVN " + policy.minConfigSvn() + " at least",
        "ISVSVN " + enclave.isvSvn() + ", CONFIGSVN " + configSvn);
    named(DcapCheck.CONFIG_ID, policy.configId(), configuration(enclave));
  }

  /// Without key separation the field means nothing, whatever stands there.
  static Bytes configuration(SgxReport enclave) {
    return enclave.hasKeySeparation() ? enclave.configId() : Bytes.EMPTY;
  }

  private void named(DcapCheck check, Optional<Bytes> wanted, Bytes found) throws RefusedException {
    if (wanted.isEmpty()) {
      checks.notChecked(check, found.hex());
      return;
    }
    checks.require(
        check,
        found.equals(wanted.get()),
        Code.MEASUREMENT_MISMATCH,
        wanted.get().hex(),
        found.hex());
  }

  /// What is allowed although it should not be is said in the result.
  private void allowed(
      DcapCheck check,
      boolean holds,
      Optional<String> allowing,
      Code code,
      String expected,
      String found)
      throws RefusedException {
    if (!holds && allowing.isPresent()) {
      checks.allow(check, "anything, as " + allowing.get() + " says", found, allowing.get());
      return;
    }
    checks.require(check, holds, code, expected, found);
  }
}
