package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.evidence.GenuineDocument;
import io.vouchsafe.evidence.dcap.IntelCertificate.Role;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// Verifies single documents of Intel's service, without a quote (specs/evidence-x86 §4.6): for
/// whoever keeps them, so that nothing that is not genuine, in its time and what was asked for gets
/// into a cache. A quote is judged by the whole of them: [QuoteVerifier]. Thread-safe.
public final class DcapDocuments {
  private static final long MAX_NUMBER = 1_000_000;

  private final DcapRoots roots;

  /// @param roots which roots count
  public DcapDocuments(DcapRoots roots) {
    this.roots = Objects.requireNonNull(roots, "roots");
  }

  /// Verifies TCB info.
  ///
  /// @param body of the service's answer
  /// @param chain PEM: the certificate that signed, and perhaps the root
  /// @param tee what it must be for
  /// @param fmspc what it must be for, 6 bytes
  public GenuineDocument tcbInfo(Bytes body, Bytes chain, TeeKind tee, Bytes fmspc, Instant at)
      throws RefusedException {
    Run run = new Run(DcapCheck.TCB_INFO, at);
    Signer signer = run.signer(chain);
    TcbInfo info;
    try {
      info = TcbInfo.parse(run.document(body, "tcbInfo", signer));
    } catch (FormatException e) {
      throw run.invalid(e);
    }
    run.requireInTime(DcapCheck.TCB_INFO, info.issueDate(), info.nextUpdate());
    run.checks.require(
        DcapCheck.TCB_INFO,
        info.tee() == tee && info.fmspc().equals(fmspc),
        Code.COLLATERAL_MISMATCH,
        tee + ", FMSPC " + fmspc,
        info.tee() + ", FMSPC " + info.fmspc());
    return signer.genuine(
        "TCB info of FMSPC %s for %s, evaluation %d".formatted(fmspc, tee, info.evaluationNumber()),
        info.issueDate(),
        info.nextUpdate(),
        info.evaluationNumber());
  }

  /// Verifies the identity of an enclave.
  ///
  /// @param chain PEM: the certificate that signed, and perhaps the root
  /// @param id what it must be for: `QE`, `TD_QE` or `QVE`
  public GenuineDocument enclaveIdentity(Bytes body, Bytes chain, String id, Instant at)
      throws RefusedException {
    DcapCheck check = DcapCheck.QE_IDENTITY_DOCUMENT;
    Run run = new Run(check, at);
    Signer signer = run.signer(chain);
    QeIdentity identity;
    try {
      identity = QeIdentity.parse(run.document(body, "enclaveIdentity", signer));
    } catch (FormatException e) {
      throw run.invalid(e);
    }
    run.requireInTime(check, identity.issueDate(), identity.nextUpdate());
    run.checks.require(
        check, identity.id().equals(id), Code.COLLATERAL_MISMATCH, id, identity.id());
    return signer.genuine(
        "identity of %s, evaluation %d".formatted(id, identity.evaluationNumber()),
        identity.issueDate(),
        identity.nextUpdate(),
        identity.evaluationNumber());
  }

  /// Verifies the list of TCB recoveries; its number is the highest.
  ///
  /// @param chain PEM: the certificate that signed, and perhaps the root
  public GenuineDocument evaluationNumbers(Bytes body, Bytes chain, TeeKind tee, Instant at)
      throws RefusedException {
    DcapCheck check = DcapCheck.EVALUATION_NUMBERS;
    Run run = new Run(check, at);
    Signer signer = run.signer(chain);
    try {
      Json.Obj numbers = run.document(body, "tcbEvaluationDataNumbers", signer);
      Instant issued = SignedDocument.time(numbers, "issueDate");
      Instant until = SignedDocument.time(numbers, "nextUpdate");
      String id = numbers.string("id");
      long highest = 0;
      for (Json item : Assessment.bounded(numbers.array("tcbEvalNumbers"), Assessment.MAX_LEVELS)) {
        long number = item.asObject("evaluation number").integer("tcbEvaluationDataNumber");
        if (number < 0 || number > MAX_NUMBER) {
          throw FormatException.unexpected("an evaluation number", number + "");
        }
        highest = Math.max(highest, number);
      }
      run.requireInTime(check, issued, until);
      run.checks.require(
          check, id.equals(tee.tcbInfoId()), Code.COLLATERAL_MISMATCH, tee.tcbInfoId(), id);
      return signer.genuine("evaluation numbers of " + id, issued, until, highest);
    } catch (FormatException e) {
      throw run.invalid(e);
    }
  }

  /// Verifies the revocation list of a root.
  public GenuineDocument rootList(Bytes der, Instant at) throws RefusedException {
    Run run = new Run(DcapCheck.ROOT_CRL, at);
    RevocationList list = run.list(der);
    run.requireIssuer(list, Role.ROOT);
    DcapRoots.Root root =
        roots
            .signerOf(list)
            .orElseThrow(() ->
                run.checks.refuse(
                    DcapCheck.ROOT_CRL,
                    Code.COLLATERAL_SIGNATURE_INVALID,
                    "a list that one of %d pinned roots signed".formatted(roots.size()),
                    "a signature that does not verify"));
    run.requireInTime(DcapCheck.ROOT_CRL, list.thisUpdate(), list.nextUpdate());
    return new GenuineDocument(
        "revocation list of the root",
        list.thisUpdate(),
        list.nextUpdate(),
        run.number(list),
        root.anchor());
  }

  /// Verifies the revocation list of an issuer of PCK certificates.
  ///
  /// @param chain PEM: the issuer's certificate, and perhaps the root
  /// @param platformCa whose it must be
  public GenuineDocument pckList(Bytes der, Bytes chain, boolean platformCa, Instant at)
      throws RefusedException {
    DcapCheck check = DcapCheck.PCK_CRL;
    Run run = new Run(check, at);
    Role role = platformCa ? Role.PLATFORM_CA : Role.PROCESSOR_CA;
    RevocationList list = run.list(der);
    run.requireIssuer(list, role);
    Signer issuer = run.issuer(chain, role, check);
    run.checks.require(
        check,
        list.issuer().equals(issuer.certificate.subject()) && list.isSignedBy(issuer.key()),
        Code.COLLATERAL_SIGNATURE_INVALID,
        "a list that its issuer signed",
        "a signature that does not verify");
    run.requireInTime(check, list.thisUpdate(), list.nextUpdate());
    return issuer.genuine(
        "revocation list of the " + role, list.thisUpdate(), list.nextUpdate(), run.number(list));
  }

  /// A certificate that the pinned root signed, and until when both count.
  private record Signer(IntelCertificate certificate, DcapRoots.Root root, Instant until) {
    P256Key key() {
      return certificate.key();
    }

    GenuineDocument genuine(String about, Instant issued, Instant nextUpdate, long number) {
      Instant end = nextUpdate.isBefore(until) ? nextUpdate : until;
      return new GenuineDocument(about, issued, end, number, root.anchor());
    }
  }

  /// One verification.
  private final class Run {
    private final DcapCheck check;
    private final Instant at;
    private final Checklist checks = new Checklist();

    Run(DcapCheck check, Instant at) {
      this.check = check;
      this.at = at;
    }

    RefusedException invalid(FormatException e) {
      return checks.refuse(check, Code.COLLATERAL_INVALID, e.expected(), e.found());
    }

    Signer signer(Bytes chain) throws RefusedException {
      return issuer(chain, Role.TCB_SIGNING, DcapCheck.TCB_SIGNING);
    }

    /// The certificate of that role, whom it must lead to, and nothing else.
    Signer issuer(Bytes chain, Role role, DcapCheck onFailure) throws RefusedException {
      // Of the checks only the one of the signer knows this code.
      DcapCheck links = DcapCheck.TCB_SIGNING;
      List<IntelCertificate> certificates;
      try {
        certificates = IntelCertificate.chain(chain);
      } catch (FormatException e) {
        throw checks.refuse(links, Code.COLLATERAL_CHAIN_INVALID, e.expected(), e.found());
      }
      List<IntelCertificate> wanted = ofRole(certificates, role).toList();
      List<IntelCertificate> sent = ofRole(certificates, Role.ROOT).toList();
      boolean shaped =
          wanted.size() == 1
              && sent.size() <= 1
              && wanted.size() + sent.size() == certificates.size();
      Optional<DcapRoots.Root> root = shaped ? roots.issuerOf(wanted.getFirst()) : Optional.empty();
      boolean linked =
          root.isPresent()
              && sent.stream()
                  .allMatch(own ->
                      own.spki().equals(root.get().spki())
                          && own.subject().equals(wanted.getFirst().issuer()));
      if (!linked) {
        throw checks.refuse(
            links,
            Code.COLLATERAL_CHAIN_INVALID,
            "a certificate as %s of one of %d pinned roots".formatted(role, roots.size()),
            shaped ? "one of another issuer" : certificates.size() + " other certificates");
      }
      Instant until = Instant.MAX;
      for (IntelCertificate certificate : certificates) {
        requireInTime(onFailure, certificate.notBefore(), certificate.notAfter());
        until = certificate.notAfter().isBefore(until) ? certificate.notAfter() : until;
      }
      return new Signer(wanted.getFirst(), root.get(), until);
    }

    private static Stream<IntelCertificate> ofRole(List<IntelCertificate> all, Role role) {
      return all.stream().filter(each -> each.role() == role);
    }

    Json.Obj document(Bytes body, String name, Signer signer)
        throws FormatException, RefusedException {
      SignedDocument document = SignedDocument.parse(body, name);
      checks.require(
          check,
          document.isSignedBy(signer.key()),
          Code.COLLATERAL_SIGNATURE_INVALID,
          "a document that Intel signed",
          "a signature that does not verify");
      return document.content();
    }

    RevocationList list(Bytes der) throws RefusedException {
      try {
        return RevocationList.parse(der);
      } catch (FormatException e) {
        throw invalid(e);
      }
    }

    void requireIssuer(RevocationList list, Role role) throws RefusedException {
      try {
        String name = IntelCertificate.commonName(list.issuer());
        if (!name.equals(role.commonName())) {
          throw FormatException.unexpected("a list of " + role.commonName(), "one of " + name);
        }
      } catch (FormatException e) {
        Code code = check == DcapCheck.PCK_CRL ? Code.COLLATERAL_MISMATCH : Code.COLLATERAL_INVALID;
        throw checks.refuse(check, code, e.expected(), e.found());
      }
    }

    long number(RevocationList list) throws RefusedException {
      try {
        BigInteger number = list.number();
        if (number.signum() < 0 || number.bitLength() >= Long.SIZE) {
          throw FormatException.unexpected("the number of a list", number.toString());
        }
        return number.longValue();
      } catch (FormatException e) {
        throw invalid(e);
      }
    }

    void requireInTime(DcapCheck by, Instant from, Instant to) throws RefusedException {
      if (at.isAfter(to)) {
        throw checks.refuse(
            by, Code.COLLATERAL_EXPIRED, "a document that is good at " + at, "until " + to);
      }
      if (at.isBefore(from)) {
        throw checks.refuse(
            by, Code.COLLATERAL_NOT_YET_VALID, "a document that is good at " + at, "from " + from);
      }
    }
  }
}
