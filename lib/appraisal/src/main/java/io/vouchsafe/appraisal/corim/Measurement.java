package io.vouchsafe.appraisal.corim;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Cbor;
import io.vouchsafe.encoding.FormatException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One measured element and what it is to be (`measurement-map`).
///
/// @param key which element of the environment; empty if there is only one
/// @param name of the element, in words
/// @param serial of the element
/// @param svn a security version that must be met exactly
/// @param minSvn a security version that must be reached
/// @param digests accepted digests
/// @param rawValue bytes as they are
/// @param rawMask which bits of `rawValue` count; empty: all
/// @param registers digests by register number or name
/// @param notUnderstood members that are not read here, in words
public record Measurement(
    Optional<String> key,
    Optional<String> name,
    Optional<String> serial,
    Optional<Long> svn,
    Optional<Long> minSvn,
    List<Digest> digests,
    Optional<Bytes> rawValue,
    Optional<Bytes> rawMask,
    Map<String, List<Digest>> registers,
    List<String> notUnderstood) {
  private static final long MKEY = 0;
  private static final long MVAL = 1;
  private static final long SVN = 1;
  private static final long DIGESTS = 2;
  private static final long RAW_VALUE = 4;
  private static final long RAW_MASK = 5;
  private static final long SERIAL = 8;
  private static final long NAME = 11;
  private static final long REGISTERS = 14;
  private static final long TAG_SVN = 552;
  private static final long TAG_MIN_SVN = 553;
  private static final long TAG_MASKED = 563;

  /// A digest and its algorithm.
  ///
  /// @param algorithm a name of the IANA registry of named information, or its number in decimals
  ///   where this library has no name for it
  /// @param value its bytes
  public record Digest(String algorithm, Bytes value) {
    private static final Map<String, Integer> SIZES =
        Map.of("sha-256", 32, "sha-384", 48, "sha-512", 64);
    private static final Map<Long, String> NAMES =
        Map.of(1L, "sha-256", 7L, "sha-384", 8L, "sha-512");

    static Digest parse(Cbor item) throws FormatException {
      List<Cbor> pair = item.asArray("digest");
      if (pair.size() != 2) {
        throw FormatException.unexpected("algorithm and digest", pair.size() + " items");
      }
      String algorithm =
          pair.getFirst() instanceof Cbor.Text(String text)
              ? text
              : algorithm(pair.getFirst().asInteger("digest algorithm"));
      Bytes value = pair.getLast().asBytes("digest");
      Integer size = SIZES.get(algorithm);
      if (size != null && size != value.size()) {
        throw FormatException.unexpected(size + " bytes of " + algorithm, value.size() + " bytes");
      }
      return new Digest(algorithm, value);
    }

    private static String algorithm(long id) {
      String name = NAMES.get(id);
      return name == null ? Long.toString(id) : name;
    }
  }

  public Measurement {
    digests = List.copyOf(digests);
    registers = Map.copyOf(registers);
    notUnderstood = List.copyOf(notUnderstood);
  }

  static Measurement parse(Cbor item) throws FormatException {
    Cbor.Dict map = item.asMap("measurement");
    Optional<Cbor> mkey = map.get(MKEY);
    Optional<String> key =
        mkey.isEmpty() ? Optional.empty() : Optional.of(Names.text(mkey.get(), "measured element"));
    Values values = new Values();
    for (Cbor.Entry entry : map.require(MVAL).asMap("measured values").entries()) {
      values.take(entry);
    }
    for (Cbor.Entry entry : map.entries()) {
      if (!entry.key().equals(Cbor.of(MKEY)) && !entry.key().equals(Cbor.of(MVAL))) {
        values.notUnderstood.add("member " + MapKey.shown(entry.key()) + " of a measurement");
      }
    }
    return values.measurement(key);
  }

  /// Collects the members of one `measurement-values-map`.
  private static final class Values {
    private Optional<String> name = Optional.empty();
    private Optional<String> serial = Optional.empty();
    private Optional<Long> svn = Optional.empty();
    private Optional<Long> minSvn = Optional.empty();
    private List<Digest> digests = List.of();
    private Optional<Bytes> rawValue = Optional.empty();
    private Optional<Bytes> rawMask = Optional.empty();
    private Map<String, List<Digest>> registers = Map.of();
    private final List<String> notUnderstood = new ArrayList<>();

    void take(Cbor.Entry entry) throws FormatException {
      Cbor value = entry.value();
      long label =
          entry.key() instanceof Cbor.Int number ? number.asLong().orElse(-1L) : -1; // text: theirs
      if (label == SVN) {
        takeSvn(value);
      } else if (label == DIGESTS) {
        digests = digests(value);
      } else if (label == RAW_VALUE) {
        takeRawValue(value);
      } else if (label == RAW_MASK) {
        rawMask = Optional.of(value.asBytes("mask"));
      } else if (label == SERIAL) {
        serial = Optional.of(value.asText("serial number"));
      } else if (label == NAME) {
        name = Optional.of(value.asText("name"));
      } else if (label == REGISTERS) {
        registers = registers(value);
      } else {
        notUnderstood.add("measured value " + MapKey.shown(entry.key()));
      }
    }

    private void takeSvn(Cbor value) throws FormatException {
      if (value instanceof Cbor.Tagged(long tag, Cbor least) && tag == TAG_MIN_SVN) {
        minSvn = Optional.of(least.asInteger("least security version"));
      } else if (value instanceof Cbor.Tagged(long tag, Cbor exact) && tag == TAG_SVN) {
        svn = Optional.of(exact.asInteger("security version"));
      } else {
        svn = Optional.of(value.asInteger("security version"));
      }
    }

    private void takeRawValue(Cbor value) throws FormatException {
      if (value instanceof Cbor.Tagged(long tag, Cbor content) && tag == Names.BYTES) {
        rawValue = Optional.of(content.asBytes("raw value"));
      } else if (value instanceof Cbor.Tagged(long tag, Cbor content) && tag == TAG_MASKED) {
        List<Cbor> pair = content.asArray("raw value and mask");
        if (pair.size() != 2) {
          throw FormatException.unexpected("raw value and mask", pair.size() + " items");
        }
        rawValue = Optional.of(pair.getFirst().asBytes("raw value"));
        rawMask = Optional.of(pair.getLast().asBytes("mask"));
      } else if (value instanceof Cbor.ByteString(Bytes bytes)) {
        rawValue = Optional.of(bytes);
      } else {
        notUnderstood.add("raw value of form " + value);
      }
    }

    Measurement measurement(Optional<String> key) throws FormatException {
      if (rawMask.isPresent()
          && rawValue.filter(value -> value.size() == rawMask.get().size()).isEmpty()) {
        throw FormatException.unexpected("a raw value as long as its mask", "another length");
      }
      return new Measurement(
          key, name, serial, svn, minSvn, digests, rawValue, rawMask, registers, notUnderstood);
    }
  }

  private static List<Digest> digests(Cbor item) throws FormatException {
    List<Digest> digests = new ArrayList<>();
    for (Cbor digest : item.asArray("digests")) {
      digests.add(Digest.parse(digest));
    }
    if (digests.isEmpty()) {
      throw FormatException.unexpected("at least one digest", "none");
    }
    return digests;
  }

  private static Map<String, List<Digest>> registers(Cbor item) throws FormatException {
    Map<String, List<Digest>> registers = new LinkedHashMap<>();
    for (Cbor.Entry entry : item.asMap("integrity registers").entries()) {
      String register = Names.text(entry.key(), "register");
      // 1 and "1" are different keys and would be the same name
      if (registers.put(register, digests(entry.value())) != null) {
        throw FormatException.unexpected("each register once", register + " twice");
      }
    }
    return registers;
  }
}
