package io.vouchsafe.appraisal.rim;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Set;
import javax.xml.crypto.MarshalException;
import javax.xml.crypto.dsig.Reference;
import javax.xml.crypto.dsig.Transform;
import javax.xml.crypto.dsig.XMLSignature;
import javax.xml.crypto.dsig.XMLSignatureException;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMValidateContext;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/// The enveloped XML signature of a SWID manifest. What is believed is what was signed: exactly one
/// signature, a child of the document's root, over the whole document but itself.
public final class SignedSwidRim {
  private static final String C14N_11 = "http://www.w3.org/2006/12/xml-c14n11";
  private static final int MAX_CERTIFICATES = 8;
  private static final int MAX_BASE64 = 1 << 16;

  private SignedSwidRim() {}

  /// Whether a key under `root` signed the manifest, counting at `at`. Revocation is not looked up:
  /// whoever takes a manifest over network decides that.
  ///
  /// @param xml as received
  /// @param root named by the operator
  /// @throws FormatException if it does not parse
  /// @throws RefusedException with the first check of [RimCheck] that fails
  public static SwidRim verify(Bytes xml, X509Certificate root, Instant at)
      throws FormatException, RefusedException {
    Document document = Xml.parse(xml);
    SwidRim rim = SwidRim.of(document);
    Checklist checks = new Checklist();
    Element signature = onlySignature(document, checks);
    PublicKey key = signer(signature, root, at, checks);
    requireSigned(signature, key, checks);
    return rim;
  }

  private static Element onlySignature(Document document, Checklist checks)
      throws RefusedException {
    int all = document.getElementsByTagNameNS(XMLSignature.XMLNS, "Signature").getLength();
    List<Element> direct =
        Xml.children(document.getDocumentElement(), XMLSignature.XMLNS, "Signature");
    checks.require(
        RimCheck.COVERAGE, all > 0, Code.SIGNATURE_MISSING, "an enveloped signature", "none");
    checks.require(
        RimCheck.COVERAGE,
        all == 1 && direct.size() == 1,
        Code.SIGNATURE_INVALID,
        "one signature, directly in the document's root",
        all + " signatures, " + direct.size() + " of them there");
    return direct.getFirst();
  }

  private static PublicKey signer(
      Element signature, X509Certificate root, Instant at, Checklist checks)
      throws FormatException, RefusedException {
    List<X509Certificate> chain = certificates(signature);
    chain.remove(root);
    if (chain.isEmpty()) {
      throw checks.refuse(
          RimCheck.CHAIN, Code.CHAIN_INVALID, "a signer's certificate under the root", "none");
    }
    try {
      PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(at));
      CertPathValidator.getInstance("PKIX")
          .validate(CertificateFactory.getInstance("X.509").generateCertPath(chain), parameters);
    } catch (CertPathValidatorException e) {
      throw checks.refuse(
          RimCheck.CHAIN,
          code(e),
          "certificates from the signer to " + root.getSubjectX500Principal(),
          found(chain, e));
    } catch (GeneralSecurityException e) {
      throw checks.refuse(
          RimCheck.CHAIN,
          Code.CHAIN_INVALID,
          "certificates from the signer to " + root.getSubjectX500Principal(),
          String.valueOf(e.getMessage()));
    }
    checks.pass(RimCheck.CHAIN, "a chain to the root", chain.size() + " certificates");
    return chain.getFirst().getPublicKey();
  }

  /// What the JDK says, and of which certificate.
  private static String found(List<X509Certificate> chain, CertPathValidatorException e) {
    String problem = String.valueOf(e.getMessage());
    if (e.getIndex() < 0 || e.getIndex() >= chain.size()) {
      return problem;
    }
    X509Certificate certificate = chain.get(e.getIndex());
    return "%s: %s, valid from %s until %s"
        .formatted(
            problem,
            certificate.getSubjectX500Principal(),
            certificate.getNotBefore().toInstant(),
            certificate.getNotAfter().toInstant());
  }

  private static Code code(CertPathValidatorException e) {
    if (e.getReason() == CertPathValidatorException.BasicReason.EXPIRED) {
      return Code.CERT_EXPIRED;
    }
    return e.getReason() == CertPathValidatorException.BasicReason.NOT_YET_VALID
        ? Code.CERT_NOT_YET_VALID
        : Code.CHAIN_INVALID;
  }

  /// The certificates of the signature's key information, the signer's first.
  private static List<X509Certificate> certificates(Element signature) throws FormatException {
    Element info = Xml.child(signature, XMLSignature.XMLNS, "KeyInfo");
    List<X509Certificate> chain = new ArrayList<>();
    for (Element data : Xml.children(info, XMLSignature.XMLNS, "X509Data")) {
      for (Element item : Xml.children(data, XMLSignature.XMLNS, "X509Certificate")) {
        if (chain.size() == MAX_CERTIFICATES || item.getTextContent().length() > MAX_BASE64) {
          throw FormatException.oversized(
              0, "at most " + MAX_CERTIFICATES + " certificates", "more");
        }
        chain.add(certificate(item.getTextContent()));
      }
    }
    return chain;
  }

  private static X509Certificate certificate(String base64) throws FormatException {
    try {
      byte[] der = Base64.getMimeDecoder().decode(base64);
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException | IllegalArgumentException e) {
      throw FormatException.unexpected("a certificate in base64", String.valueOf(e.getMessage()));
    }
  }

  private static void requireSigned(Element element, PublicKey key, Checklist checks)
      throws RefusedException {
    try {
      DOMValidateContext context = new DOMValidateContext(key, element);
      // Refuses weak algorithms, references to files and networks, XSLT, and floods of references.
      context.setProperty("org.jcp.xml.dsig.secureValidation", true);
      XMLSignature signature =
          XMLSignatureFactory.getInstance("DOM").unmarshalXMLSignature(context);
      requireWhole(signature, checks);
      checks.require(
          RimCheck.SIGNATURE,
          signature.validate(context),
          Code.SIGNATURE_INVALID,
          "a signature over this document",
          "one over another");
    } catch (MarshalException | XMLSignatureException | ClassCastException e) {
      throw checks.refuse(
          RimCheck.SIGNATURE,
          Code.SIGNATURE_INVALID,
          "an XML signature that can be checked",
          String.valueOf(e.getMessage()));
    }
  }

  /// One reference, to the document it stands in, less nothing but the signature itself.
  private static void requireWhole(XMLSignature signature, Checklist checks)
      throws RefusedException {
    List<Reference> references = signature.getSignedInfo().getReferences();
    boolean whole =
        references.size() == 1
            && "".equals(references.getFirst().getURI())
            && signature.getObjects().isEmpty();
    boolean enveloped = false;
    for (Transform transform : references.getFirst().getTransforms()) {
      boolean known =
          transform.getAlgorithm().equals(Transform.ENVELOPED)
              || transform.getAlgorithm().equals(C14N_11);
      whole &= known;
      enveloped |= transform.getAlgorithm().equals(Transform.ENVELOPED);
    }
    checks.require(
        RimCheck.COVERAGE,
        whole && enveloped,
        Code.SIGNATURE_INVALID,
        "one reference to the whole document",
        references.size() + " references, the first to \"" + references.getFirst().getURI() + '"');
  }
}
