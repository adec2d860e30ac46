package io.vouchsafe.encoding;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// A DSSE envelope (Dead Simple Signing Envelope 1.0), as it was received: parsed, **not
/// verified**. The signatures cover type and bytes of the payload as they are, so nothing is ever
/// encoded again before a signature is checked.
///
/// @param payloadType what the payload is
/// @param payload not interpreted
/// @param signatures at least one
public record DsseEnvelope(String payloadType, Bytes payload, List<Signature> signatures) {
  /// Most signatures of one envelope.
  public static final int MAX_SIGNATURES = 8;

  /// Longest type.
  public static final int MAX_TYPE = 256;

  /// One signature.
  ///
  /// @param keyId whose it is said to be: a hint that nothing vouches for, may be empty
  /// @param signature not interpreted
  public record Signature(String keyId, Bytes signature) {
    public Signature {
      Objects.requireNonNull(keyId, "keyId");
      Objects.requireNonNull(signature, "signature");
    }
  }

  public DsseEnvelope {
    Objects.requireNonNull(payloadType, "payloadType");
    Objects.requireNonNull(payload, "payload");
    signatures = List.copyOf(signatures);
  }

  /// Parses `{"payloadType","payload","signatures":[{"keyid","sig"}]}`. Base64 is the standard one,
  /// padded; other members are ignored.
  ///
  /// @throws FormatException if it is none, or beyond its bounds
  public static DsseEnvelope parse(Bytes input, JsonLimits limits) throws FormatException {
    Json.Obj json = Json.parseObject(input, limits);
    String type = json.string("payloadType");
    if (type.isEmpty() || type.length() > MAX_TYPE) {
      throw FormatException.unexpected("a payload type of 1 to " + MAX_TYPE + " characters", type);
    }
    List<Json> items = json.array("signatures");
    if (items.isEmpty() || items.size() > MAX_SIGNATURES) {
      throw FormatException.unexpected("1 to " + MAX_SIGNATURES + " signatures", "" + items.size());
    }
    List<Signature> signatures = new ArrayList<>();
    for (Json item : items) {
      Json.Obj one = item.asObject("signature");
      signatures.add(
          new Signature(
              one.optionalString("keyid").orElse(""), Bytes.fromBase64(one.string("sig"))));
    }
    return new DsseEnvelope(type, Bytes.fromBase64(json.string("payload")), signatures);
  }

  /// What the signatures are over: the pre-authentication encoding of type and payload.
  public Bytes signedBytes() {
    return signedBytes(payloadType, payload);
  }

  /// What a signature over `payload` of that type is over.
  public static Bytes signedBytes(String payloadType, Bytes payload) {
    byte[] type = payloadType.getBytes(StandardCharsets.UTF_8);
    return Bytes.utf8("DSSEv1 %d %s %d ".formatted(type.length, payloadType, payload.size()))
        .concat(payload);
  }

  /// The form that [#parse] reads.
  public Json.Obj json() {
    List<Json> items = new ArrayList<>();
    for (Signature signature : signatures) {
      items.add(
          Json.object()
              .put("keyid", signature.keyId())
              .put("sig", signature.signature().base64())
              .build());
    }
    return Json.object()
        .put("payloadType", payloadType)
        .put("payload", payload.base64())
        .put("signatures", Json.array(items))
        .build();
  }
}
