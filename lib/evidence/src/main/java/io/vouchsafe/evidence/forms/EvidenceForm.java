package io.vouchsafe.evidence.forms;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.dcap.TeeKind;
import io.vouchsafe.evidence.sev.SevCertificateFile;
import io.vouchsafe.evidence.snp.GhcbCertificateTable;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// What a [Recogniser] took some bytes for. Nothing of it is verified: a form says who is to look
/// at the bytes, not that they are good.
public sealed interface EvidenceForm {

  /// Kind of evidence of Google's virtual TPMs, which has no name on the wire.
  String GOOGLE = "gcp-vtpm";

  /// In words, for people: `SEV-SNP report`.
  String what();

  /// Forms that a verdict can be given on.
  sealed interface Evidence extends EvidenceForm {
    /// Kind of TEE as on the wire.
    String tee();
  }

  /// Forms that help to verify evidence.
  sealed interface Companion extends EvidenceForm {}

  /// The report of SEV-SNP firmware (specs/evidence-x86 §1.1), perhaps with the host's certificate
  /// table behind it.
  record SnpReport(Bytes report, Optional<GhcbCertificateTable> table) implements Evidence {
    public SnpReport {
      Objects.requireNonNull(report, "report");
      Objects.requireNonNull(table, "table");
    }

    @Override
    public String tee() {
      return "snp";
    }

    @Override
    public String what() {
      return table.isPresent() ? "SEV-SNP report and certificate table" : "SEV-SNP report";
    }
  }

  /// A quote (specs/evidence-x86 §4.1).
  ///
  /// @param kind as its header says; SGX if the header says nothing known
  record DcapQuote(TeeKind kind, Bytes quote) implements Evidence {
    @Override
    public String tee() {
      return kind.tee();
    }

    @Override
    public String what() {
      return kind + " quote";
    }
  }

  /// The JSON that guests send (specs/kbs-protocol §10).
  ///
  /// @param tee whose shape it has
  record GuestEvidence(String tee, Json.Obj evidence) implements Evidence {
    @Override
    public String what() {
      return "evidence of a guest, " + tee;
    }
  }

  /// The report of Azure's paravisor (specs/evidence-x86 §7.1). Alone it is not fresh: no quote of
  /// the virtual TPM came with it.
  ///
  /// @param tee by the type of the hardware report inside
  record HclReport(String tee, Bytes report) implements Evidence {
    @Override
    public String what() {
      return "HCL report of Azure, " + tee;
    }
  }

  /// Open Enclave's header with a quote behind it (specs/evidence-x86 §6).
  record OpenEnclaveReport(Bytes report) implements Evidence {
    @Override
    public String tee() {
      return "sgx";
    }

    @Override
    public String what() {
      return "Open Enclave report";
    }
  }

  /// What the tools for Google's virtual TPMs send (specs/evidence-x86 §8.3).
  record GoogleAttestation(Bytes attestation) implements Evidence {
    @Override
    public String tee() {
      return GOOGLE;
    }

    @Override
    public String what() {
      return "attestation of Google's virtual TPM";
    }
  }

  /// The certificate of the attestation key of a virtual TPM of Google, and what came with it.
  ///
  /// @param chain DER, the key's certificate first
  record GoogleAkCertificate(List<Bytes> chain) implements Evidence {
    public GoogleAkCertificate {
      chain = List.copyOf(chain);
    }

    @Override
    public String tee() {
      return GOOGLE;
    }

    @Override
    public String what() {
      return "certificate of a key of Google's virtual TPM";
    }
  }

  /// What Google says of its firmware (specs/evidence-x86 §8.1, `VMLaunchEndorsement`): for the
  /// report or quote beside it, or a statement by itself.
  record LaunchEndorsement(Bytes endorsement) implements Companion {
    @Override
    public String what() {
      return "launch endorsement of Google";
    }
  }

  /// Certificates of legacy SEV: of AMD's authorities or of a platform, which make a chain together
  /// (specs/evidence-x86 §3.1).
  record SevCertificates(SevCertificateFile file) implements Companion {
    @Override
    public String what() {
      return "SEV certificates " + file.certificates().stream().map(each -> each.usage()).toList();
    }
  }

  /// The certificates that a host hands out beside reports (specs/evidence-x86 §1.7).
  record CertificateTable(GhcbCertificateTable table) implements Companion {
    @Override
    public String what() {
      return "GHCB certificate table";
    }
  }

  /// A TCG event log, such as the `CCEL` data of a TDX guest.
  record EventLogData(Bytes log) implements Companion {
    @Override
    public String what() {
      return "event log";
    }
  }

  /// Certificates, DER each, in the order in which they stood.
  record Certificates(List<Bytes> certificates) implements Companion {
    public Certificates {
      certificates = List.copyOf(certificates);
    }

    @Override
    public String what() {
      return certificates.size() == 1 ? "certificate" : certificates.size() + " certificates";
    }
  }

  /// A certificate revocation list, DER.
  record RevocationList(Bytes list) implements Companion {
    @Override
    public String what() {
      return "certificate revocation list";
    }
  }

  /// Intel's collateral in one JSON object (specs/evidence-x86 §4.6).
  record DcapCollateral(Json.Obj collateral) implements Companion {
    @Override
    public String what() {
      return "DCAP collateral";
    }
  }

  /// One answer of Intel's collateral service, as it came: TCB info or an enclave identity.
  ///
  /// @param member `tcbInfo` or `enclaveIdentity`
  /// @param text the body of the answer, whose bytes are signed
  record DcapDocument(String member, Bytes text) implements Companion {
    @Override
    public String what() {
      return "DCAP document " + member;
    }
  }
}
