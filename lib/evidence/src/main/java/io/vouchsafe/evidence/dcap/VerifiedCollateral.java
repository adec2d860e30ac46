package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.dcap.IntelCertificate.Role;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/// Collateral that is genuine, in its time and fits a PCK certificate.
///
/// @param certificates those that documents and quote stand on
record VerifiedCollateral(
    TcbInfo tcbInfo,
    QeIdentity qeIdentity,
    RevocationList rootCrl,
    RevocationList pckCrl,
    List<IntelCertificate> certificates) {

  static VerifiedCollateral verify(
      Collateral collateral,
      TeeKind tee,
      PckChain chain,
      DcapCache cache,
      Instant at,
      Checklist checks)
      throws RefusedException {
    Verification run = new Verification(chain, cache, at, checks);
    RevocationList rootCrl =
        run.list(
            DcapCheck.ROOT_CRL, collateral.rootCrl(), chain.issuer().issuer(), chain.root().key());
    RevocationList pckCrl =
        run.list(
            DcapCheck.PCK_CRL, collateral.pckCrl(), chain.leaf().issuer(), chain.issuer().key());
    List<IntelCertificate> signing = run.signing(collateral.signingChain());
    IntelCertificate signer = signer(signing);
    run.requireNotRevoked(rootCrl, chain.issuer());
    run.requireNotRevoked(rootCrl, signer);
    run.requireNotRevoked(pckCrl, chain.leaf());
    checks.pass(DcapCheck.REVOCATION, "no revoked certificate", "none");
    TcbInfo info = run.tcbInfo(collateral.tcbInfo(), signer, tee);
    QeIdentity identity = run.qeIdentity(collateral.qeIdentity(), signer, tee);
    List<IntelCertificate> certificates = new ArrayList<>(signing);
    certificates.add(chain.issuer());
    certificates.add(chain.leaf());
    return new VerifiedCollateral(
        info, identity, rootCrl, pckCrl, Collections.unmodifiableList(certificates));
  }

  private static IntelCertificate signer(List<IntelCertificate> signing) {
    return signing.stream()
        .filter(each -> each.role() == Role.TCB_SIGNING)
        .findFirst()
        .orElseThrow();
  }

  Instant earliestIssue() {
    return issues().min(Instant::compareTo).orElseThrow();
  }

  Instant latestIssue() {
    return issues().max(Instant::compareTo).orElseThrow();
  }

  private Stream<Instant> issues() {
    return Stream.concat(
        certificates.stream().map(IntelCertificate::notBefore),
        Stream.of(
            tcbInfo.issueDate(),
            qeIdentity.issueDate(),
            rootCrl.thisUpdate(),
            pckCrl.thisUpdate()));
  }

  Instant earliestExpiration() {
    return Stream.concat(
            certificates.stream().map(IntelCertificate::notAfter),
            Stream.of(
                tcbInfo.nextUpdate(),
                qeIdentity.nextUpdate(),
                rootCrl.nextUpdate(),
                pckCrl.nextUpdate()))
        .min(Instant::compareTo)
        .orElseThrow();
  }

  /// One run: what all of its steps need.
  private record Verification(PckChain chain, DcapCache cache, Instant at, Checklist checks) {

    RevocationList list(DcapCheck check, Bytes der, Bytes issuer, P256Key key)
        throws RefusedException {
      RevocationList list;
      try {
        list =
            DcapCache.known(
                cache.lists(),
                new DcapCache.Document(der, key.spki()),
                () -> genuineList(check, RevocationList.parse(der), issuer, key));
      } catch (FormatException e) {
        throw checks.refuse(check, Code.COLLATERAL_INVALID, e.expected(), e.found());
      }
      requireIssuer(check, list, issuer);
      requireInTime(check, list.thisUpdate(), list.nextUpdate());
      checks.pass(check, "a list in its time", "number " + list.number());
      return list;
    }

    private void requireIssuer(DcapCheck check, RevocationList list, Bytes issuer)
        throws RefusedException {
      if (!list.issuer().equals(issuer)) {
        throw checks.refuse(
            check,
            check == DcapCheck.PCK_CRL ? Code.COLLATERAL_MISMATCH : Code.COLLATERAL_INVALID,
            "the list of the issuer of the certificate",
            "one of " + name(list.issuer()));
      }
    }

    private static String name(Bytes issuer) {
      try {
        return IntelCertificate.commonName(issuer);
      } catch (FormatException _) {
        return issuer.hex();
      }
    }

    private RevocationList genuineList(
        DcapCheck check, RevocationList list, Bytes issuer, P256Key key) throws RefusedException {
      requireIssuer(check, list, issuer);
      if (!list.isSignedBy(key)) {
        throw checks.refuse(
            check,
            Code.COLLATERAL_SIGNATURE_INVALID,
            "a list that its issuer signed",
            "a signature that does not verify");
      }
      return list;
    }

    private void requireInTime(DcapCheck check, Instant from, Instant to) throws RefusedException {
      if (at.isAfter(to)) {
        throw checks.refuse(
            check, Code.COLLATERAL_EXPIRED, "a document that is good at " + at, "until " + to);
      }
      if (at.isBefore(from)) {
        throw checks.refuse(
            check,
            Code.COLLATERAL_NOT_YET_VALID,
            "a document that is good at " + at,
            "from " + from);
      }
    }

    List<IntelCertificate> signing(Bytes text) throws RefusedException {
      List<IntelCertificate> certificates;
      try {
        certificates =
            DcapCache.known(
                cache.signers(),
                new DcapCache.Document(text, chain.root().spki()),
                () -> linked(IntelCertificate.chain(text)));
      } catch (FormatException e) {
        throw checks.refuse(
            DcapCheck.TCB_SIGNING, Code.COLLATERAL_CHAIN_INVALID, e.expected(), e.found());
      }
      for (IntelCertificate certificate : certificates) {
        requireInTime(DcapCheck.TCB_SIGNING, certificate.notBefore(), certificate.notAfter());
      }
      checks.pass(
          DcapCheck.TCB_SIGNING,
          "a TCB signing certificate of the root of the quote",
          "valid until " + signer(certificates).notAfter());
      return certificates;
    }

    private List<IntelCertificate> linked(List<IntelCertificate> certificates)
        throws RefusedException {
      List<IntelCertificate> signers =
          certificates.stream().filter(each -> each.role() == Role.TCB_SIGNING).toList();
      List<IntelCertificate> roots =
          certificates.stream().filter(each -> each.role() == Role.ROOT).toList();
      boolean shaped =
          signers.size() == 1
              && roots.size() <= 1
              && signers.size() + roots.size() == certificates.size();
      boolean linked =
          shaped
              && signers.getFirst().issuer().equals(chain.issuer().issuer())
              && signers.getFirst().isSignedBy(chain.root().key())
              && roots.stream().allMatch(root -> root.spki().equals(chain.root().spki()));
      if (!linked) {
        throw checks.refuse(
            DcapCheck.TCB_SIGNING,
            Code.COLLATERAL_CHAIN_INVALID,
            "a TCB signing certificate of the root of the quote",
            shaped ? "one of another issuer" : "other certificates");
      }
      return certificates;
    }

    void requireNotRevoked(RevocationList list, IntelCertificate certificate)
        throws RefusedException {
      if (list.lists(certificate)) {
        throw checks.refuse(
            DcapCheck.REVOCATION,
            Code.REVOKED,
            "no revoked certificate",
            certificate.role() + " with serial " + certificate.serial().toString(16));
      }
    }

    private SignedDocument document(
        DcapCheck check, Bytes text, String name, IntelCertificate signer)
        throws FormatException, RefusedException {
      SignedDocument document = SignedDocument.parse(text, name);
      if (!document.isSignedBy(signer.key())) {
        throw checks.refuse(
            check,
            Code.COLLATERAL_SIGNATURE_INVALID,
            "a document that Intel signed",
            "a signature that does not verify");
      }
      return document;
    }

    TcbInfo tcbInfo(Bytes text, IntelCertificate signer, TeeKind tee) throws RefusedException {
      DcapCheck check = DcapCheck.TCB_INFO;
      TcbInfo info;
      try {
        info =
            DcapCache.known(
                cache.tcbInfos(),
                new DcapCache.Document(text, signer.spki()),
                () -> TcbInfo.parse(document(check, text, "tcbInfo", signer).content()));
      } catch (FormatException e) {
        throw checks.refuse(check, Code.COLLATERAL_INVALID, e.expected(), e.found());
      }
      requireInTime(check, info.issueDate(), info.nextUpdate());
      PckExtension platform = chain.platform();
      checks.require(
          check,
          info.tee() == tee
              && info.fmspc().equals(platform.fmspc())
              && info.pceId().equals(platform.pceId()),
          Code.COLLATERAL_MISMATCH,
          tee + ", FMSPC " + platform.fmspc() + ", PCEID " + platform.pceId(),
          info.tee() + ", FMSPC " + info.fmspc() + ", PCEID " + info.pceId());
      return info;
    }

    QeIdentity qeIdentity(Bytes text, IntelCertificate signer, TeeKind tee)
        throws RefusedException {
      DcapCheck check = DcapCheck.QE_IDENTITY_DOCUMENT;
      QeIdentity identity;
      try {
        identity =
            DcapCache.known(
                cache.identities(),
                new DcapCache.Document(text, signer.spki()),
                () -> QeIdentity.parse(document(check, text, "enclaveIdentity", signer).content()));
      } catch (FormatException e) {
        throw checks.refuse(check, Code.COLLATERAL_INVALID, e.expected(), e.found());
      }
      requireInTime(check, identity.issueDate(), identity.nextUpdate());
      checks.require(
          check,
          identity.id().equals(tee.qeIdentityId()),
          Code.COLLATERAL_MISMATCH,
          tee.qeIdentityId(),
          identity.id());
      return identity;
    }
  }
}
