package io.vouchsafe.appraisal.corim;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Cbor;
import io.vouchsafe.encoding.CborLimits;
import io.vouchsafe.encoding.FormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A concise reference integrity manifest (draft-ietf-rats-corim), parsed, **not vouched for by
/// anyone**: see [SignedCorim].
///
/// @param id text, or a UUID with its dashes
/// @param profile a URI, or an OID with dots
/// @param validity when it counts
/// @param modules its CoMID tags
/// @param notUnderstood tags and members that are not read here, in words
public record Corim(
    String id,
    Optional<String> profile,
    Optional<Validity> validity,
    List<Comid> modules,
    List<String> notUnderstood) {
  static final CborLimits LIMITS = CborLimits.MESSAGE;

  private static final long ID = 0;
  private static final long TAGS = 1;
  private static final long PROFILE = 3;
  private static final long VALIDITY = 4;
  private static final long ENTITIES = 5;
  private static final long UNSIGNED = 501;
  private static final long COMID = 506;
  private static final long URI = 32;
  private static final int MAX_WRAPPERS = 4;

  /// Members that are read; entities are words about who made it.
  private static final List<Cbor> KNOWN =
      List.of(Cbor.of(ID), Cbor.of(TAGS), Cbor.of(PROFILE), Cbor.of(VALIDITY), Cbor.of(ENTITIES));

  public Corim {
    modules = List.copyOf(modules);
    notUnderstood = List.copyOf(notUnderstood);
  }

  /// Parses an unsigned manifest that fills `input`, in tag 501 or in one of the older wrappers.
  ///
  /// @throws FormatException if it is none; also if it is a signed one, which must not be taken
  ///   without its signature
  public static Corim parse(Bytes input) throws FormatException {
    return of(unwrap(Cbor.parse(input, LIMITS)));
  }

  /// Takes off tags 500, 501 and 502.
  static Cbor unwrap(Cbor item) {
    Cbor inner = item;
    for (int i = 0;
        i < MAX_WRAPPERS
            && inner instanceof Cbor.Tagged(long tag, Cbor content)
            && tag >= UNSIGNED - 1
            && tag <= UNSIGNED + 1;
        i++) {
      inner = content;
    }
    return inner;
  }

  static Corim of(Cbor item) throws FormatException {
    Cbor.Dict map = item.asMap("CoRIM");
    List<Comid> modules = new ArrayList<>();
    List<String> notUnderstood = new ArrayList<>();
    for (Cbor tag : map.require(TAGS).asArray("tags")) {
      // Older manifests put the tag inside the byte string.
      Cbor tagged = tag instanceof Cbor.ByteString(Bytes inner) ? Cbor.parse(inner, LIMITS) : tag;
      if (!(tagged instanceof Cbor.Tagged(long number, Cbor content))) {
        throw FormatException.unexpected("a tagged item", tag.toString());
      } else if (number == COMID) {
        modules.add(
            Comid.parse(
                content instanceof Cbor.ByteString(Bytes inner)
                    ? Cbor.parse(inner, LIMITS)
                    : content));
      } else {
        notUnderstood.add("tag " + number);
      }
    }
    for (Cbor.Entry entry : map.entries()) {
      if (!KNOWN.contains(entry.key())) {
        notUnderstood.add("member " + MapKey.shown(entry.key()) + " of a CoRIM");
      }
    }
    return new Corim(
        Names.text(map.require(ID), "manifest id"),
        profile(map.get(PROFILE)),
        map.get(VALIDITY).isEmpty()
            ? Optional.empty()
            : Optional.of(Validity.parse(map.require(VALIDITY))),
        modules,
        notUnderstood);
  }

  /// One URI or OID; older manifests have a list of one.
  private static Optional<String> profile(Optional<Cbor> item) throws FormatException {
    if (item.isEmpty()) {
      return Optional.empty();
    }
    Cbor profile = item.get();
    if (profile instanceof Cbor.Arr(List<Cbor> items)) {
      if (items.size() != 1) {
        throw FormatException.unexpected("one profile", items.size() + " profiles");
      }
      profile = items.getFirst();
    }
    return Optional.of(
        profile instanceof Cbor.Tagged(long tag, Cbor uri) && tag == URI
            ? uri.asText("profile")
            : Names.text(profile, "profile"));
  }
}
