package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What a policy can ask of DCAP evidence beside the usual (specs/evidence-x86 §4.9). What it does
/// not ask for is not looked at, and no check is recorded.
///
/// @param platform of the machine
/// @param enclave of an SGX enclave
/// @param guest of a TDX guest
public record DcapDemands(Platform platform, Enclave enclave, Guest guest) {
  /// Asks for nothing.
  public static final DcapDemands NONE = reading(Json.object().build());

  private static final int MAX_ITEMS = 1_000;
  private static final int MAX_SVN = 0xffff;
  private static final int RTMRS = 4;

  /// @param statuses security levels to take; empty for all that are valid
  /// @param allowedAdvisories the only security advisories that the level may be subject to; empty
  ///   for all
  /// @param deniedAdvisories security advisories that the level may not be subject to
  /// @param minTcbDate how old the level may be at most
  /// @param dynamicPlatform whether packages can be added, as the PCK certificate must say
  /// @param cachedKeys whether keys are cached, as the PCK certificate must say
  /// @param smt whether multithreading is on, as the PCK certificate must say
  /// @param ppids the only machines to take, 16 bytes each; empty for all
  /// @param instanceIds the only platforms to take, 16 bytes each; empty for all
  /// @param deniedFmspcs kinds of machine not to take, 6 bytes each
  /// @param minQeSvn lowest security version of the quoting enclave
  public record Platform(
      Set<TcbStatus> statuses,
      Set<String> allowedAdvisories,
      Set<String> deniedAdvisories,
      Optional<Instant> minTcbDate,
      Optional<Boolean> dynamicPlatform,
      Optional<Boolean> cachedKeys,
      Optional<Boolean> smt,
      Set<Bytes> ppids,
      Set<Bytes> instanceIds,
      Set<Bytes> deniedFmspcs,
      int minQeSvn) {
    public Platform {
      statuses = Set.copyOf(statuses);
      allowedAdvisories = Set.copyOf(allowedAdvisories);
      deniedAdvisories = Set.copyOf(deniedAdvisories);
      ppids = Set.copyOf(ppids);
      instanceIds = Set.copyOf(instanceIds);
      deniedFmspcs = Set.copyOf(deniedFmspcs);
    }
  }

  /// @param mrSigner who signed it, 32 bytes
  /// @param isvProdId its product
  /// @param isvFamilyId 16 bytes; only an enclave with key separation has one
  /// @param isvExtProdId 16 bytes; only an enclave with key separation has one
  /// @param noProvisionKey whether it must be without the key that provisions platforms
  public record Enclave(
      Optional<Bytes> mrSigner,
      Optional<Integer> isvProdId,
      Optional<Bytes> isvFamilyId,
      Optional<Bytes> isvExtProdId,
      boolean noProvisionKey) {}

  /// Measurements of 48 bytes each.
  ///
  /// @param rtmrs by their number, each of which may be left open
  /// @param mrSeams the only TDX modules to take; empty for all that Intel published
  /// @param serviceTds hashes of service TDs that may be bound
  /// @param septVeDisable whether the guest must be free of surprises by its memory
  public record Guest(
      Optional<Bytes> mrTd,
      List<Optional<Bytes>> rtmrs,
      Optional<Bytes> mrConfigId,
      Optional<Bytes> mrOwner,
      Optional<Bytes> mrOwnerConfig,
      Set<Bytes> mrSeams,
      Set<Bytes> serviceTds,
      boolean septVeDisable) {
    public Guest {
      rtmrs = List.copyOf(rtmrs);
      mrSeams = Set.copyOf(mrSeams);
      serviceTds = Set.copyOf(serviceTds);
    }
  }

  /// Reads the members of a policy that are demands.
  ///
  /// @throws FormatException if a member is none, or of another type
  static DcapDemands parse(Json.Obj json) throws FormatException {
    Reader in = new Reader(json);
    DcapDemands demands = in.demands();
    for (String name : json.members().keySet()) {
      if (!in.known.contains(name)) {
        throw FormatException.unexpected("a member of a DCAP policy", name);
      }
    }
    return demands;
  }

  private static DcapDemands reading(Json.Obj json) {
    try {
      return parse(json);
    } catch (FormatException e) {
      throw new IllegalStateException("no demand is one", e);
    }
  }

  /// Reads optional members and remembers their names.
  private static final class Reader {
    private final Json.Obj json;
    private final Set<String> known = new HashSet<>();

    private Reader(Json.Obj json) {
      this.json = json;
    }

    DcapDemands demands() throws FormatException {
      Platform platform =
          new Platform(
              statuses(),
              Set.copyOf(strings("allowedAdvisories")),
              Set.copyOf(strings("deniedAdvisories")),
              time("minTcbDate"),
              flag("requireDynamicPlatform"),
              flag("requireCachedKeys"),
              flag("requireSmt"),
              hexes("ppids", 16),
              hexes("platformInstanceIds", 16),
              hexes("deniedFmspcs", 6),
              integer("minQeSvn").orElse(0));
      Enclave enclave =
          new Enclave(
              hex("mrSigner", 32),
              integer("isvProdId"),
              hex("isvFamilyId", 16),
              hex("isvExtProdId", 16),
              flag("requireNoProvisionKey").orElse(false));
      List<Optional<Bytes>> rtmrs = new ArrayList<>();
      for (int i = 0; i < RTMRS; i++) {
        rtmrs.add(hex("rtmr" + i, 48));
      }
      Guest guest =
          new Guest(
              hex("mrTd", 48),
              rtmrs,
              hex("mrConfigId", 48),
              hex("mrOwner", 48),
              hex("mrOwnerConfig", 48),
              hexes("mrSeams", 48),
              hexes("serviceTds", 48),
              flag("requireSeptVeDisable").orElse(false));
      return new DcapDemands(platform, enclave, guest);
    }

    private Optional<Json> member(String name) {
      known.add(name);
      return json.present(name);
    }

    private Set<TcbStatus> statuses() throws FormatException {
      Set<TcbStatus> statuses = new HashSet<>();
      for (String text : strings("acceptedTcbStatuses")) {
        statuses.add(TcbStatus.ofResult(text));
      }
      return statuses;
    }

    private List<String> strings(String name) throws FormatException {
      List<String> strings = new ArrayList<>();
      Optional<Json> value = member(name);
      if (value.isPresent()) {
        for (Json item : Assessment.bounded(value.get().asArray(name), MAX_ITEMS)) {
          strings.add(item.asString(name));
        }
        if (strings.isEmpty()) {
          // Whoever writes an empty list means none, not all.
          throw FormatException.unexpected(name + " of one at least", "none");
        }
      }
      return strings;
    }

    private Optional<Instant> time(String name) throws FormatException {
      return member(name).isEmpty()
          ? Optional.empty()
          : Optional.of(SignedDocument.time(json, name));
    }

    private Optional<Boolean> flag(String name) throws FormatException {
      return member(name).isEmpty() ? Optional.empty() : Optional.of(json.bool(name));
    }

    private Optional<Integer> integer(String name) throws FormatException {
      return member(name).isEmpty()
          ? Optional.empty()
          : Optional.of(SignedDocument.integer(json, name, MAX_SVN));
    }

    private Optional<Bytes> hex(String name, int size) throws FormatException {
      return member(name).isEmpty()
          ? Optional.empty()
          : Optional.of(SignedDocument.hex(json, name, size));
    }

    private Set<Bytes> hexes(String name, int size) throws FormatException {
      Set<Bytes> values = new HashSet<>();
      for (String text : strings(name)) {
        Bytes value = Bytes.fromHex(text);
        if (value.size() != size) {
          throw FormatException.unexpected(name + " of " + size + " bytes", value.size() + "");
        }
        values.add(value);
      }
      return values;
    }
  }
}
