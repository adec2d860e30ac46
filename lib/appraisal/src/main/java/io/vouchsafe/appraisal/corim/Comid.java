package io.vouchsafe.appraisal.corim;

import io.vouchsafe.encoding.Cbor;
import io.vouchsafe.encoding.FormatException;
import java.util.ArrayList;
import java.util.List;

/// A concise module identifier: reference values, endorsed values and keys of one module.
///
/// @param id text, or a UUID with its dashes
/// @param version of the tag, 0 if none is given
/// @param references what evidence is to match
/// @param endorsed what the endorser adds
/// @param keys attestation and identity keys
/// @param notUnderstood triples and members that are not read here, in words
public record Comid(
    String id,
    long version,
    List<Values> references,
    List<Values> endorsed,
    List<Keys> keys,
    List<String> notUnderstood) {
  private static final long TAG_IDENTITY = 1;
  private static final long TRIPLES = 4;
  private static final long LANGUAGE = 0;
  private static final long ENTITIES = 2;
  private static final long TAG_ID = 0;
  private static final long TAG_VERSION = 1;
  private static final long REFERENCE = 0;
  private static final long ENDORSED = 1;
  private static final long IDENTITY_KEYS = 2;
  private static final long ATTEST_KEYS = 3;

  /// Measurements of one environment (`reference-triple`, `endorsed-triple`).
  public record Values(Environment environment, List<Measurement> measurements) {
    public Values {
      measurements = List.copyOf(measurements);
    }
  }

  /// Keys of one environment (`attest-key-triple`, `identity-triple`), not interpreted.
  ///
  /// @param attest whether they sign evidence, else they name a device
  /// @param keys as they stand in the manifest, each in its tag
  public record Keys(Environment environment, boolean attest, List<Cbor> keys) {
    public Keys {
      keys = List.copyOf(keys);
    }
  }

  public Comid {
    references = List.copyOf(references);
    endorsed = List.copyOf(endorsed);
    keys = List.copyOf(keys);
    notUnderstood = List.copyOf(notUnderstood);
  }

  static Comid parse(Cbor item) throws FormatException {
    Cbor.Dict map = item.asMap("CoMID");
    Cbor.Dict identity = map.require(TAG_IDENTITY).asMap("tag identity");
    String id = Names.text(identity.require(TAG_ID), "tag id");
    long version =
        identity.get(TAG_VERSION).isPresent()
            ? identity.require(TAG_VERSION).asInteger("tag version")
            : 0;
    Triples triples = new Triples();
    for (Cbor.Entry entry : map.require(TRIPLES).asMap("triples").entries()) {
      triples.take(entry);
    }
    for (Cbor.Entry entry : map.entries()) {
      if (!KNOWN.contains(entry.key())) {
        triples.notUnderstood.add("member " + MapKey.shown(entry.key()) + " of a CoMID");
      }
    }
    return new Comid(
        id, version, triples.references, triples.endorsed, triples.keys, triples.notUnderstood);
  }

  /// Language and entities say who made the tag, in words: nothing that is compared.
  private static final List<Cbor> KNOWN =
      List.of(Cbor.of(LANGUAGE), Cbor.of(TAG_IDENTITY), Cbor.of(ENTITIES), Cbor.of(TRIPLES));

  private static final class Triples {
    private final List<Values> references = new ArrayList<>();
    private final List<Values> endorsed = new ArrayList<>();
    private final List<Keys> keys = new ArrayList<>();
    private final List<String> notUnderstood = new ArrayList<>();

    void take(Cbor.Entry entry) throws FormatException {
      long label = entry.key() instanceof Cbor.Int number ? number.asLong().orElse(-1L) : -1;
      if (label == REFERENCE) {
        values(entry.value(), references);
      } else if (label == ENDORSED) {
        values(entry.value(), endorsed);
      } else if (label == IDENTITY_KEYS || label == ATTEST_KEYS) {
        keys(entry.value(), label == ATTEST_KEYS);
      } else {
        notUnderstood.add("triples " + entry.key());
      }
    }

    private static void values(Cbor item, List<Values> into) throws FormatException {
      for (Cbor triple : item.asArray("triples")) {
        List<Cbor> parts = pair(triple);
        Environment environment = Environment.parse(parts.get(0));
        List<Measurement> measurements = new ArrayList<>();
        // Older manifests have a single measurement where the draft has a list of them.
        if (parts.get(1) instanceof Cbor.Dict) {
          measurements.add(Measurement.parse(parts.get(1)));
        } else {
          for (Cbor measurement : parts.get(1).asArray("measurements")) {
            measurements.add(Measurement.parse(measurement));
          }
        }
        if (measurements.isEmpty()) {
          throw FormatException.unexpected("at least one measurement", "none");
        }
        into.add(new Values(environment, measurements));
      }
    }

    private void keys(Cbor item, boolean attest) throws FormatException {
      for (Cbor triple : item.asArray("key triples")) {
        List<Cbor> parts = pair(triple);
        if (parts.size() > 2) {
          notUnderstood.add("conditions of a key triple");
          continue; // a key that counts only under conditions must not be taken without them
        }
        keys.add(new Keys(Environment.parse(parts.get(0)), attest, parts.get(1).asArray("keys")));
      }
    }

    private static List<Cbor> pair(Cbor triple) throws FormatException {
      List<Cbor> parts = triple.asArray("triple");
      if (parts.size() < 2 || parts.size() > 3) {
        throw FormatException.unexpected("a triple of 2 or 3 parts", parts.size() + " parts");
      }
      return parts;
    }
  }
}
