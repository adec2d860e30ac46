package io.vouchsafe.appraisal.rim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.testkit.Vectors;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Against a real manifest; its certificates count about two years.
class SignedSwidRimTest {
  private String text = "";
  private X509Certificate root;
  private Instant signed = Instant.EPOCH;

  private static X509Certificate certificate(byte[] bytes) throws Exception {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(bytes));
  }

  @BeforeEach
  void read() throws Exception {
    text = Vectors.text("nvidia/rim/VBIOS_960074001A.swidtag");
    root = certificate(Vectors.bytes("nvidia/verifier_RIM_root.pem"));
    int from = text.indexOf("X509Certificate>") + "X509Certificate>".length();
    String leaf = text.substring(from, text.indexOf('<', from));
    signed =
        certificate(java.util.Base64.getMimeDecoder().decode(leaf))
            .getNotBefore()
            .toInstant()
            .plusSeconds(86_400);
  }

  private void refuses(String changed, Instant at, Code code, String check) {
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> SignedSwidRim.verify(Bytes.utf8(changed), root, at))
        .satisfies(refused -> {
          assertThat(refused.refusal().code()).isEqualTo(code);
          assertThat(refused.refusal().check()).isEqualTo(check);
        });
  }

  @Test
  void verify_realManifestInItsTime_passes() throws Exception {
    SwidRim rim = SignedSwidRim.verify(Bytes.utf8(text), root, signed);
    assertThat(rim.referenceValues(Instant.MAX, "test"))
        .anyMatch(value -> value.name().equals("NVIDIA_Corporation.GPU.measurement_12"));
  }

  @Test
  void verify_pastTheSigner_isRefused() {
    refuses(text, signed.plusSeconds(40L * 365 * 86_400), Code.CERT_EXPIRED, "rim.chain");
  }

  @Test
  void verify_beforeTheSigner_isRefused() {
    refuses(text, Instant.parse("2001-01-01T00:00:00Z"), Code.CERT_NOT_YET_VALID, "rim.chain");
  }

  @Test
  void verify_hashChanged_isRefused() {
    int at = text.indexOf("Hash0=\"b") + "Hash0=\"".length();
    String changed = text.substring(0, at) + 'c' + text.substring(at + 1);
    refuses(changed, signed, Code.SIGNATURE_INVALID, "rim.signature");
  }

  @Test
  void verify_measurementMadeInactive_isRefused() {
    refuses(
        text.replaceFirst("active=\"True\"", "active=\"False\""),
        signed,
        Code.SIGNATURE_INVALID,
        "rim.signature");
  }

  @Test
  void verify_otherRoot_isRefused() throws Exception {
    root = certificate(Vectors.bytes("nvidia/verifier_device_root.pem"));
    refuses(text, signed, Code.CHAIN_INVALID, "rim.chain");
  }

  @Test
  void verify_noSignature_isRefused() {
    int from = text.indexOf("<ds:Signature");
    if (from < 0) {
      from = text.indexOf("<Signature");
    }
    int to = text.indexOf('>', text.lastIndexOf("Signature>")) + 1;
    refuses(
        text.substring(0, from) + text.substring(to),
        signed,
        Code.SIGNATURE_MISSING,
        "rim.signature.coverage");
  }

  /// The signed document as an object inside the signature of another one.
  @Test
  void verify_wrappedDocument_isRefused() {
    int payload = text.indexOf("Payload");
    int from = text.lastIndexOf('<', payload);
    String wrapper = text.substring(0, from) + text.substring(text.indexOf('<', from));
    String inner = text.substring(text.indexOf("<SoftwareIdentity"));
    String changed = wrapper.replaceFirst("</SoftwareIdentity>", inner + "</SoftwareIdentity>");
    refuses(changed, signed, Code.SIGNATURE_INVALID, "rim.signature.coverage");
  }

  @Test
  void verify_referenceToAnElementOnly_isRefused() {
    refuses(
        text.replace("Reference URI=\"\"", "Reference URI=\"#x\""),
        signed,
        Code.SIGNATURE_INVALID,
        "rim.signature.coverage");
  }

  @Test
  void verify_weakDigest_isRefused() {
    refuses(
        text.replace(
            "http://www.w3.org/2001/04/xmldsig-more#sha384",
            "http://www.w3.org/2000/09/xmldsig#sha1"),
        signed,
        Code.SIGNATURE_INVALID,
        "rim.signature");
  }

  @Test
  void verify_certificateThatIsNone_isMalformed() {
    int from = text.indexOf("X509Certificate>") + "X509Certificate>".length();
    String changed = text.substring(0, from) + "AAAA" + text.substring(from + 40);
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> SignedSwidRim.verify(Bytes.utf8(changed), root, signed));
  }
}
