package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.util.Objects;
import java.util.Optional;

/// What Intel publishes about a platform, as it was received (specs/evidence-x86 §4.6). Untrusted
/// until it is verified together with a quote, whoever served it.
///
/// @param tcbInfo the body of the service's answer
/// @param qeIdentity the body of the service's answer
/// @param signingChain PEM: the certificate that signed both, and perhaps the root
/// @param rootCrl DER: the revocation list of the root
/// @param pckCrl DER: the revocation list of the issuer of the PCK certificate
/// @param pckChain PEM: the PCK certificate and its issuer, for quotes that bring none
public record Collateral(
    Bytes tcbInfo,
    Bytes qeIdentity,
    Bytes signingChain,
    Bytes rootCrl,
    Bytes pckCrl,
    Optional<Bytes> pckChain) {

  public Collateral {
    Objects.requireNonNull(tcbInfo, "tcbInfo");
    Objects.requireNonNull(qeIdentity, "qeIdentity");
    Objects.requireNonNull(signingChain, "signingChain");
    Objects.requireNonNull(rootCrl, "rootCrl");
    Objects.requireNonNull(pckCrl, "pckCrl");
    Objects.requireNonNull(pckChain, "pckChain");
  }

  /// Reads the offline form: a JSON object with the documents as text and the lists as hexadecimal.
  /// The chain of the PCK list's issuer may stand there and is not needed: it is the issuer of the
  /// PCK certificate.
  public static Collateral parse(Json json) throws FormatException {
    Json.Obj object = json.asObject("collateral");
    return new Collateral(
        Bytes.utf8(object.string("tcbInfo")),
        Bytes.utf8(object.string("qeIdentity")),
        Bytes.utf8(object.string("tcbSigningChain")),
        Bytes.fromHex(object.string("rootCaCrl")),
        Bytes.fromHex(object.string("pckCrl")),
        object.optionalString("pckChain").map(Bytes::utf8));
  }
}
