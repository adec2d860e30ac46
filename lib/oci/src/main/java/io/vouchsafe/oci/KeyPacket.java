package io.vouchsafe.oci;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.encoding.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// The annotation packet of a key provider (specs: guest components §5.4): private options under a
/// key encryption key that has an id.
///
/// @param kid `kbs://` URI of the key encryption key
/// @param wrapType how it is wrapped
/// @param iv as long as the wrap type wants
/// @param wrapped ciphertext, with its tag if there is one
public record KeyPacket(String kid, WrapType wrapType, Bytes iv, Bytes wrapped) {
  /// Name of the provider that guests ask.
  public static final String PROVIDER = "attestation-agent";

  /// Length of a key encryption key in bytes.
  public static final int KEK_LENGTH = 32;

  private static final JsonLimits LIMITS = new JsonLimits(64 << 10, 16, 4_096, 32);
  private static final int GCM_TAG_BITS = 128;

  /// How private options are wrapped.
  public enum WrapType {
    /// AES-256-GCM without additional data.
    A256GCM(12),
    /// AES-256-CTR: nothing shows a change. Opened only where the caller allows it.
    A256CTR(16);

    private final int ivLength;

    WrapType(int ivLength) {
      this.ivLength = ivLength;
    }
  }

  public KeyPacket {
    if (iv.size() != wrapType.ivLength) {
      throw new IllegalArgumentException(
          wrapType + " has an IV of " + wrapType.ivLength + " bytes");
    }
  }

  /// Parses version 1 and version 2 packets. A `kid` that is a bare path means `kbs://` and that
  /// path; unknown members are ignored.
  ///
  /// @throws FormatException if a member is missing, or provider, version or wrap type is unknown
  public static KeyPacket parse(Bytes text) throws FormatException {
    Json.Obj json = Json.parseObject(text, LIMITS);
    String provider = json.optionalString("provider").orElse("kbs");
    if (!provider.equals("kbs")) {
      throw FormatException.malformed(0, "provider kbs", provider);
    }
    String version = json.optionalString("version").orElse("0.1.0");
    if (!version.equals("0.1.0")) {
      throw FormatException.malformed(0, "version 0.1.0", version);
    }
    WrapType type = wrapType(json.string("wrap_type"));
    Bytes iv = Bytes.fromBase64(json.string("iv"));
    if (iv.size() != type.ivLength) {
      throw FormatException.malformed(
          0, "an iv of " + type.ivLength + " bytes", iv.size() + " bytes");
    }
    return new KeyPacket(
        fullUri(json.string("kid")), type, iv, Bytes.fromBase64(json.string("wrapped_data")));
  }

  /// The ids of the keys that open a layer, as far as its packets can be read.
  public static List<String> kids(Descriptor layer) {
    List<String> kids = new ArrayList<>();
    String prefix = WrappedKey.ANNOTATION_PREFIX + "provider.";
    for (var annotation : layer.annotations().entrySet()) {
      if (annotation.getKey().startsWith(prefix)) {
        for (String text : annotation.getValue().split(",", -1)) {
          kid(text).ifPresent(kids::add);
        }
      }
    }
    return kids;
  }

  private static Optional<String> kid(String packet) {
    try {
      return Optional.of(parse(Bytes.fromBase64(packet)).kid());
    } catch (FormatException _) {
      return Optional.empty();
    }
  }

  private static WrapType wrapType(String name) throws FormatException {
    for (WrapType type : WrapType.values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    throw FormatException.malformed(0, "wrap_type A256GCM", ImageName.quoted(name));
  }

  private static String fullUri(String kid) {
    return kid.contains("://") ? kid : "kbs://" + (kid.startsWith("/") ? "" : "/") + kid;
  }

  /// Wraps private options with AES-256-GCM.
  static KeyPacket seal(String kid, SecretBytes kek, SecretBytes options, SecureRandom random) {
    byte[] iv = new byte[WrapType.A256GCM.ivLength];
    random.nextBytes(iv);
    try {
      Bytes ivBytes = Bytes.of(iv);
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, WrapType.A256GCM, ivBytes, kek);
      Bytes wrapped = options.lend(secret -> Bytes.of(cipher.doFinal(secret)));
      return new KeyPacket(kid, WrapType.A256GCM, ivBytes, wrapped);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM with a fresh IV cannot fail", e);
    }
  }

  /// Opens the packet.
  ///
  /// @return the private options, or empty if the key does not open it
  Optional<SecretBytes> open(SecretBytes kek) {
    if (kek.size() != KEK_LENGTH) {
      return Optional.empty();
    }
    try {
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, wrapType, iv, kek);
      return Optional.of(SecretBytes.take(cipher.doFinal(wrapped.toByteArray())));
    } catch (AEADBadTagException _) {
      return Optional.empty();
    } catch (GeneralSecurityException _) {
      // Shorter than its tag: not ours either.
      return Optional.empty();
    }
  }

  private static Cipher cipher(int mode, WrapType type, Bytes iv, SecretBytes kek)
      throws GeneralSecurityException {
    Cipher cipher =
        Cipher.getInstance(
            switch (type) {
              case A256GCM -> "AES/GCM/NoPadding";
              case A256CTR -> "AES/CTR/NoPadding";
            });
    var parameters =
        switch (type) {
          case A256GCM -> new GCMParameterSpec(GCM_TAG_BITS, iv.toByteArray());
          case A256CTR -> new IvParameterSpec(iv.toByteArray());
        };
    SecretKeySpec key = kek.lend(secret -> new SecretKeySpec(secret, "AES"));
    cipher.init(mode, key, parameters);
    return cipher;
  }

  /// The version 1 form.
  Bytes encode() {
    return Json.object()
        .put("kid", kid)
        .put("wrapped_data", wrapped.base64())
        .put("iv", iv.base64())
        .put("wrap_type", wrapType.name())
        .build()
        .utf8();
  }

  /// Opens provider packets with keys of `keks`. The provider's name is not looked at: it says who
  /// wrapped, not who can open.
  public static LayerKeys opener(KekSource keks) {
    return opener(keks, false);
  }

  /// As [#opener(KekSource)], but takes wrap type A256CTR too, where a changed packet goes
  /// unnoticed until the layer's HMAC is compared.
  public static LayerKeys insecureUnauthenticatedOpener(KekSource keks) {
    return opener(keks, true);
  }

  private static LayerKeys opener(KekSource keks, boolean allowCtr) {
    return wrapped -> {
      if (!(wrapped instanceof WrappedKey.Provider provider)) {
        return Optional.empty();
      }
      KeyPacket packet;
      try {
        packet = parse(provider.content());
      } catch (FormatException _) {
        return Optional.empty();
      }
      if (packet.wrapType == WrapType.A256CTR && !allowCtr) {
        return Optional.empty();
      }
      Optional<SecretBytes> kek = keks.kek(packet.kid);
      if (kek.isEmpty()) {
        return Optional.empty();
      }
      try (SecretBytes key = kek.get()) {
        return packet.open(key);
      }
    };
  }
}
