package io.vouchsafe.oci;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.RefusedException;
import java.util.Optional;
import java.util.Set;

/// Under which name an image must have been signed (specs: guest components §6.2).
public sealed interface SignedIdentity {

  /// The same tag of the same repository.
  record MatchExact() implements SignedIdentity {}

  /// The same tag; for an image named by digest, the same repository.
  record MatchRepoDigestOrExact() implements SignedIdentity {}

  /// The same repository.
  record MatchRepository() implements SignedIdentity {}

  /// This reference, whatever is pulled.
  record ExactReference(String reference) implements SignedIdentity {}

  /// This repository, whatever is pulled.
  record ExactRepository(String repository) implements SignedIdentity {}

  /// As [MatchRepoDigestOrExact], after `prefix` of the pulled name became `signedPrefix`. A prefix
  /// counts only where a part of the name ends.
  record RemapIdentity(String prefix, String signedPrefix) implements SignedIdentity {}

  /// A name in a signature, which may lack tag and digest.
  ///
  /// @param name the parsed name
  /// @param bare whether there is neither tag nor digest
  record Signed(ImageName name, boolean bare) {
    static Signed parse(String text) throws RefusedException {
      int slash = text.lastIndexOf('/');
      return new Signed(
          ImageName.parse(text), text.indexOf('@') < 0 && text.indexOf(':', slash + 1) < 0);
    }

    private boolean sameRepository(ImageName other) {
      return name.name().equals(other.name());
    }

    private boolean sameTag(ImageName other) {
      return !bare
          && sameRepository(other)
          && other.tag().isPresent()
          && name.tag().equals(other.tag());
    }
  }

  /// Reads a `signedIdentity`.
  ///
  /// @throws FormatException if the type is unknown, a member is missing, unknown or no name
  static SignedIdentity parse(Json.Obj json) throws FormatException {
    String type = json.string("type");
    return switch (type) {
      case "matchExact" -> of(json, new MatchExact());
      case "matchRepoDigestOrExact" -> of(json, new MatchRepoDigestOrExact());
      case "matchRepository" -> of(json, new MatchRepository());
      case "exactReference" ->
          of(json, new ExactReference(name(json, "dockerReference")), "dockerReference");
      case "exactRepository" ->
          of(json, new ExactRepository(name(json, "dockerRepository")), "dockerRepository");
      case "remapIdentity" ->
          of(
              json,
              new RemapIdentity(json.string("prefix"), json.string("signedPrefix")),
              "prefix",
              "signedPrefix");
      default -> throw FormatException.unexpected("a known identity", type);
    };
  }

  private static SignedIdentity of(Json.Obj json, SignedIdentity identity, String... members)
      throws FormatException {
    Set<String> allowed = Set.of(members);
    for (String member : json.members().keySet()) {
      if (!member.equals("type") && !allowed.contains(member)) {
        throw FormatException.unexpected("members " + allowed, member);
      }
    }
    return identity;
  }

  private static String name(Json.Obj json, String member) throws FormatException {
    String text = json.string(member);
    try {
      ImageName.parse(text);
      return text;
    } catch (RefusedException _) {
      throw FormatException.unexpected("a name as " + member, ImageName.quoted(text));
    }
  }

  /// Whether an image that is pulled as `pulled` may be signed as `signed`.
  default boolean holds(ImageName pulled, String signed) {
    try {
      return holds(pulled, Signed.parse(signed));
    } catch (RefusedException _) {
      return false; // No name at all.
    }
  }

  private boolean holds(ImageName pulled, Signed signed) throws RefusedException {
    return switch (this) {
      case MatchExact() -> signed.sameTag(pulled);
      case MatchRepoDigestOrExact() -> repoDigestOrExact(pulled, signed);
      case MatchRepository() -> signed.sameRepository(pulled);
      case ExactReference(String reference) -> {
        Signed wanted = Signed.parse(reference);
        yield wanted.equals(signed);
      }
      case ExactRepository(String repository) -> signed.sameRepository(ImageName.parse(repository));
      case RemapIdentity(String prefix, String signedPrefix) -> {
        Optional<ImageName> mapped = remap(pulled, prefix, signedPrefix);
        yield mapped.isPresent() && repoDigestOrExact(mapped.get(), signed);
      }
    };
  }

  private static boolean repoDigestOrExact(ImageName pulled, Signed signed) {
    return pulled.digest().isPresent() ? signed.sameRepository(pulled) : signed.sameTag(pulled);
  }

  /// A name outside of the prefix stays as it is.
  private static Optional<ImageName> remap(ImageName pulled, String prefix, String signedPrefix)
      throws RefusedException {
    String text = pulled.toString();
    if (!ScopeNames.startsWith(text, prefix)) {
      return Optional.of(pulled);
    }
    return Optional.of(ImageName.parse(signedPrefix + text.substring(prefix.length())));
  }
}
