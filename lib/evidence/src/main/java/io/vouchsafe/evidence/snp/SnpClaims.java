package io.vouchsafe.evidence.snp;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;

/// What a verified report says, under the names of the reference broker (specs/kbs-protocol §10.2)
/// and of ours.
final class SnpClaims {
  private SnpClaims() {}

  static Json.Obj of(VerifiedSnpReport verified) {
    SnpReport report = verified.report();
    Json.ObjBuilder claims = Json.object();
    reference(claims, report, verified.reportedTcb());
    ours(claims, verified);
    return claims.build();
  }

  private static void reference(Json.ObjBuilder claims, SnpReport report, SnpTcb tcb) {
    GuestPolicy policy = report.policy();
    claims
        .put("policy_abi_major", policy.abiMajor())
        .put("policy_abi_minor", policy.abiMinor())
        .put("policy_smt_allowed", policy.smtAllowed())
        .put("policy_migrate_ma", policy.migrationAllowed())
        .put("policy_debug_allowed", policy.debugAllowed())
        .put("policy_single_socket", policy.singleSocket())
        .put("reported_tcb_bootloader", tcb.bootLoader())
        .put("reported_tcb_tee", tcb.tee())
        .put("reported_tcb_snp", tcb.snp())
        .put("reported_tcb_microcode", tcb.microcode())
        .put("platform_tsme_enabled", report.platformInfo().tsme())
        .put("platform_smt_enabled", report.platformInfo().smt())
        .put("measurement", report.measurement().hex())
        .put("report_data", report.reportData().hex())
        .put("init_data", report.hostData().hex())
        .put("chip_id", report.chipId().hex());
  }

  private static void ours(Json.ObjBuilder claims, VerifiedSnpReport verified) {
    SnpReport report = verified.report();
    PlatformInfo platform = report.platformInfo();
    claims
        .putIf("reported_tcb_fmc", verified.reportedTcb().fmc().map(Json::of))
        .put("report_version", report.version())
        .put("product", verified.product().line())
        .put("signer", report.keyInfo().signer().toString())
        .putIf("provider", verified.provider().map(Json::of))
        .put("vmpl", report.vmpl())
        .put("guest_svn", report.guestSvn())
        .put("policy", "0x" + Long.toHexString(report.policy().bits()))
        .put("policy_unknown", "0x" + Long.toHexString(report.policy().unknownBits()))
        .put("platform_info", "0x" + Long.toHexString(platform.bits()))
        .put("platform_unknown", "0x" + Long.toHexString(platform.unknownBits()))
        .put("platform_ecc_enabled", platform.ecc())
        .put("platform_rapl_disabled", platform.raplDisabled())
        .put("platform_ciphertext_hiding", platform.ciphertextHiding())
        .put("platform_alias_check", platform.aliasCheckComplete())
        .put("platform_trusted_io", platform.trustedIo())
        .put("chip_id_masked", report.chipIdMasked())
        .put("report_id", report.reportId().hex())
        .putIf(
            "migration_agent_measurement",
            verified.migrationAgent().map(agent -> Json.of(agent.report().measurement().hex())))
        .put("firmware_current", report.current().toString())
        .put("firmware_committed", report.committed().toString())
        .put("tcb_current", report.currentTcb().hex())
        .put("tcb_committed", report.committedTcb().hex())
        .put("tcb_launch", report.launchTcb().hex())
        .put("tcb_reported", report.reportedTcb().hex());
    identity(claims, "family_id", report.familyId());
    identity(claims, "image_id", report.imageId());
    identity(claims, "id_key_digest", report.idKeyDigest());
    identity(claims, "author_key_digest", report.authorKeyDigest());
  }

  /// A field of the ID block; zero says that there was none, and is no claim.
  private static void identity(Json.ObjBuilder claims, String name, Bytes value) {
    if (!SnpReport.isZero(value)) {
      claims.put(name, value.hex());
    }
  }
}
