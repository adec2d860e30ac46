package io.vouchsafe.evidence.azure;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.verdict.Code;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The runtime data of an HCL report (specs/evidence-x86 §7.2): whose virtual TPM it is. It counts
/// once a verified hardware report binds it.
///
/// @param attestationKey the key `HCLAkPub`, of any length
/// @param userData what the guest wrote for the report, 64 bytes; empty if there is none
/// @param configuration what the paravisor says about the virtual machine, the known members
public record RuntimeData(
    RSAPublicKey attestationKey, Optional<Bytes> userData, Json.Obj configuration) {

  /// Length of the user data.
  public static final int USER_DATA_SIZE = 64;

  private static final JsonLimits LIMITS = new JsonLimits(HclReport.MAX_SIZE, 8, 1_000, 32);
  private static final int MAX_KEYS = 16;
  private static final int MAX_MODULUS_BITS = 4096;
  private static final int MAX_EXPONENT_BITS = 64;
  private static final BigInteger MIN_EXPONENT = BigInteger.valueOf(3);
  private static final String ATTESTATION_KEY = "HCLAkPub";
  private static final List<String> SWITCHES =
      List.of("secure-boot", "tpm-enabled", "tpm-persisted", "console-enabled");
  private static final List<String> TEXTS = List.of("vmUniqueId", "root-cert-thumbprint");

  /// Reads runtime data.
  ///
  /// @throws FormatException if it is malformed or does not hold exactly one attestation key, or
  ///   with [Code#UNSUPPORTED_ALGORITHM] if that is no RSA key
  public static RuntimeData parse(Bytes text) throws FormatException {
    Json.Obj data = Json.parseObject(text, LIMITS);
    Optional<String> user = data.optionalString("user-data");
    return new RuntimeData(
        attestationKey(data.array("keys")),
        user.isEmpty() ? Optional.empty() : Optional.of(userData(user.get())),
        configuration(data));
  }

  private static Bytes userData(String hex) throws FormatException {
    if (hex.length() != 2 * USER_DATA_SIZE) {
      throw FormatException.unexpected(
          "user-data of " + 2 * USER_DATA_SIZE + " digits", hex.length() + " digits");
    }
    return Bytes.fromHex(hex);
  }

  private static RSAPublicKey attestationKey(List<Json> keys) throws FormatException {
    if (keys.size() > MAX_KEYS) {
      throw FormatException.oversized(
          FormatException.NO_OFFSET, "at most " + MAX_KEYS + " keys", keys.size() + "");
    }
    List<Json.Obj> found = new ArrayList<>();
    for (Json item : keys) {
      Json.Obj key = item.asObject("keys");
      if (key.string("kid").equals(ATTESTATION_KEY)) {
        found.add(key);
      }
    }
    if (found.size() != 1) {
      throw FormatException.unexpected("one key " + ATTESTATION_KEY, found.size() + " of them");
    }
    return rsa(found.getFirst());
  }

  private static RSAPublicKey rsa(Json.Obj key) throws FormatException {
    String type = key.string("kty");
    if (!type.equals("RSA")) {
      throw new FormatException(
          Code.UNSUPPORTED_ALGORITHM,
          FormatException.NO_OFFSET,
          "an RSA key " + ATTESTATION_KEY,
          type);
    }
    if (!key.array("key_ops").equals(List.of(Json.of("sign")))) {
      throw FormatException.unexpected("a key to sign with", "key_ops for something else");
    }
    BigInteger modulus = number(key, "n", MAX_MODULUS_BITS);
    BigInteger exponent = number(key, "e", MAX_EXPONENT_BITS);
    boolean odd = modulus.testBit(0) && exponent.testBit(0);
    if (!odd || exponent.compareTo(MIN_EXPONENT) < 0 || exponent.compareTo(modulus) >= 0) {
      throw FormatException.unexpected("an RSA key", "another modulus or exponent");
    }
    try {
      return (RSAPublicKey)
          KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
    } catch (GeneralSecurityException e) {
      throw FormatException.unexpected("an RSA key", String.valueOf(e.getMessage()));
    }
  }

  private static BigInteger number(Json.Obj key, String member, int maxBits)
      throws FormatException {
    BigInteger value = new BigInteger(1, EnvelopeText.base64(key.string(member)).toByteArray());
    if (value.bitLength() > maxBits) {
      throw FormatException.oversized(
          FormatException.NO_OFFSET,
          member + " of at most " + maxBits + " bits",
          value.bitLength() + " bits");
    }
    return value;
  }

  private static Json.Obj configuration(Json.Obj data) throws FormatException {
    Json.ObjBuilder known = Json.object();
    if (data.present("vm-configuration").isPresent()) {
      Json.Obj all = data.object("vm-configuration");
      for (String name : SWITCHES) {
        if (all.present(name).isPresent()) {
          known.put(name, all.bool(name));
        }
      }
      for (String name : TEXTS) {
        known.putIf(name, all.optionalString(name).map(Json::of));
      }
    }
    return known.build();
  }
}
