package io.vouchsafe.testkit.intel;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;

/// The documents about a platform, each as the service sends it. Immutable.
///
/// @param tcbInfo body of the answer
/// @param qeIdentity body of the answer
/// @param signingChain PEM
/// @param rootCrl DER
/// @param pckCrl DER
/// @param pckCrlIssuerChain PEM
/// @param pckChain PEM: PCK certificate, its issuer, root
public record SimulatedCollateral(
    Bytes tcbInfo,
    Bytes qeIdentity,
    Bytes signingChain,
    Bytes rootCrl,
    Bytes pckCrl,
    Bytes pckCrlIssuerChain,
    Bytes pckChain) {

  /// A document of the collateral.
  public enum Part {
    TCB_INFO("tcbInfo"),
    QE_IDENTITY("qeIdentity"),
    SIGNING_CHAIN("tcbSigningChain"),
    ROOT_CRL("rootCaCrl"),
    PCK_CRL("pckCrl"),
    PCK_CRL_ISSUER_CHAIN("pckCrlIssuerChain"),
    PCK_CHAIN("pckChain");

    private final String member;

    Part(String member) {
      this.member = member;
    }

    private boolean isBinary() {
      return this == ROOT_CRL || this == PCK_CRL;
    }
  }

  /// One of the documents.
  public Bytes get(Part part) {
    return switch (part) {
      case TCB_INFO -> tcbInfo;
      case QE_IDENTITY -> qeIdentity;
      case SIGNING_CHAIN -> signingChain;
      case ROOT_CRL -> rootCrl;
      case PCK_CRL -> pckCrl;
      case PCK_CRL_ISSUER_CHAIN -> pckCrlIssuerChain;
      case PCK_CHAIN -> pckChain;
    };
  }

  /// This, with one of the documents exchanged.
  public SimulatedCollateral with(Part part, Bytes document) {
    return new SimulatedCollateral(
        part == Part.TCB_INFO ? document : tcbInfo,
        part == Part.QE_IDENTITY ? document : qeIdentity,
        part == Part.SIGNING_CHAIN ? document : signingChain,
        part == Part.ROOT_CRL ? document : rootCrl,
        part == Part.PCK_CRL ? document : pckCrl,
        part == Part.PCK_CRL_ISSUER_CHAIN ? document : pckCrlIssuerChain,
        part == Part.PCK_CHAIN ? document : pckChain);
  }

  /// The offline form: documents as text, lists as hexadecimal.
  public Json.Obj json() {
    Json.ObjBuilder json = Json.object();
    for (Part part : Part.values()) {
      Bytes document = get(part);
      json.put(part.member, part.isBinary() ? document.hex() : document.utf8Lossy());
    }
    return json.build();
  }
}
