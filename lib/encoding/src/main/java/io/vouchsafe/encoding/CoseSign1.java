package io.vouchsafe.encoding;

import io.vouchsafe.verdict.Code;
import java.security.PublicKey;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// A COSE_Sign1 message (RFC 9052 §4.2), tagged (18) or not, as it was received: parsed, **not
/// verified**. What was signed is built from the received bytes, never from a re-encoding.
///
/// @param protectedBytes the protected header as it was received
/// @param protectedHeader the same, decoded
/// @param unprotectedHeader what the signature does not cover
/// @param payload empty if it is detached
/// @param signature not interpreted
public record CoseSign1(
    Bytes protectedBytes,
    Cbor.Dict protectedHeader,
    Cbor.Dict unprotectedHeader,
    Optional<Bytes> payload,
    Bytes signature) {

  /// The CBOR tag of a COSE_Sign1 message.
  public static final long TAG = 18;

  /// Header label of the algorithm.
  public static final long ALG = 1;

  /// Header label of the list of labels that must be understood.
  public static final long CRIT = 2;

  /// Header label of the content type.
  public static final long CONTENT_TYPE = 3;

  /// Header label of the key id.
  public static final long KID = 4;

  private static final int FIELDS = 4;

  public CoseSign1 {
    Objects.requireNonNull(protectedBytes, "protectedBytes");
    Objects.requireNonNull(protectedHeader, "protectedHeader");
    Objects.requireNonNull(unprotectedHeader, "unprotectedHeader");
    Objects.requireNonNull(payload, "payload");
    Objects.requireNonNull(signature, "signature");
  }

  /// Parses a message that fills `input`.
  ///
  /// @throws FormatException if it is not valid CBOR or not a COSE_Sign1; with
  ///   [Code#UNSUPPORTED_VERSION] if it has a critical header that is not known here
  public static CoseSign1 parse(Bytes input, CborLimits limits) throws FormatException {
    return of(Cbor.parse(input, limits), limits);
  }

  /// Takes apart an item that was parsed as part of something else.
  ///
  /// @param limits bounds of the protected header
  public static CoseSign1 of(Cbor item, CborLimits limits) throws FormatException {
    Cbor untagged =
        item instanceof Cbor.Tagged(long tag, Cbor content) && tag == TAG ? content : item;
    List<Cbor> fields = untagged.asArray("COSE_Sign1");
    if (fields.size() != FIELDS) {
      throw FormatException.unexpected("the four fields of COSE_Sign1", fields.size() + " fields");
    }
    Bytes protectedBytes = fields.get(0).asBytes("protected header");
    Cbor.Dict protectedHeader =
        protectedBytes.isEmpty()
            ? Cbor.map().build()
            : Cbor.parse(protectedBytes, limits).asMap("protected header");
    Cbor.Dict unprotectedHeader = fields.get(1).asMap("unprotected header");
    requireDisjoint(protectedHeader, unprotectedHeader);
    requireKnownCritical(protectedHeader, unprotectedHeader);
    Optional<Bytes> payload =
        fields.get(2).equals(Cbor.NULL)
            ? Optional.empty()
            : Optional.of(fields.get(2).asBytes("payload"));
    return new CoseSign1(
        protectedBytes,
        protectedHeader,
        unprotectedHeader,
        payload,
        fields.get(3).asBytes("signature"));
  }

  /// RFC 9052 §3: a label is in one of the two headers, else the unprotected one could shadow.
  private static void requireDisjoint(Cbor.Dict one, Cbor.Dict other) throws FormatException {
    for (Cbor.Entry entry : other.entries()) {
      if (one.get(entry.key()).isPresent()) {
        throw FormatException.unexpected(
            "a label in one of the headers", entry.key() + " in both headers");
      }
    }
  }

  /// RFC 9052 §3.1: `crit` stands in the protected header, is not empty, and names labels that are
  /// there; one that is not known ends processing.
  private static void requireKnownCritical(Cbor.Dict header, Cbor.Dict unprotectedHeader)
      throws FormatException {
    if (unprotectedHeader.get(CRIT).isPresent()) {
      throw FormatException.unexpected("crit in the protected header", "crit in the other");
    }
    Optional<Cbor> crit = header.get(CRIT);
    if (crit.isEmpty()) {
      return;
    }
    List<Cbor> labels = crit.get().asArray("crit");
    if (labels.isEmpty()) {
      throw FormatException.unexpected("labels in crit", "none");
    }
    for (Cbor label : labels) {
      if (header.get(label).isEmpty()) {
        throw FormatException.unexpected("critical label " + label + " in the header", "none");
      }
      boolean known = List.of(Cbor.of(ALG), Cbor.of(CONTENT_TYPE), Cbor.of(KID)).contains(label);
      if (!known) {
        throw new FormatException(
            Code.UNSUPPORTED_VERSION,
            FormatException.NO_OFFSET,
            "critical headers that are known: 1, 3, 4",
            label.toString());
      }
    }
  }

  /// The algorithm that the protected header names.
  ///
  /// @throws FormatException if it names none, or one that is not accepted here
  public CoseAlgorithm algorithm() throws FormatException {
    return CoseAlgorithm.of(protectedHeader.require(ALG).asInteger("alg"));
  }

  /// The payload, which must not be detached.
  public Bytes requirePayload() throws FormatException {
    if (payload.isEmpty()) {
      throw FormatException.unexpected("a payload", "a detached one");
    }
    return payload.get();
  }

  /// The Sig_structure (RFC 9052 §4.4): what the signature is over.
  ///
  /// @param externalAad data that both sides know, usually empty
  /// @throws FormatException if the payload is detached
  public Bytes signed(Bytes externalAad) throws FormatException {
    return signed(externalAad, requirePayload());
  }

  /// As [#signed(Bytes)], with a payload that came by another way.
  public Bytes signed(Bytes externalAad, Bytes detachedPayload) {
    // RFC 9052 §4.4: an empty header counts as the empty string, however it was sent.
    Bytes body = protectedHeader.size() == 0 ? Bytes.EMPTY : protectedBytes;
    return Cbor.array(
            Cbor.of("Signature1"), Cbor.of(body), Cbor.of(externalAad), Cbor.of(detachedPayload))
        .encode();
  }

  /// Whether the signature is one by `key`, by the algorithm of the protected header, over the
  /// attached payload. Nothing is said about whether that key may sign this.
  ///
  /// @throws FormatException if the payload is detached or the algorithm is not accepted here
  public boolean isSignedBy(PublicKey key) throws FormatException {
    return algorithm().check(key, signed(Bytes.EMPTY), signature);
  }
}
