package io.vouchsafe.evidence.google;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.internal.CertificateChain;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.tpm.PcrSelection;
import io.vouchsafe.tpm.TpmtPublic;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What the tools for Google's virtual TPMs send: the protobuf message `attest.Attestation`
/// (specs/evidence-x86 §8.3), decoded and not verified. Hardware reports that it may hold are left
/// to the verifiers of their TEEs; what it says itself about the machine counts for nothing.
///
/// @param attestationKey TPMT_PUBLIC
/// @param quotes one for each bank
/// @param eventLog of the firmware; empty if none came
/// @param certificate of the attestation key, DER
/// @param intermediates certificates of authorities, DER
public record GoogleAttestation(
    TpmtPublic attestationKey,
    List<Quote> quotes,
    Optional<Bytes> eventLog,
    Optional<Bytes> certificate,
    List<Bytes> intermediates) {

  /// Longest attestation that is read. Real ones have 30 KiB.
  public static final int MAX_SIZE = 4 << 20;

  private static final int MAX_QUOTES = 8;
  private static final int TPM_ALG_RSA = 0x01;
  private static final int TPM_ALG_ECC = 0x23;

  /// A quote of one bank.
  ///
  /// @param message TPMS_ATTEST
  /// @param signature TPMT_SIGNATURE
  /// @param bank whose registers they are
  /// @param registers values by number
  public record Quote(
      Bytes message, Bytes signature, HashAlg bank, SortedMap<Integer, Bytes> registers) {}

  /// Whether `input` begins as an attestation does: a message whose first field is the public area
  /// of an RSA or elliptic curve key. It may still be malformed.
  public static boolean isShaped(Bytes input) {
    Optional<Bytes> first = Protobuf.first(input);
    return first.isPresent()
        && first.get().size() > Short.BYTES
        && first.get().at(0) == 0
        && (first.get().at(1) == TPM_ALG_RSA || first.get().at(1) == TPM_ALG_ECC);
  }

  /// Reads an attestation.
  ///
  /// @throws FormatException if it is malformed, beyond a bound, or of a key or bank that is not
  ///   handled
  public static GoogleAttestation parse(Bytes message) throws FormatException {
    if (message.size() > MAX_SIZE) {
      throw FormatException.oversized(
          0, "an attestation of at most " + MAX_SIZE + " bytes", message.size() + " bytes");
    }
    Protobuf in = Protobuf.parse("Attestation", message);
    List<Bytes> sent = in.all(2, "quotes");
    if (sent.isEmpty() || sent.size() > MAX_QUOTES) {
      throw FormatException.unexpected("1 to " + MAX_QUOTES + " quotes", sent.size() + "");
    }
    List<Quote> quotes = new ArrayList<>();
    for (Bytes each : sent) {
      Quote quote = quote(each);
      if (quotes.stream().anyMatch(other -> other.bank() == quote.bank())) {
        throw FormatException.unexpected("one quote for each bank", "two for " + quote.bank());
      }
      quotes.add(quote);
    }
    List<Bytes> intermediates = in.all(7, "intermediate_certs");
    if (intermediates.size() >= CertificateChain.MAX_CERTIFICATES) {
      throw FormatException.oversized(
          FormatException.NO_OFFSET,
          "less than " + CertificateChain.MAX_CERTIFICATES + " intermediates",
          intermediates.size() + "");
    }
    return new GoogleAttestation(
        TpmtPublic.parse(in.required(1, "ak_pub")),
        List.copyOf(quotes),
        in.bytes(3, "event_log").filter(log -> !log.isEmpty()),
        in.bytes(6, "ak_cert").filter(certificate -> !certificate.isEmpty()),
        List.copyOf(intermediates));
  }

  private static Quote quote(Bytes message) throws FormatException {
    Protobuf in = Protobuf.parse("Quote", message);
    Protobuf registers = Protobuf.parse("PCRs", in.required(3, "pcrs"));
    long alg = registers.uint32(1, "hash");
    HashAlg bank = HashAlg.of((int) Math.min(alg, 0xffff), FormatException.NO_OFFSET);
    SortedMap<Integer, Bytes> values = new TreeMap<>();
    for (Bytes item : registers.all(2, "pcrs")) {
      Protobuf entry = Protobuf.parse("PCR", item);
      long index = entry.uint32(1, "index");
      Bytes value = entry.required(2, "value");
      if (index >= PcrSelection.PCR_COUNT || value.size() != bank.size()) {
        throw FormatException.unexpected(
            "a register from 0 to 23 of " + bank.size() + " bytes",
            "register " + index + " of " + value.size() + " bytes");
      }
      if (values.put((int) index, value) != null) {
        throw FormatException.unexpected("each register once", "register " + index + " twice");
      }
    }
    return new Quote(
        in.required(1, "quote"),
        in.required(2, "raw_sig"),
        bank,
        Collections.unmodifiableSortedMap(values));
  }
}
