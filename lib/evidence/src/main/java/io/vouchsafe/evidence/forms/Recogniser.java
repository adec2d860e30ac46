package io.vouchsafe.evidence.forms;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.encoding.Pem;
import io.vouchsafe.encoding.PemBlock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// Recognises evidence and what belongs to it: binary forms by their marks, the JSON of guests by
/// its members, PEM, and hexadecimal or base64 of all of these.
///
/// Bytes that fit two forms are refused like bytes that fit none: guessing is no ground for a
/// verdict.
public final class Recogniser {
  /// Most bytes that are looked at.
  public static final int MAX_SIZE = 4 << 20;

  /// Encodings around evidence, one in the other.
  private static final int MAX_ENCODINGS = 3;

  private static final JsonLimits LIMITS = new JsonLimits(MAX_SIZE, 32, 400_000, 64);
  private static final String TRIED =
      "SEV-SNP report, DCAP quote, GHCB certificate table, HCL report, Open Enclave report, event"
          + " log, Google's launch endorsement or virtual TPM attestation, SEV certificates, DER or PEM certificates, DER revocation list, DCAP collateral, JSON of a guest,"
          + " hexadecimal or base64 of these";

  private Recogniser() {}

  /// What bytes were taken for.
  ///
  /// @param encodings that were taken off, outermost first: `hex`, `base64`, `JSON text`
  public record Recognised(EvidenceForm form, List<String> encodings) {
    public Recognised {
      encodings = List.copyOf(encodings);
    }

    /// In words: `SEV-SNP report, base64`.
    public String what() {
      return encodings.isEmpty()
          ? form.what()
          : form.what() + ", in " + String.join(" of ", encodings);
    }
  }

  /// Recognises `input`.
  ///
  /// @throws FormatException if it is of no known form, of more than one, or beyond a bound; the
  ///   text says what was tried
  public static Recognised recognise(Bytes input) throws FormatException {
    if (input.size() > MAX_SIZE) {
      throw FormatException.oversized(
          0, "evidence of at most " + MAX_SIZE + " bytes", input.size() + " bytes");
    }
    Optional<Recognised> found = find(input, new ArrayList<>());
    return found.orElseThrow(() ->
        FormatException.malformed(
            0,
            "one of: " + TRIED,
            input.isEmpty()
                ? "nothing"
                : input.size()
                    + " bytes that begin "
                    + input.slice(0, Math.min(16, input.size()))));
  }

  /// The form of `input`, or empty if it is none.
  ///
  /// @throws FormatException if it is clearly of a form and cannot be read, or is of two
  private static Optional<Recognised> find(Bytes input, List<String> encodings)
      throws FormatException {
    Optional<EvidenceForm> binary = BinaryForms.of(input);
    if (binary.isPresent()) {
      return Optional.of(new Recognised(binary.get(), encodings));
    }
    if (!isText(input)) {
      return Optional.empty();
    }
    String text = input.utf8Lossy().strip();
    if (text.startsWith("{") || text.startsWith("\"")) {
      return json(Json.parse(input, LIMITS), input, encodings);
    }
    if (text.startsWith("-----BEGIN ")) {
      return Optional.of(new Recognised(pem(input), encodings));
    }
    return encoded(text, encodings);
  }

  /// JSON may hold any character beyond ASCII, so only control characters speak against text.
  private static boolean isText(Bytes input) {
    for (int i = 0; i < input.size(); i++) {
      int c = input.at(i);
      if (c < ' ' && c != '\n' && c != '\r' && c != '\t') {
        return false;
      }
    }
    return !input.isEmpty();
  }

  private static Optional<Recognised> json(Json document, Bytes input, List<String> encodings)
      throws FormatException {
    if (document instanceof Json.Str(String text)) {
      return decoded("JSON text", Bytes.utf8(text), encodings);
    }
    return Optional.of(
        new Recognised(JsonForms.of(document.asObject("evidence"), input), encodings));
  }

  private static EvidenceForm pem(Bytes text) throws FormatException {
    List<Bytes> certificates = new ArrayList<>();
    List<Bytes> lists = new ArrayList<>();
    for (PemBlock block : Pem.parse(text)) {
      switch (block.label()) {
        case "CERTIFICATE" -> certificates.add(block.content());
        case "X509 CRL" -> lists.add(block.content());
        default ->
            throw FormatException.unexpected(
                "PEM of certificates or one revocation list", block.label());
      }
    }
    if (lists.size() + Math.min(1, certificates.size()) != 1) {
      throw FormatException.unexpected(
          "PEM of certificates or of one revocation list",
          certificates.size() + " certificates and " + lists.size() + " lists");
    }
    return lists.isEmpty()
        ? BinaryForms.certificates(certificates)
        : new EvidenceForm.RevocationList(lists.getFirst());
  }

  /// Every text of hexadecimal digits is base64 too: both are looked into.
  private static Optional<Recognised> encoded(String text, List<String> encodings)
      throws FormatException {
    String joined = text.replaceAll("[ \\t\\r\\n]", "");
    String digits = joined.startsWith("0x") ? joined.substring(2) : joined;
    Optional<Bytes> hex = hex(digits);
    Optional<Bytes> base64 = base64(joined);
    Optional<Recognised> asHex =
        hex.isEmpty() ? Optional.empty() : decoded("hex", hex.get(), encodings);
    Optional<Recognised> asBase64;
    try {
      asBase64 = base64.isEmpty() ? Optional.empty() : decoded("base64", base64.get(), encodings);
    } catch (FormatException e) {
      if (asHex.isPresent()) {
        return asHex;
      }
      throw e;
    }
    if (asHex.isPresent() && asBase64.isPresent()) {
      throw FormatException.unexpected(
          "evidence of one form", asHex.get().what() + ", and as well " + asBase64.get().what());
    }
    return asHex.or(() -> asBase64);
  }

  private static Optional<Recognised> decoded(String name, Bytes content, List<String> encodings)
      throws FormatException {
    if (encodings.size() == MAX_ENCODINGS) {
      throw FormatException.oversized(
          FormatException.NO_OFFSET, "at most " + MAX_ENCODINGS + " encodings", "more");
    }
    List<String> outer = new ArrayList<>(encodings);
    outer.add(name);
    return find(content, outer);
  }

  private static Optional<Bytes> hex(String text) {
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Bytes.fromHex(text));
    } catch (FormatException _) {
      return Optional.empty();
    }
  }

  /// Base64 of either alphabet, padded or not.
  static Optional<Bytes> base64(String text) {
    try {
      String standard = text.replace('-', '+').replace('_', '/');
      return text.isEmpty()
          ? Optional.empty()
          : Optional.of(Bytes.of(Base64.getDecoder().decode(standard)));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
