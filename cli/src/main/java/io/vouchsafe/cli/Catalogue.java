package io.vouchsafe.cli;

import io.vouchsafe.agent.GuestCheck;
import io.vouchsafe.appraisal.EarCheck;
import io.vouchsafe.appraisal.NoRuleCheck;
import io.vouchsafe.appraisal.RegoCheck;
import io.vouchsafe.appraisal.ReleaseCheck;
import io.vouchsafe.appraisal.SampleAppraisalCheck;
import io.vouchsafe.appraisal.SgxAppraisalCheck;
import io.vouchsafe.appraisal.SnpAppraisalCheck;
import io.vouchsafe.appraisal.TdxAppraisalCheck;
import io.vouchsafe.appraisal.TpmAppraisalCheck;
import io.vouchsafe.appraisal.VtpmAppraisalCheck;
import io.vouchsafe.appraisal.corim.CorimCheck;
import io.vouchsafe.appraisal.rim.RimCheck;
import io.vouchsafe.appraisal.statement.StatementCheck;
import io.vouchsafe.evidence.SampleCheck;
import io.vouchsafe.evidence.azure.AzureCheck;
import io.vouchsafe.evidence.dcap.DcapCheck;
import io.vouchsafe.evidence.forms.FormCheck;
import io.vouchsafe.evidence.google.EndorsementCheck;
import io.vouchsafe.evidence.google.GoogleVtpmCheck;
import io.vouchsafe.evidence.openenclave.OpenEnclaveCheck;
import io.vouchsafe.evidence.sev.SevCheck;
import io.vouchsafe.evidence.snp.SnpCheck;
import io.vouchsafe.evidence.tpm.EkCheck;
import io.vouchsafe.evidence.tpm.TpmCheck;
import io.vouchsafe.hypervisor.HypervisorCheck;
import io.vouchsafe.measure.MeasureCheck;
import io.vouchsafe.oci.ImageCheck;
import io.vouchsafe.protocol.JweCheck;
import io.vouchsafe.registry.RegistryCheck;
import io.vouchsafe.trust.collateral.BundleCheck;
import io.vouchsafe.trust.collateral.FetchCheck;
import io.vouchsafe.trust.core.AdminCheck;
import io.vouchsafe.trust.core.EnrolmentCheck;
import io.vouchsafe.trust.core.TransactionCheck;
import io.vouchsafe.trust.server.FacadeCheck;
import io.vouchsafe.verdict.Check;
import java.util.List;
import java.util.stream.Stream;

/// Every check of every verifier in this build, in the order of the transaction.
final class Catalogue {
  private Catalogue() {}

  static List<Check> checks() {
    return Stream.<Check[]>of(
            FacadeCheck.values(),
            TransactionCheck.values(),
            AdminCheck.values(),
            EkCheck.values(),
            EnrolmentCheck.values(),
            TpmCheck.values(),
            FormCheck.values(),
            SnpCheck.values(),
            DcapCheck.values(),
            OpenEnclaveCheck.values(),
            SevCheck.values(),
            BundleCheck.values(),
            FetchCheck.values(),
            AzureCheck.values(),
            EndorsementCheck.values(),
            GoogleVtpmCheck.values(),
            MeasureCheck.values(),
            SampleCheck.values(),
            TpmAppraisalCheck.values(),
            SnpAppraisalCheck.values(),
            TdxAppraisalCheck.values(),
            SgxAppraisalCheck.values(),
            VtpmAppraisalCheck.values(),
            SampleAppraisalCheck.values(),
            NoRuleCheck.values(),
            EarCheck.values(),
            CorimCheck.values(),
            RimCheck.values(),
            StatementCheck.values(),
            ReleaseCheck.values(),
            RegoCheck.values(),
            JweCheck.values(),
            RegistryCheck.values(),
            ImageCheck.values(),
            GuestCheck.values(),
            HypervisorCheck.values(),
            io.vouchsafe.guest.image.ImageCheck.values())
        .flatMap(Stream::of)
        .toList();
  }
}
