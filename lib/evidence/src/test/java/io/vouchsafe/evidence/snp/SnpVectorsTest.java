package io.vouchsafe.evidence.snp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.evidence.Anchor;
import io.vouchsafe.evidence.ExpectedBinding;
import io.vouchsafe.evidence.VerifiedEvidence;
import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Reports of real chips and of test roots.
class SnpVectorsTest {
  private static final Instant AT = Instant.parse("2026-03-01T00:00:00Z");
  private static final String TRUSTEE_DATA =
      "7e7320889600c7ac133aea7b896c51f41026002982292a7369559796999c1bf9"
          + "29eef3ff23c46e858f0b1982f9a92b17c51b578d958cde6b0c92978f150cf9b0";

  private static String outcome(SnpCase one) throws IOException, FormatException {
    try {
      new SnpReportVerifier(one.trust())
          .verify(one.report(), one.endorsements(), one.policy(), one.at());
      return "valid";
    } catch (RefusedException e) {
      return e.code().name();
    }
  }

  @Test
  void everyCase_isAcceptedOrRefusedForOneOfItsReasons() throws Exception {
    List<String> differing = new ArrayList<>();
    for (SnpCase one : SnpCase.all()) {
      String outcome = outcome(one);
      boolean right = one.valid() ? outcome.equals("valid") : one.reasons().contains(outcome);
      if (!right) {
        differing.add(one.id() + ": " + outcome);
      }
    }
    assertThat(differing).isEmpty();
  }

  @Test
  void everyCase_withFields_isDecodedToThem() throws Exception {
    for (SnpCase one : SnpCase.all()) {
      if (one.item().get("fields").isEmpty()) {
        continue;
      }
      SnpReport report;
      try {
        report = SnpReport.parse(one.report());
      } catch (FormatException _) {
        assertThat(one.valid()).as(one.id()).isFalse();
        continue;
      }
      Json.Obj fields = one.item().object("fields");
      assertThat(report.version()).as(one.id()).isEqualTo((int) fields.integer("version"));
      assertThat(report.measurement().hex()).isEqualTo(fields.string("measurement"));
      assertThat(report.chipId().hex()).isEqualTo(fields.string("chip_id"));
      assertThat(report.hostData().hex()).isEqualTo(fields.string("host_data"));
      assertThat(report.reportData().hex()).isEqualTo(fields.string("report_data"));
      assertThat(report.idKeyDigest().hex()).isEqualTo(fields.string("id_key_digest"));
      assertThat(report.policy().toString()).isEqualTo(fields.string("policy"));
      assertThat(report.platformInfo().toString()).isEqualTo(fields.string("platform_info"));
      assertThat(report.current().toString()).isEqualTo(fields.string("currentVersion"));
      assertThat(report.vmpl()).isEqualTo(fields.integer("vmpl"));
      assertThat(report.guestSvn()).isEqualTo(fields.integer("guest_svn"));
    }
  }

  @Test
  void everyReport_cutAtAnyLength_isMalformed() throws Exception {
    SnpCase one = SnpCase.named("ms-turin-v5");
    Bytes report = one.report();
    SnpReportVerifier verifier = new SnpReportVerifier(SnpTrust.amd());
    for (int length = 0; length < report.size(); length++) {
      Bytes cut = report.slice(0, length);
      assertThatThrownBy(() -> verifier.verify(cut, one.endorsements(), SnpPolicy.STRICT, one.at()))
          .isInstanceOfSatisfying(
              RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.MALFORMED));
    }
  }

  @Test
  void signedByte_flipped_isRefused() throws Exception {
    for (String id : List.of("ms-turin-v5", "ms-genoa-v3", "openanolis-milan-vlek-v2")) {
      SnpCase one = SnpCase.named(id);
      byte[] report = one.report().toByteArray();
      SnpEndorsements endorsements = one.endorsements();
      SnpReportVerifier verifier = new SnpReportVerifier(SnpTrust.amd());
      for (int i = 0; i < SnpReport.SIZE; i += i < 0x50 || i >= 0x180 ? 1 : 7) {
        report[i] ^= 1;
        Bytes changed = Bytes.of(report);
        assertThatThrownBy(() -> verifier.verify(changed, endorsements, SnpPolicy.STRICT, one.at()))
            .as(id + " byte " + i)
            .isInstanceOf(RefusedException.class);
        report[i] ^= 1;
      }
    }
  }

  @Test
  void realReport_underTestRoots_isOfAnUntrustedRoot() throws Exception {
    SnpCase one = SnpCase.named("ms-milan-v3");
    SnpReportVerifier verifier = new SnpReportVerifier(SnpCase.named("syn-ok-milan-v3").trust());
    assertThatThrownBy(
            () -> verifier.verify(one.report(), one.endorsements(), SnpPolicy.STRICT, one.at()))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.CHAIN_INVALID));
  }

  @Test
  void testReport_underAmdRoots_isOfAnUntrustedRoot() throws Exception {
    SnpCase one = SnpCase.named("syn-ok-milan-v3");
    SnpReportVerifier verifier = new SnpReportVerifier(SnpTrust.amd());
    assertThatThrownBy(
            () -> verifier.verify(one.report(), one.endorsements(), SnpPolicy.STRICT, one.at()))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.CHAIN_INVALID));
  }

  @Test
  void endorsements_seenBefore_giveTheSameChecksAndAreJudgedByTheTime() throws Exception {
    SnpCase one = SnpCase.named("dstack-milan-v3");
    SnpReportVerifier verifier = new SnpReportVerifier(SnpTrust.amd());
    VerifiedSnpReport first =
        verifier.verify(one.report(), one.endorsements(), SnpPolicy.STRICT, one.at());
    VerifiedSnpReport second =
        verifier.verify(one.report(), one.endorsements(), SnpPolicy.STRICT, one.at());
    assertThat(second.checks()).isEqualTo(first.checks());
    assertThatThrownBy(() ->
            verifier.verify(
                one.report(),
                one.endorsements(),
                SnpPolicy.STRICT,
                Instant.parse("2050-01-01T00:00:00Z")))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.CERT_EXPIRED));
  }

  @Test
  void revocationList_demandedAndAbsent_isRefused() throws Exception {
    SnpCase one = SnpCase.named("ms-milan-v3");
    SnpPolicy policy = SnpPolicy.of(Json.object().put("requireRevocationList", true).build());
    assertThatThrownBy(() ->
            new SnpReportVerifier(SnpTrust.amd())
                .verify(one.report(), one.endorsements(), policy, one.at()))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.COLLATERAL_MISSING));
  }

  @Test
  void revocationList_changedOrOfTheFuture_isRefused() throws Exception {
    SnpCase one = SnpCase.named("syn-ok-milan-vlek");
    SnpReportVerifier verifier = new SnpReportVerifier(one.trust());
    Bytes list = one.endorsements().revocationLists().getFirst();
    byte[] changed = list.toByteArray();
    changed[changed.length - 1] ^= 1;
    record Bad(Bytes list, Instant at, Code code) {}
    for (Bad bad :
        List.of(
            new Bad(Bytes.of(changed), one.at(), Code.COLLATERAL_SIGNATURE_INVALID),
            new Bad(Bytes.utf8("none"), one.at(), Code.COLLATERAL_INVALID),
            new Bad(list, Instant.parse("2024-12-31T23:59:59Z"), Code.COLLATERAL_NOT_YET_VALID))) {
      SnpEndorsements endorsements =
          new SnpEndorsements(List.of(one.vek()), one.chain(), List.of(bad.list()));
      assertThatThrownBy(
              () -> verifier.verify(one.report(), endorsements, SnpPolicy.STRICT, bad.at()))
          .isInstanceOfSatisfying(
              RefusedException.class, e -> assertThat(e.code()).isEqualTo(bad.code()));
    }
  }

  private static Json trustee() throws IOException, FormatException {
    return Json.parse(Vectors.text("trustee/snp/evidence.json"), JsonLimits.MESSAGE);
  }

  private static SnpVerifier withGenoaChain() throws IOException, FormatException {
    List<Bytes> chain =
        Pem.parse(Bytes.of(Vectors.bytes("snp/amd-genoa-ask-ark-asvk.pem")), "CERTIFICATE");
    return SnpVerifier.strict(_ -> new SnpEndorsements(List.of(), chain, List.of()));
  }

  private static ExpectedBinding binding(String hex) throws FormatException {
    return new ExpectedBinding(Bytes.fromHex(hex), Optional.empty());
  }

  @Test
  void guestEvidence_ofTheReferenceBroker_isAcceptedWithItsClaims() throws Exception {
    VerifiedEvidence verified = withGenoaChain().verify(trustee(), binding(TRUSTEE_DATA), AT);
    assertThat(verified.anchor()).isEqualTo(Anchor.PRODUCTION);
    assertThat(verified.claims().string("report_data")).isEqualTo(TRUSTEE_DATA);
    assertThat(verified.claims().string("measurement"))
        .isEqualTo(
            "6a6519d757e68c2e939c9dbbbc1828498e8de35d2766dd05f1a2cca5059d0cf4"
                + "ae62a36d75c837974dd50b315506e73e");
    assertThat(verified.claims().integer("reported_tcb_snp")).isEqualTo(23);
    assertThat(verified.claims().bool("policy_debug_allowed")).isFalse();
    assertThat(verified.claims().string("product")).isEqualTo("Genoa");
  }

  @Test
  void guestEvidence_withoutAuthorities_isRefused() {
    assertThatThrownBy(() ->
            SnpVerifier.strict(SnpEndorsementSource.NONE)
                .verify(trustee(), binding(TRUSTEE_DATA), AT))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.CHAIN_INVALID));
  }

  @Test
  void guestEvidence_forAnotherRequest_isRefused() {
    assertThatThrownBy(
            () -> withGenoaChain().verify(trustee(), binding(TRUSTEE_DATA.substring(0, 64)), AT))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.REPORT_DATA_MISMATCH));
  }

  @Test
  void guestEvidence_withOtherInitData_isRefused() {
    assertThatThrownBy(() ->
            withGenoaChain()
                .verify(
                    trustee(),
                    new ExpectedBinding(
                        Bytes.fromHex(TRUSTEE_DATA), Optional.of(Bytes.utf8("another digest"))),
                    AT))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.INIT_DATA_MISMATCH));
  }

  @Test
  void guestEvidence_withoutAnyMember_isMalformed() throws Exception {
    Json.Obj evidence = trustee().asObject("evidence");
    Json.Obj report = evidence.object("attestation_report");
    SnpVerifier verifier = withGenoaChain();
    for (String member : report.members().keySet()) {
      if (member.startsWith("cpuid")) {
        continue; // absent is what versions before 3 say
      }
      Json.Obj changed = evidence.with("attestation_report", report.without(member));
      assertThatThrownBy(() -> verifier.verify(changed, binding(TRUSTEE_DATA), AT))
          .as(member)
          .isInstanceOfSatisfying(
              RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.MALFORMED));
    }
  }

  @Test
  void guestEvidence_withAnEmptyChain_isNotCompleted() throws Exception {
    Json.Obj evidence = trustee().asObject("evidence");
    Json.Obj changed = evidence.with("cert_chain", new Json.Arr(List.of()));
    assertThatThrownBy(() -> withGenoaChain().verify(changed, binding(TRUSTEE_DATA), AT))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.CHAIN_INVALID));
  }
}
