package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What a policy asks for beside the usual (specs/evidence-x86 §4.9). A demand that nobody made
/// leaves no trace.
record DemandChecks(DcapDemands demands, Checklist checks) {
  private static final String NOTHING = "nothing said";

  /// What the certificate says about the platform, and the version of the quoting enclave.
  void platform(PckExtension platform, int qeSvn) throws RefusedException {
    DcapDemands.Platform wanted = demands.platform();
    PckExtension.Configuration has = platform.configuration();
    setting("dynamic platform", wanted.dynamicPlatform(), has.dynamicPlatform());
    setting("cached keys", wanted.cachedKeys(), has.cachedKeys());
    setting("SMT", wanted.smt(), has.smt());
    listed(DcapCheck.PLATFORM, Code.POLICY_PLATFORM_INFO, wanted.ppids(), platform.ppid());
    listed(
        DcapCheck.PLATFORM,
        Code.POLICY_PLATFORM_INFO,
        wanted.instanceIds(),
        platform.platformInstanceId().orElse(Bytes.EMPTY));
    if (!wanted.deniedFmspcs().isEmpty()) {
      checks.require(
          DcapCheck.PLATFORM,
          !wanted.deniedFmspcs().contains(platform.fmspc()),
          Code.POLICY_PLATFORM_INFO,
          "an FMSPC that is not denied",
          platform.fmspc().hex());
    }
    if (wanted.minQeSvn() > 0) {
      checks.require(
          DcapCheck.QE_SVN,
          qeSvn >= wanted.minQeSvn(),
          Code.SVN_BELOW_MINIMUM,
          "a quoting enclave of version " + wanted.minQeSvn() + " at least",
          qeSvn + "");
    }
  }

  private void setting(String name, Optional<Boolean> wanted, Optional<Boolean> found)
      throws RefusedException {
    if (wanted.isPresent()) {
      checks.require(
          DcapCheck.PLATFORM,
          found.equals(wanted),
          Code.POLICY_PLATFORM_INFO,
          name + " " + wanted.get(),
          found.map(String::valueOf).orElse(NOTHING));
    }
  }

  private void listed(DcapCheck check, Code code, Set<Bytes> wanted, Bytes found)
      throws RefusedException {
    if (!wanted.isEmpty()) {
      checks.require(
          check,
          wanted.contains(found),
          code,
          "one of " + new TreeSet<>(wanted),
          found.isEmpty() ? NOTHING : found.hex());
    }
  }

  /// Whether the level is one that the policy takes.
  ///
  /// @param tcb empty without collateral: then no demand is met
  void level(Optional<VerifiedQuote.Tcb> tcb) throws RefusedException {
    DcapDemands.Platform wanted = demands.platform();
    String status = tcb.map(level -> level.status().text()).orElse("no level");
    if (!wanted.statuses().isEmpty()) {
      level(
          tcb.filter(level -> wanted.statuses().contains(level.status())).isPresent(),
          "one of " + new TreeSet<>(wanted.statuses()),
          status);
    }
    if (!wanted.allowedAdvisories().isEmpty()) {
      level(
          tcb.filter(level -> wanted.allowedAdvisories().containsAll(level.advisoryIds()))
              .isPresent(),
          "none but " + new TreeSet<>(wanted.allowedAdvisories()),
          tcb.map(level -> status + " " + level.advisoryIds()).orElse(status));
    }
    if (!wanted.deniedAdvisories().isEmpty()) {
      Set<String> found = new TreeSet<>();
      tcb.ifPresent(level -> found.addAll(level.advisoryIds()));
      found.retainAll(wanted.deniedAdvisories());
      level(
          tcb.isPresent() && found.isEmpty(),
          "none of " + new TreeSet<>(wanted.deniedAdvisories()),
          status + " " + found);
    }
    if (wanted.minTcbDate().isPresent()) {
      level(
          tcb.filter(level -> !level.tcbDate().isBefore(wanted.minTcbDate().get())).isPresent(),
          "a level of " + wanted.minTcbDate().get() + " or later",
          tcb.map(level -> level.tcbDate().toString()).orElse(status));
    }
  }

  private void level(boolean holds, String expected, String found) throws RefusedException {
    checks.require(DcapCheck.TCB_LEVEL, holds, Code.TCB_BELOW_MINIMUM, expected, found);
  }

  /// What the enclave or guest must be.
  void body(QuoteBody body) throws RefusedException {
    switch (body) {
      case SgxReport enclave -> enclave(enclave);
      case TdReport guest -> guest(guest);
    }
  }

  private void enclave(SgxReport enclave) throws RefusedException {
    DcapDemands.Enclave wanted = demands.enclave();
    measured("MRSIGNER", wanted.mrSigner(), enclave.mrSigner());
    measured(
        "ISVPRODID",
        wanted.isvProdId().map(LittleEndian::u16),
        LittleEndian.u16(enclave.isvProdId()));
    if (wanted.noProvisionKey()) {
      checks.require(
          DcapCheck.ATTRIBUTES,
          !enclave.hasProvisionKey(),
          Code.POLICY_ATTRIBUTES,
          "no provisioning key",
          "flags 0x" + Long.toHexString(enclave.flags()));
    }
    boolean separated = enclave.hasKeySeparation();
    // Without key separation the fields mean nothing, whatever stands there.
    measured("ISVFAMILYID", wanted.isvFamilyId(), separated ? enclave.isvFamilyId() : Bytes.EMPTY);
    measured(
        "ISVEXTPRODID", wanted.isvExtProdId(), separated ? enclave.isvExtProdId() : Bytes.EMPTY);
  }

  private void guest(TdReport guest) throws RefusedException {
    DcapDemands.Guest wanted = demands.guest();
    measured("MRTD", wanted.mrTd(), guest.mrTd());
    for (int i = 0; i < wanted.rtmrs().size(); i++) {
      measured("RTMR" + i, wanted.rtmrs().get(i), guest.rtmrs().get(i));
    }
    measured("MRCONFIGID", wanted.mrConfigId(), guest.mrConfigId());
    measured("MROWNER", wanted.mrOwner(), guest.mrOwner());
    measured("MROWNERCONFIG", wanted.mrOwnerConfig(), guest.mrOwnerConfig());
    listed(DcapCheck.SEAM, Code.TDX_MODULE_MISMATCH, wanted.mrSeams(), guest.mrSeam());
    if (wanted.septVeDisable()) {
      checks.require(
          DcapCheck.ATTRIBUTES,
          guest.has(TdAttribute.SEPT_VE_DISABLE),
          Code.POLICY_ATTRIBUTES,
          "SEPT_VE_DISABLE",
          "TDATTRIBUTES 0x" + Long.toHexString(guest.attributes()));
    }
  }

  private void measured(String name, Optional<Bytes> wanted, Bytes found) throws RefusedException {
    if (wanted.isPresent()) {
      checks.require(
          DcapCheck.MEASUREMENTS,
          found.equals(wanted.get()),
          Code.MEASUREMENT_MISMATCH,
          name + " " + wanted.get(),
          found.isEmpty() ? NOTHING : found.hex());
    }
  }
}
