package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.tpm.HashAlg;
import java.util.List;
import java.util.Optional;

/// The claims of DCAP evidence, named as the reference broker names them (specs/kbs-protocol §10.3,
/// §10.4). Integers of the quote are the hexadecimal of their bytes in memory.
final class DcapClaims {
  private static final int RESERVED_SGX = 4;

  private static final List<String> SGX_TYPES =
      List.of("Standard", "Scalable", "ScalableWithIntegrity");

  private DcapClaims() {}

  static Json.Obj of(VerifiedQuote verified) {
    Quote quote = verified.quote();
    Json.ObjBuilder claims = Json.object();
    switch (quote.body()) {
      case SgxReport enclave ->
          claims
              .put("header", sgxHeader(quote.header()))
              .put("body", enclave(enclave))
              .put("report_data", enclave.reportData().hex())
              .put("init_data", enclave.configId().hex());
      case TdReport guest ->
          claims
              .put("quote", guestQuote(quote.header(), guest))
              .put("td_attributes", attributes(guest))
              .put("report_data", guest.reportData().hex())
              .put("init_data", guest.mrConfigId().hex());
    }
    platform(claims, verified);
    verified.tcb().ifPresent(tcb -> tcb(claims, tcb));
    return claims.build();
  }

  private static Json.ObjBuilder header(Quote.Header header) {
    return Json.object()
        .put("version", LittleEndian.u16(header.version()).hex())
        .put("att_key_type", LittleEndian.u16(header.keyType()).hex())
        .put("vendor_id", header.vendorId().hex())
        .put("user_data", header.userData().hex());
  }

  private static Json.Obj sgxHeader(Quote.Header header) {
    return header(header)
        .put("att_key_data_0", LittleEndian.u32(header.tee().type()).hex())
        .put("qe_svn", LittleEndian.u16(header.qeSvn()).hex())
        .put("pce_svn", LittleEndian.u16(header.pceSvn()).hex())
        .build();
  }

  private static Json.Obj enclave(SgxReport enclave) {
    return Json.object()
        .put("cpu_svn", enclave.cpuSvn().hex())
        .put("misc_select", enclave.miscSelect().hex())
        // Zero, or the report would not have been read.
        .put("reserved1", zeros(12))
        .put("isv_ext_prod_id", enclave.isvExtProdId().hex())
        .put("attributes.flags", LittleEndian.u64(enclave.flags()).hex())
        .put("attributes.xfrm", LittleEndian.u64(enclave.xfrm()).hex())
        .put("mr_enclave", enclave.mrEnclave().hex())
        .put("reserved2", zeros(32))
        .put("mr_signer", enclave.mrSigner().hex())
        .put("reserved3", zeros(32))
        .put("config_id", enclave.configId().hex())
        .put("isv_prod_id", LittleEndian.u16(enclave.isvProdId()).hex())
        .put("isv_svn", LittleEndian.u16(enclave.isvSvn()).hex())
        .put("config_svn", LittleEndian.u16(enclave.configSvn()).hex())
        .put("reserved4", zeros(42))
        .put("isv_family_id", enclave.isvFamilyId().hex())
        .put("report_data", enclave.reportData().hex())
        .build();
  }

  private static String zeros(int size) {
    return Bytes.zeros(size).hex();
  }

  private static Json.Obj guestQuote(Quote.Header header, TdReport guest) {
    Bytes reserved = LittleEndian.u16(header.qeSvn()).concat(LittleEndian.u16(header.pceSvn()));
    Json.ObjBuilder quote =
        Json.object()
            .put(
                "header",
                header(header)
                    .put("tee_type", LittleEndian.u32(header.tee().type()).hex())
                    .put("reserved", reserved.fit(RESERVED_SGX).hex())
                    .build())
            .put("body", guest(guest));
    if (header.version() == 5) {
      TdReport.Form form = guest.form();
      // Types begin with that of TDX 1.0.
      quote
          .put("type", LittleEndian.u16(2 + form.ordinal()).hex())
          .put("size", LittleEndian.u32(form.size()).hex());
    }
    return quote.build();
  }

  private static Json.Obj guest(TdReport guest) {
    Json.ObjBuilder body =
        Json.object()
            .put("tcb_svn", guest.teeTcbSvn().hex())
            .put("mr_seam", guest.mrSeam().hex())
            .put("mrsigner_seam", guest.mrSignerSeam().hex())
            .put("seam_attributes", guest.seamAttributes().hex())
            .put("td_attributes", LittleEndian.u64(guest.attributes()).hex())
            .put("xfam", LittleEndian.u64(guest.xfam()).hex())
            .put("mr_td", guest.mrTd().hex())
            .put("mr_config_id", guest.mrConfigId().hex())
            .put("mr_owner", guest.mrOwner().hex())
            .put("mr_owner_config", guest.mrOwnerConfig().hex())
            .put("rtmr_0", guest.rtmrs().get(0).hex())
            .put("rtmr_1", guest.rtmrs().get(1).hex())
            .put("rtmr_2", guest.rtmrs().get(2).hex())
            .put("rtmr_3", guest.rtmrs().get(3).hex())
            .put("report_data", guest.reportData().hex());
    guest
        .current()
        .ifPresent(current ->
            body.put("tee_tcb_svn2", current.teeTcbSvn().hex())
                .put("mr_servicetd", current.mrServiceTd().hex()));
    guest
        .serviceTds()
        .ifPresent(more ->
            body.put("vm_id", more.vmId())
                .put("td_id", more.tdId().hex())
                .put("dev_info", more.devInfo().hex())
                .put("init_servicetd_hash", more.initial().hash().hex())
                .put("init_servicetd_attributes", more.initial().attributes().hex())
                .put("init_cpu_svn", more.initialCpuSvn().hex())
                .put("init_tee_tcb_svn", more.initialTeeTcbSvn().hex())
                .put("init_fmspc", more.initialFmspc().hex())
                .put("cur_servicetd_hash", more.current().hash().hex())
                .put("cur_servicetd_attributes", more.current().attributes().hex()));
    return body.build();
  }

  private static Json.Obj attributes(TdReport guest) {
    return Json.object()
        .put("debug", guest.has(TdAttribute.DEBUG))
        .put("septve_disable", guest.has(TdAttribute.SEPT_VE_DISABLE))
        .put("protection_keys", guest.has(TdAttribute.PKS))
        .put("key_locker", guest.has(TdAttribute.KL))
        .put("perfmon", guest.has(TdAttribute.PERFMON))
        .build();
  }

  private static void platform(Json.ObjBuilder claims, VerifiedQuote verified) {
    PckExtension platform = verified.platform();
    PckExtension.Configuration configuration = platform.configuration();
    Optional<Json> instance = platform.platformInstanceId().map(id -> Json.of(id.hex()));
    claims
        .put("fmspc", platform.fmspc().hex())
        .put("sgx_type", SGX_TYPES.get(platform.sgxType()))
        .put("root_key_id", rootKeyId(verified.root()))
        .putIf("platform_instance_id", instance)
        .putIf("platform_provider_id", instance)
        .putIf("is_dynamic_platform", flag(configuration.dynamicPlatform()))
        .putIf("is_cached_keys", flag(configuration.cachedKeys()))
        .putIf("is_smt_enabled", flag(configuration.smt()));
  }

  private static Optional<Json> flag(Optional<Boolean> value) {
    return value.map(Json::of);
  }

  /// SHA-384 of the point, with the octet that says it is not compressed.
  private static String rootKeyId(DcapRoots.Root root) {
    Bytes spki = root.spki();
    return HashAlg.SHA384.digest(spki.slice(spki.size() - 65, spki.size())).hex();
  }

  private static void tcb(Json.ObjBuilder claims, VerifiedQuote.Tcb tcb) {
    claims
        .put("tcb_status", tcb.status().text())
        .put("advisory_ids", Json.strings(tcb.advisoryIds()))
        // Collateral past its dates was refused.
        .put("collateral_expiration_status", "0")
        .put("earliest_issue_date", tcb.earliestIssue().toString())
        .put("latest_issue_date", tcb.latestIssue().toString())
        .put("earliest_expiration_date", tcb.earliestExpiration().toString())
        .put("tcb_date", tcb.tcbDate().toString())
        .put("root_ca_crl_num", new Json.Num(tcb.rootCrlNumber().toString()))
        .put("pck_crl_num", new Json.Num(tcb.pckCrlNumber().toString()))
        .put("tcb_eval_num", tcb.evaluationNumber());
  }
}
