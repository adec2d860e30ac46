package io.vouchsafe.evidence.azure;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.evidence.dcap.Quote;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.tpm.PcrSelection;
import io.vouchsafe.verdict.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What guests send, in each of its shapes (specs/evidence-x86 §7.4), decoded and not verified.
///
/// @param version 0 if the shape has none
/// @param message TPMS_ATTEST
/// @param signature RSASSA PKCS#1 v1.5 with SHA-256
/// @param pcrs SHA-256 register values from 0 on
/// @param hclReport see [HclReport]
/// @param hardware what goes with the hardware: the VCEK's certificates in DER, the signing key's
///   first, or the TD quote
/// @param akCertificates DER: that of the virtual TPM's key, then intermediates; empty if none came
record AzureEvidence(
    int version,
    Bytes message,
    Bytes signature,
    List<Bytes> pcrs,
    Bytes hclReport,
    List<Bytes> hardware,
    List<Bytes> akCertificates) {

  /// The version that binds the report data in the hardware report too.
  static final int BINDS_USER_DATA = 2;

  private static final int MAX_MESSAGE = 2048;
  private static final int MAX_SIGNATURE = 1024;
  private static final int MAX_CERTIFICATE = 16 << 10;
  private static final int MAX_CERTIFICATES = 8;
  private static final String VERSION = "version";
  private static final String MESSAGE = "message";
  private static final String SIGNATURE = "signature";
  private static final String PCRS = "pcrs";
  private static final String QUOTE = "tpm_quote";
  private static final String HCL_REPORT = "hcl_report";
  private static final String TD_QUOTE = "td_quote";
  private static final String VCEK = "vcek";
  private static final String AK_CERTIFICATE = "ak_certificate_pem";
  private static final String AK_INTERMEDIATES = "ak_intermediate_certificates_pem";

  static AzureEvidence snp(Json json) throws FormatException {
    Json.Obj in = json.asObject("evidence");
    int version = version(in);
    if (version == 0) {
      Bytes pem = Bytes.utf8(in.string(VCEK));
      return numbers(in, "quote", "report", certificates(Pem.parse(pem, "CERTIFICATE")));
    }
    return text(in, version, List.of(EnvelopeText.base64(in, VCEK, MAX_CERTIFICATE)));
  }

  static AzureEvidence tdx(Json json) throws FormatException {
    Json.Obj in = json.asObject("evidence");
    int version = version(in);
    return version == 0
        ? numbers(in, QUOTE, HCL_REPORT, List.of(numbers(in, TD_QUOTE, Quote.MAX_SIZE)))
        : text(in, version, List.of(EnvelopeText.base64(in, TD_QUOTE, Quote.MAX_SIZE)));
  }

  private static int version(Json.Obj in) throws FormatException {
    if (in.present(VERSION).isEmpty()) {
      return 0;
    }
    long version = in.integer(VERSION);
    if (version < 1 || version > BINDS_USER_DATA) {
      throw new FormatException(
          Code.UNSUPPORTED_VERSION,
          FormatException.NO_OFFSET,
          "evidence of version 1 or 2, or without version",
          Long.toString(version));
    }
    return (int) version;
  }

  /// The shape without version: byte strings are arrays of numbers.
  private static AzureEvidence numbers(
      Json.Obj in, String quoteName, String reportName, List<Bytes> hardware)
      throws FormatException {
    Json.Obj quote = in.object(quoteName);
    List<Bytes> pcrs = new ArrayList<>();
    for (Json item : registers(quote)) {
      pcrs.add(register(EnvelopeText.numbers(item, PCRS, HashAlg.SHA256.size())));
    }
    return new AzureEvidence(
        0,
        numbers(quote, MESSAGE, MAX_MESSAGE),
        numbers(quote, SIGNATURE, MAX_SIGNATURE),
        List.copyOf(pcrs),
        numbers(in, reportName, HclReport.MAX_SIZE),
        hardware,
        akCertificates(in));
  }

  private static Bytes numbers(Json.Obj in, String name, int max) throws FormatException {
    return EnvelopeText.numbers(in.require(name), name, max);
  }

  private static AzureEvidence text(Json.Obj in, int version, List<Bytes> hardware)
      throws FormatException {
    Json.Obj quote = in.object(QUOTE);
    List<Bytes> pcrs = new ArrayList<>();
    for (Json item : registers(quote)) {
      pcrs.add(register(Bytes.fromHex(item.asString(PCRS))));
    }
    return new AzureEvidence(
        version,
        EnvelopeText.hex(quote, MESSAGE, MAX_MESSAGE),
        EnvelopeText.hex(quote, SIGNATURE, MAX_SIGNATURE),
        List.copyOf(pcrs),
        EnvelopeText.base64(in, HCL_REPORT, HclReport.MAX_SIZE),
        hardware,
        akCertificates(in));
  }

  private static List<Json> registers(Json.Obj quote) throws FormatException {
    List<Json> items = quote.array(PCRS);
    if (items.size() > PcrSelection.PCR_COUNT) {
      throw FormatException.oversized(
          FormatException.NO_OFFSET,
          "at most " + PcrSelection.PCR_COUNT + " register values",
          items.size() + "");
    }
    return items;
  }

  private static Bytes register(Bytes value) throws FormatException {
    if (value.size() != HashAlg.SHA256.size()) {
      throw FormatException.unexpected(
          "register values of " + HashAlg.SHA256.size() + " bytes", value.size() + " bytes");
    }
    return value;
  }

  private static List<Bytes> akCertificates(Json.Obj in) throws FormatException {
    Optional<String> leaf = in.optionalString(AK_CERTIFICATE);
    if (leaf.isEmpty()) {
      return List.of();
    }
    List<Bytes> all = new ArrayList<>(Pem.parse(Bytes.utf8(leaf.get()), "CERTIFICATE"));
    if (in.present(AK_INTERMEDIATES).isPresent()) {
      for (Json item : in.array(AK_INTERMEDIATES)) {
        all.addAll(Pem.parse(Bytes.utf8(item.asString(AK_INTERMEDIATES)), "CERTIFICATE"));
        certificates(all);
      }
    }
    return certificates(all);
  }

  private static List<Bytes> certificates(List<Bytes> all) throws FormatException {
    if (all.size() > MAX_CERTIFICATES) {
      throw FormatException.oversized(
          FormatException.NO_OFFSET,
          "at most " + MAX_CERTIFICATES + " certificates",
          all.size() + "");
    }
    return List.copyOf(all);
  }
}
