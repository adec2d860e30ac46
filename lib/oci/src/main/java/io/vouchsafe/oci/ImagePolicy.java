package io.vouchsafe.oci;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.verdict.Checklist;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Who must have signed an image: the document of containers-policy.json(5) (specs: guest
/// components §6.2). Every requirement of the most particular scope must hold. An empty list of
/// requirements is refused; a document that is missing is not this class's business: there is no
/// default that accepts.
///
/// The image is judged under the name that the user wrote, not under that of a mirror.
public final class ImagePolicy {
  private static final JsonLimits LIMITS = new JsonLimits(1 << 20, 16, 40_000, 32);
  private static final int MAX_SCOPES = 1_000;

  /// Finds a key by `keyPath`: a `kbs://` URI or a file.
  @FunctionalInterface
  public interface Keys {
    /// @return PEM
    /// @throws RefusedException if whoever has it does not give it
    Bytes load(String keyPath) throws IOException, RefusedException;
  }

  /// One requirement.
  public sealed interface Requirement {
    /// Anything goes.
    record InsecureAcceptAnything() implements Requirement {}

    /// Nothing goes.
    record Reject() implements Requirement {}

    /// A GnuPG simple signature. Read, so that policies of others can be used, but never met: this
    /// version has no OpenPGP.
    record SignedBy() implements Requirement {}

    /// A keyed cosign signature.
    ///
    /// @param keyPath where the key is, if it is not in the policy
    /// @param keyData the key in PEM, if it is in the policy
    /// @param identity under which name; the same repository unless stated
    record SigstoreSigned(
        Optional<String> keyPath, Optional<Bytes> keyData, SignedIdentity identity)
        implements Requirement {}
  }

  private final List<Requirement> fallback;
  private final Map<String, List<Requirement>> scopes;

  private ImagePolicy(List<Requirement> fallback, Map<String, List<Requirement>> scopes) {
    this.fallback = fallback;
    this.scopes = scopes;
  }

  /// Parses a policy document.
  ///
  /// @throws RefusedException with [Code#IMAGE_POLICY_INVALID]: an unknown requirement or member
  ///   may be one that forbids
  public static ImagePolicy parse(Bytes text) throws RefusedException {
    try {
      Json.Obj json = Json.parseObject(text, LIMITS);
      requireKnown(json, Set.of("default", "transports"));
      List<Requirement> fallback = requirements(json.array("default"));
      Map<String, List<Requirement>> docker = new LinkedHashMap<>();
      if (json.present("transports").isPresent()) {
        for (var transport : json.object("transports").members().entrySet()) {
          Map<String, List<Requirement>> scopes =
              scopes(transport.getValue().asObject(transport.getKey()));
          if (transport.getKey().equals("docker")) {
            docker.putAll(scopes);
          }
        }
      }
      return new ImagePolicy(fallback, docker);
    } catch (FormatException e) {
      throw new RefusedException(
          ImageCheck.POLICY,
          Code.IMAGE_POLICY_INVALID,
          e.expected(),
          e.found() + " at byte " + e.offset());
    }
  }

  private static Map<String, List<Requirement>> scopes(Json.Obj json) throws FormatException {
    if (json.members().size() > MAX_SCOPES) {
      throw FormatException.oversized(0, "at most " + MAX_SCOPES + " scopes", "more");
    }
    Map<String, List<Requirement>> scopes = new LinkedHashMap<>();
    for (var scope : json.members().entrySet()) {
      scopes.put(scope.getKey(), requirements(scope.getValue().asArray(scope.getKey())));
    }
    return scopes;
  }

  private static List<Requirement> requirements(List<Json> items) throws FormatException {
    if (items.isEmpty()) {
      throw FormatException.unexpected("at least one requirement", "none");
    }
    List<Requirement> requirements = new ArrayList<>();
    for (Json item : items) {
      requirements.add(requirement(item.asObject("requirement")));
    }
    return List.copyOf(requirements);
  }

  private static Requirement requirement(Json.Obj json) throws FormatException {
    String type = json.string("type");
    return switch (type) {
      case "insecureAcceptAnything" -> {
        requireKnown(json, Set.of("type"));
        yield new Requirement.InsecureAcceptAnything();
      }
      case "reject" -> {
        requireKnown(json, Set.of("type"));
        yield new Requirement.Reject();
      }
      case "signedBy" -> {
        requireKnown(json, Set.of("type", "keyType", "keyPath", "keyData", "signedIdentity"));
        identity(json);
        yield new Requirement.SignedBy();
      }
      case "sigstoreSigned" -> {
        requireKnown(json, Set.of("type", "keyPath", "keyData", "signedIdentity"));
        yield sigstoreSigned(json);
      }
      default -> throw FormatException.unexpected("a known requirement", ImageName.quoted(type));
    };
  }

  private static Requirement sigstoreSigned(Json.Obj json) throws FormatException {
    Optional<String> path = json.optionalString("keyPath");
    Optional<String> data = json.optionalString("keyData");
    if (path.isPresent() == data.isPresent()) {
      throw FormatException.unexpected("either keyPath or keyData", "both or none");
    }
    Optional<Bytes> pem = data.isPresent() ? Optional.of(keyData(data.get())) : Optional.empty();
    return new Requirement.SigstoreSigned(path, pem, identity(json));
  }

  /// Base64 of PEM, or PEM itself, which is what the other implementation takes.
  private static Bytes keyData(String text) throws FormatException {
    return text.startsWith("-----BEGIN") ? Bytes.utf8(text) : Bytes.fromBase64(text);
  }

  /// Without one, cosign's habit of naming the repository only makes that the strictest that works.
  private static SignedIdentity identity(Json.Obj json) throws FormatException {
    return json.present("signedIdentity").isPresent()
        ? SignedIdentity.parse(json.object("signedIdentity"))
        : new SignedIdentity.MatchRepository();
  }

  private static void requireKnown(Json.Obj json, Set<String> known) throws FormatException {
    for (String member : json.members().keySet()) {
      if (!known.contains(member)) {
        throw FormatException.unexpected("members " + known, ImageName.quoted(member));
      }
    }
  }

  /// A policy that takes images of one repository when `signer` signed them, and nothing else.
  public static Json.Obj signedOnly(ImageName repository, SignerKey signer) {
    Json requirement =
        Json.object()
            .put("type", "sigstoreSigned")
            .put("keyData", Bytes.utf8(signer.pem()).base64())
            .put("signedIdentity", Json.object().put("type", "matchRepository").build())
            .build();
    Json docker = Json.object().put(repository.name(), Json.array(requirement)).build();
    return Json.object()
        .put("default", Json.array(Json.object().put("type", "reject").build()))
        .put("transports", Json.object().put("docker", docker).build())
        .build();
  }

  /// The requirements for an image.
  public List<Requirement> requirements(ImageName name) {
    for (String scope : ScopeNames.of(name)) {
      List<Requirement> found = scopes.get(scope);
      if (found != null) {
        return found;
      }
    }
    return scopes.getOrDefault("", fallback);
  }

  /// Judges an image.
  ///
  /// @param name what the user wrote
  /// @param source the image's repository, for its signatures
  /// @param checks gets the results
  /// @return fingerprints of the keys whose signatures were accepted
  /// @throws RefusedException with a code of the `POLICY` and `SIGNATURE_*` members of [ImageCheck]
  public List<Digest> verify(
      ImageName name, Image image, ImageSource source, Keys keys, Checklist checks)
      throws IOException, RefusedException {
    List<Digest> signers = new ArrayList<>();
    for (Requirement requirement : requirements(name)) {
      switch (requirement) {
        case Requirement.InsecureAcceptAnything _ ->
            checks.notChecked(ImageCheck.SIGNATURE_PRESENT, "the policy takes anything");
        case Requirement.Reject _ ->
            throw checks.refuse(
                ImageCheck.POLICY, Code.IMAGE_POLICY_REJECTS, "another image", name.toString());
        case Requirement.SignedBy _ ->
            throw checks.refuse(
                ImageCheck.POLICY,
                Code.UNSUPPORTED_ALGORITHM,
                "requirement sigstoreSigned",
                "signedBy, which needs OpenPGP");
        case Requirement.SigstoreSigned signed ->
            signers.add(new CosignVerifier(name, image, source, checks).verify(signed, keys));
      }
    }
    checks.pass(ImageCheck.POLICY, "all requirements for " + name.name(), "hold");
    return signers;
  }
}
