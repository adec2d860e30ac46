package io.vouchsafe.conformance;

import io.vouchsafe.appraisal.AttestationResult;
import io.vouchsafe.appraisal.EarToken;
import io.vouchsafe.appraisal.SubmoduleResult;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.Security;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Attestation results beside the public key of who made them (`…-pkey.json`, a JWK): tokens
/// (`good-….jwt` and `bad-….jwt`), claim sets (`…claims….json`, and those in the folder `draft`, in
/// JSON or CBOR) and appraisals by submodule (in the folder `services-results`), whose status must
/// be the worst of their trust vectors.
final class EarCases {
  private static final String TOKEN = "ear-token";
  private static final String CLAIMS = "ear-claims";
  private static final String APPRAISAL = "ear-appraisal";
  private static final String JWT = ".jwt";
  private static final long NO_END = Instant.parse("2100-01-01T00:00:00Z").getEpochSecond();

  private EarCases() {}

  static Optional<List<Case>> of(CaseFile file) throws FormatException {
    Optional<Json.Obj> jwk = file.object();
    if (!file.name().endsWith("-pkey.json") || jwk.isEmpty()) {
      return Optional.empty();
    }
    List<Case> cases = new ArrayList<>();
    for (String name : names(file, "")) {
      if (name.endsWith(JWT)) {
        cases.add(new Case(name, TOKEN, () -> token(file, name, jwk.get())));
      } else if (name.endsWith(".json") && name.contains("claims")) {
        cases.add(new Case(name, CLAIMS, () -> claims(object(file, name))));
      }
    }
    for (String name : names(file, "draft")) {
      if (name.endsWith(".json")) {
        cases.add(new Case(name, CLAIMS, () -> claims(object(file, name))));
      } else if (name.endsWith(".cbor")) {
        cases.add(new Case(name, CLAIMS, () -> claims(EarToken.claims(file.bytes(name)))));
      }
    }
    for (String name : names(file, "services-results")) {
      cases.add(new Case(name, APPRAISAL, () -> appraisals(object(file, name))));
    }
    return Optional.of(cases);
  }

  private static List<String> names(CaseFile file, String folder) throws FormatException {
    Path place = file.folder().resolve(folder);
    if (!Files.isDirectory(place)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(place)) {
      return all.filter(Files::isRegularFile)
          .map(path -> file.folder().relativize(path).toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw FormatException.unexpected("a folder", String.valueOf(e.getMessage()));
    }
  }

  private static Json.Obj object(CaseFile file, String name) throws FormatException, IOException {
    return Json.parseObject(file.bytes(name), JsonLimits.DOCUMENT);
  }

  private static void token(CaseFile file, String name, Json.Obj jwk)
      throws Difference, FormatException, IOException {
    boolean good = name.startsWith("good-");
    String text = file.bytes(name).utf8Lossy().strip();
    Provider provider = Security.getProvider("SunEC");
    String found;
    try {
      EarToken.verify(text, key(jwk), provider);
      found = "accepted";
    } catch (RefusedException e) {
      found = good ? e.refusal().summary() : "refused";
    }
    Difference.require("token", good ? "accepted" : "refused", found);
  }

  private static ECPublicKey key(Json.Obj jwk) throws FormatException {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec("secp256r1"));
      ECPoint point = new ECPoint(number(jwk.string("x")), number(jwk.string("y")));
      return (ECPublicKey)
          KeyFactory.getInstance("EC")
              .generatePublic(
                  new ECPublicKeySpec(point, parameters.getParameterSpec(ECParameterSpec.class)));
    } catch (GeneralSecurityException e) {
      throw FormatException.unexpected("a key on P-256", String.valueOf(e.getMessage()));
    }
  }

  private static BigInteger number(String base64) throws FormatException {
    return new BigInteger(1, Bytes.fromBase64Url(base64).toByteArray());
  }

  /// A claim set that a token could hold; the end, which only tokens need, is added.
  private static void claims(Json.Obj claims) throws Difference, FormatException {
    Json.Obj ended =
        claims.present("exp").isPresent() ? claims : claims.with("exp", Json.of(NO_END));
    AttestationResult result = AttestationResult.ofVerifiedClaims(ended);
    Difference.require(
        "submodules", claims.object("submods").members().size(), result.submodules().size());
    for (SubmoduleResult submodule : result.submodules()) {
      Json.Obj item = claims.object("submods").object(submodule.name());
      Json status = item.get("ear.status").or(() -> item.get("ear_status")).orElse(Json.NULL);
      Difference.require("status", status, Json.of(submodule.status().text()));
    }
  }

  private static void appraisals(Json.Obj submodules) throws Difference, FormatException {
    for (Map.Entry<String, Json> member : submodules.members().entrySet()) {
      Json.Obj claims =
          Json.object()
              .put("exp", NO_END)
              .put("submods", Json.object().put(member.getKey(), member.getValue()).build())
              .build();
      SubmoduleResult result = AttestationResult.ofVerifiedClaims(claims).submodules().getFirst();
      Difference.require(
          "status", result.appraisal().vector().tier().text(), result.status().text());
    }
  }
}
