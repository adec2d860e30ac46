package io.vouchsafe.conformance;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.evidence.sev.SevCaCertificate;
import io.vouchsafe.evidence.sev.SevCertificate;
import io.vouchsafe.evidence.sev.SevKeys;
import io.vouchsafe.evidence.sev.SevLaunch;
import io.vouchsafe.evidence.sev.SevMeasure;
import io.vouchsafe.evidence.sev.SevPlatform;
import io.vouchsafe.evidence.sev.SevPolicy;
import io.vouchsafe.evidence.sev.SevRoots;
import io.vouchsafe.evidence.sev.SevSecretPacket;
import io.vouchsafe.evidence.sev.SevSecretTable;
import io.vouchsafe.evidence.sev.SevSession;
import io.vouchsafe.verdict.Checklist;
import java.io.IOException;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPrivateKeySpec;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Legacy SEV and SEV-ES: certificates before X.509, sessions and secrets of a launch.
final class SevCases {
  static final String CA_CHAIN = "sev-ca-chain";
  static final String CA_SIGNATURE = "sev-ca-detached-signature";
  static final String PLATFORM = "sev-platform-chain";
  static final String SECRET = "secret-packet";
  static final String KDF = "kdf";
  static final String SESSION = "session";
  private static final int MAX_DERIVED = 256;

  private SevCases() {}

  /// An item of one of these kinds.
  static Case of(CaseFile file, Json.Obj item, String id, String kind) {
    return new Case(
        id,
        kind,
        switch (kind) {
          case CA_CHAIN -> () -> authorities(file, item);
          case CA_SIGNATURE -> () -> detached(file, item);
          case PLATFORM -> () -> platform(file, item);
          case SECRET -> () -> secret(file, item);
          case KDF -> () -> derived(item);
          case SESSION -> () -> session(file, item);
          default -> throw new IllegalArgumentException(kind);
        });
  }

  private static void authorities(CaseFile file, Json.Obj item)
      throws Difference, FormatException, IOException {
    Optional<SevCaCertificate> intermediate =
        Verdict.of(item)
            .of(() -> {
              SevCaCertificate ark = SevCaCertificate.parse(file.bytes(item.string("ark")));
              SevCaCertificate ask = SevCaCertificate.parse(file.bytes(item.string("ask")));
              SevPlatform.verifyAuthorities(ark, ask, SevRoots.amd(), new Checklist());
              return ask;
            });
    if (intermediate.isPresent()) {
      SevCaCertificate ask = intermediate.get();
      Difference.require("keyBits", item.integer("keyBits"), (long) ask.bits());
      Difference.require("askKeyId", item.string("askKeyId"), ask.keyId().hex());
      Difference.require(
          "askCertifyingId", item.string("askCertifyingId"), ask.certifyingId().hex());
    }
  }

  private static void detached(CaseFile file, Json.Obj item)
      throws Difference, FormatException, IOException {
    Bytes unsigned = file.bytes(item.string("ark"));
    Bytes signature = file.bytes(item.string("signature"));
    Verdict.of(item)
        .of(() -> {
          SevCaCertificate ark = SevCaCertificate.parse(unsigned, signature);
          SevPlatform.verifyRoot(ark, SevRoots.amd(), new Checklist());
          return ark;
        });
  }

  private static void platform(CaseFile file, Json.Obj item)
      throws Difference, FormatException, IOException {
    SevPlatform.Certificates certificates =
        new SevPlatform.Certificates(
            file.bytes(item.string("ark")),
            file.bytes(item.string("ask")),
            file.bytes(item.string("cek")),
            file.bytes(item.string("oca")),
            file.bytes(item.string("pek")),
            file.bytes(item.string("pdh")));
    Verdict.of(item).of(() -> SevPlatform.verify(certificates, SevRoots.amd(), new Checklist()));
  }

  private static SecretBytes secret(Bytes value) {
    return SecretBytes.take(value.toByteArray());
  }

  private static void secret(CaseFile file, Json.Obj item)
      throws Difference, FormatException, IOException {
    Bytes tek = file.bytes(item.string("tek"));
    Bytes tik = file.bytes(item.string("tik"));
    SevMeasure measure = SevMeasure.parse(Bytes.fromBase64(item.string("launchMeasureBlobB64")));
    try (SevSession session = SevSession.of(secret(tek), secret(tik));
        SevSecretTable table = new SevSecretTable()) {
      for (Json entry : item.array("secrets")) {
        Json.Obj secret = entry.asObject("secret");
        table.add(uuid(secret.string("guid")), secret(file.bytes(secret.string("file"))));
      }
      SevSecretPacket packet = session.seal(table, Bytes.fromBase64(item.string("ivB64")), measure);
      Difference.require("header", item.string("expectedHeaderB64"), packet.header().base64());
      Difference.require("payload", item.string("expectedPayloadB64"), packet.payload().base64());
    }
  }

  private static UUID uuid(String text) throws FormatException {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException _) {
      throw FormatException.unexpected("a UUID", text);
    }
  }

  private static void derived(Json.Obj item) throws Difference, FormatException {
    long size = item.integer("bytes");
    if (size < 1 || size > MAX_DERIVED) {
      throw FormatException.unexpected("1 to " + MAX_DERIVED + " bytes", size + "");
    }
    try (SecretBytes key = secret(Bytes.fromHex(item.string("keyHex")))) {
      Bytes context = Bytes.fromHex(item.string("contextHex"));
      require("key", item, "expectedHex", key, (int) size, context, item.string("label"));
    }
  }

  private static void require(
      String what,
      Json.Obj item,
      String member,
      SecretBytes key,
      int size,
      Bytes context,
      String label)
      throws Difference, FormatException {
    try (SecretBytes found = SevKeys.derive(key, size, context, label)) {
      Difference.require(what, item.string(member), shown(found));
    }
  }

  /// Keys of published cases are no secrets.
  private static String shown(SecretBytes secret) {
    return secret.<String, RuntimeException>lend(bytes -> Bytes.of(bytes).hex());
  }

  private static void session(CaseFile file, Json.Obj item)
      throws Difference, FormatException, IOException {
    SevCertificate pdh = SevCertificate.parse(file.bytes(item.string("pdh")));
    PrivateKey owner = scalar(item.string("guestOwnerPrivateScalar"));
    Json.Obj expected = item.object("expected");
    Bytes nonce = Bytes.fromHex(item.string("nonceHex"));
    int size = nonce.size();
    try (SecretBytes shared = SevLaunch.agree(owner, pdh);
        SecretBytes master = SevKeys.derive(shared, size, nonce, "sev-master-secret");
        SevSession keys =
            SevSession.of(
                secret(Bytes.fromHex(item.string("tekHex"))),
                secret(Bytes.fromHex(item.string("tikHex"))))) {
      Difference.require("z", expected.string("zHex"), shown(shared));
      Difference.require("master", expected.string("masterHex"), shown(master));
      for (Map.Entry<String, String> key :
          Map.of("kekHex", "sev-kek", "kikHex", "sev-kik").entrySet()) {
        require(key.getKey(), expected, key.getKey(), master, size, Bytes.EMPTY, key.getValue());
      }
      Bytes iv = Bytes.fromHex(item.string("ivHex"));
      SevPolicy policy = new SevPolicy(number(item.string("policy")).longValue());
      Difference.require(
          "session", expected.string("sessionHex"), keys.wrap(shared, nonce, iv, policy).hex());
    }
  }

  private static BigInteger number(String text) throws FormatException {
    if (!text.matches("0x[0-9a-f]{1,16}")) {
      throw FormatException.unexpected("0x and up to 16 hexadecimal digits", text);
    }
    return new BigInteger(text.substring(2), 16);
  }

  private static PrivateKey scalar(String text) throws FormatException {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec("secp384r1"));
      ECParameterSpec curve = parameters.getParameterSpec(ECParameterSpec.class);
      return KeyFactory.getInstance("EC")
          .generatePrivate(new ECPrivateKeySpec(number(text), curve));
    } catch (GeneralSecurityException e) {
      throw FormatException.unexpected("a private key", String.valueOf(e.getMessage()));
    }
  }
}
