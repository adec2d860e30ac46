package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;

/// The parsers of this package that nobody else can call, for the fuzz targets.
public final class Parsers {
  private Parsers() {}

  public static void tcbInfo(byte[] data) throws FormatException {
    TcbInfo.parse(SignedDocument.parse(Bytes.of(data), "tcbInfo").content());
  }

  public static void qeIdentity(byte[] data) throws FormatException {
    QeIdentity.parse(SignedDocument.parse(Bytes.of(data), "enclaveIdentity").content());
  }

  public static void certificates(byte[] data) throws FormatException {
    for (IntelCertificate certificate : IntelCertificate.chain(Bytes.of(data))) {
      certificate.isSignedBy(certificate.key());
    }
  }

  public static void pckExtension(byte[] data) throws FormatException {
    PckExtension.parse(Bytes.of(data));
  }

  public static void revocationList(byte[] data) throws FormatException {
    RevocationList.parse(Bytes.of(data)).number();
  }

  public static void eventLogJson(byte[] data) throws FormatException {
    RtmrReplay.ofJson(Json.parse(Bytes.of(data), JsonLimits.MESSAGE));
  }
}
