package io.vouchsafe.evidence.snp;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DerReader;
import io.vouchsafe.encoding.DerTag;
import io.vouchsafe.encoding.FormatException;
import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What the certificate of a signing key says: the extensions of AMD's arc (specs/evidence-x86
/// §1.6). Values come as they are or wrapped in an OCTET STRING.
///
/// @param key the signing key
/// @param productName product line, for chips with the stepping
/// @param tcb that the key was derived from
/// @param hardwareId of the chip; a chip's certificate only
/// @param provider whose key it is; a provider's certificate only
record Vek(
    P384Key key,
    String productName,
    SnpTcb tcb,
    Optional<Bytes> hardwareId,
    Optional<String> provider) {

  private static final String ARC = "1.3.6.1.4.1.3704.1.";
  private static final String STRUCT_VERSION = ARC + "1";
  private static final String PRODUCT_NAME = ARC + "2";
  private static final String BOOT_LOADER = ARC + "3.1";
  private static final String TEE = ARC + "3.2";
  private static final String SNP = ARC + "3.3";
  private static final Set<String> SPARE =
      Set.of(ARC + "3.4", ARC + "3.5", ARC + "3.6", ARC + "3.7");
  private static final String MICROCODE = ARC + "3.8";
  private static final String FMC = ARC + "3.9";
  private static final String HARDWARE_ID = ARC + "4";
  private static final String PROVIDER = ARC + "5";
  private static final int MAX_SVN = 255;
  private static final int HEAD_SIZE = 2;
  private static final int OCTET_STRING = 0x04;

  /// Reads a certificate of the given kind, issued for a product line.
  ///
  /// @throws FormatException if an extension is missing, there twice, of another kind's
  ///   certificate, or malformed, or the key is not on P-384
  static Vek of(AmdCertificate certificate, SnpReport.Signer kind, SnpProduct product)
      throws FormatException {
    Map<String, Bytes> values = certificate.extensions();
    if (certificate.repeated()) {
      throw FormatException.unexpected("each extension once", "one of them twice");
    }
    if (!certificate.critical().isEmpty()) {
      throw FormatException.unexpected("no critical extension", certificate.critical().toString());
    }
    boolean chip = kind == SnpReport.Signer.VCEK;
    absent(values, chip ? PROVIDER : HARDWARE_ID);
    if (svn(values, STRUCT_VERSION) != product.structVersion()) {
      throw FormatException.unexpected(
          "extensions of version " + product.structVersion(), "another version");
    }
    return new Vek(
        P384Key.parse(certificate.spki()),
        text(values, PRODUCT_NAME),
        tcb(values, product),
        chip ? Optional.of(hardwareId(values, product.chipIdSize())) : Optional.empty(),
        chip ? Optional.empty() : Optional.of(text(values, PROVIDER)));
  }

  private static SnpTcb tcb(Map<String, Bytes> values, SnpProduct product) throws FormatException {
    for (String spare : SPARE) {
      if (values.containsKey(spare) && svn(values, spare) != 0) {
        throw FormatException.unexpected("zero in the spare version " + spare, "another value");
      }
    }
    Optional<Integer> fmc = Optional.empty();
    switch (product.layout()) {
      case FAMILY_19H -> absent(values, FMC);
      case FAMILY_1AH -> fmc = Optional.of(svn(values, FMC));
    }
    return new SnpTcb(
        fmc, svn(values, BOOT_LOADER), svn(values, TEE), svn(values, SNP), svn(values, MICROCODE));
  }

  private static void absent(Map<String, Bytes> values, String oid) throws FormatException {
    if (values.containsKey(oid)) {
      throw FormatException.unexpected("no extension " + oid, "one");
    }
  }

  private static Bytes value(Map<String, Bytes> values, String oid) throws FormatException {
    Bytes value = values.get(oid);
    if (value == null) {
      throw FormatException.unexpected("extension " + oid, "none");
    }
    return value;
  }

  private static DerReader element(Map<String, Bytes> values, String oid) throws FormatException {
    DerReader reader = DerReader.of(value(values, oid));
    if (!reader.nextIs(DerTag.OCTET_STRING)) {
      return reader;
    }
    Bytes inner = reader.octetString(oid);
    reader.end();
    return DerReader.of(inner);
  }

  private static int svn(Map<String, Bytes> values, String oid) throws FormatException {
    DerReader reader = element(values, oid);
    BigInteger value = reader.integer(oid);
    reader.end();
    if (value.signum() < 0 || value.compareTo(BigInteger.valueOf(MAX_SVN)) > 0) {
      throw FormatException.unexpected("0 to 255 in extension " + oid, value.toString());
    }
    return value.intValue();
  }

  private static String text(Map<String, Bytes> values, String oid) throws FormatException {
    DerReader reader = element(values, oid);
    String text = reader.text(oid);
    reader.end();
    if (text.isEmpty()) {
      throw FormatException.unexpected("text in extension " + oid, "none");
    }
    return text;
  }

  /// Raw bytes may begin with 04 as well, so only the whole form tells a wrapped value.
  private static Bytes hardwareId(Map<String, Bytes> values, int size) throws FormatException {
    Bytes value = value(values, HARDWARE_ID);
    if (value.size() == size) {
      return value;
    }
    if (value.size() == size + HEAD_SIZE && value.at(0) == OCTET_STRING && value.at(1) == size) {
      return value.slice(HEAD_SIZE, value.size());
    }
    throw FormatException.unexpected(
        "a hardware id of " + size + " bytes", value.size() + " bytes");
  }

  /// The product line that the certificate names: what stands before the stepping.
  String line() {
    int dash = productName.indexOf('-');
    return dash < 0 ? productName : productName.substring(0, dash);
  }
}
