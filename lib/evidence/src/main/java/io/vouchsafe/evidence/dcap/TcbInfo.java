package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What Intel says about the platforms of one FMSPC (specs/evidence-x86 §4.6), version 2 (SGX only)
/// or 3.
///
/// @param tee what it is for
/// @param module the TDX module of version 0, for TDX
/// @param modules TDX modules of later versions
/// @param levels highest first, whatever the order in the document
record TcbInfo(
    TeeKind tee,
    Instant issueDate,
    Instant nextUpdate,
    Bytes fmspc,
    Bytes pceId,
    long evaluationNumber,
    Optional<Module> module,
    List<Module> modules,
    List<Level> levels) {
  private static final int COMPONENTS = PckExtension.COMPONENTS;
  private static final int MAX_SVN = 255;
  private static final int MAX_PCE_SVN = 0xffff;
  private static final int MAX_MODULES = 256;

  /// A TDX module.
  ///
  /// @param id `TDX_01`, …; empty for the module of version 0
  /// @param levels highest first; empty for the module of version 0
  record Module(String id, Bytes mrSigner, Bytes attributes, List<Assessment.Level> levels) {}

  /// A level of a platform.
  record Level(List<Integer> sgx, int pceSvn, List<Integer> tdx, Assessment assessment) {
    private static final Comparator<Level> ASCENDING =
        Comparator.comparing(Level::sgx, Level::compare)
            .thenComparingInt(Level::pceSvn)
            .thenComparing(Level::tdx, Level::compare);

    private static int compare(List<Integer> a, List<Integer> b) {
      return Arrays.compare(ints(a), ints(b));
    }

    private static int[] ints(List<Integer> list) {
      return list.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  static TcbInfo parse(Json.Obj info) throws FormatException {
    long version = info.integer("version");
    if (version != 2 && version != 3) {
      throw FormatException.unexpected("TCB info of version 2 or 3", version + "");
    }
    TeeKind tee = version == 2 ? TeeKind.SGX : tee(info.string("id"));
    if (info.integer("tcbType") != 0) {
      throw FormatException.unexpected("tcbType 0", info.integer("tcbType") + "");
    }
    return new TcbInfo(
        tee,
        SignedDocument.time(info, "issueDate"),
        SignedDocument.time(info, "nextUpdate"),
        SignedDocument.hex(info, "fmspc", 6),
        SignedDocument.hex(info, "pceId", 2),
        info.integer("tcbEvaluationDataNumber"),
        tee == TeeKind.TDX
            ? Optional.of(module(info.object("tdxModule"), "", List.of()))
            : Optional.empty(),
        tee == TeeKind.TDX ? modules(info) : List.of(),
        levels(info, version, tee));
  }

  private static TeeKind tee(String id) throws FormatException {
    for (TeeKind kind : TeeKind.values()) {
      if (kind.tcbInfoId().equals(id)) {
        return kind;
      }
    }
    throw FormatException.unexpected("TCB info of SGX or TDX", id);
  }

  private static Module module(Json.Obj module, String id, List<Assessment.Level> levels)
      throws FormatException {
    Bytes mask = SignedDocument.hex(module, "attributesMask", 8);
    if (!mask.hex().equals("ffffffffffffffff")) {
      throw FormatException.unexpected("an attributesMask of ones", mask.hex());
    }
    return new Module(
        id,
        SignedDocument.hex(module, "mrsigner", 48),
        SignedDocument.hex(module, "attributes", 8),
        levels);
  }

  private static List<Module> modules(Json.Obj info) throws FormatException {
    List<Module> modules = new ArrayList<>();
    if (info.present("tdxModuleIdentities").isPresent()) {
      for (Json item : Assessment.bounded(info.array("tdxModuleIdentities"), MAX_MODULES)) {
        Json.Obj identity = item.asObject("TDX module identity");
        String id = identity.string("id").toUpperCase(Locale.ROOT);
        if (modules.stream().anyMatch(known -> known.id().equals(id))) {
          throw FormatException.unexpected("each TDX module once", id + " twice");
        }
        modules.add(module(identity, id, Assessment.levels(identity)));
      }
    }
    return List.copyOf(modules);
  }

  private static List<Level> levels(Json.Obj info, long version, TeeKind tee)
      throws FormatException {
    List<Level> levels = new ArrayList<>();
    for (Json item : Assessment.bounded(info.array("tcbLevels"), Assessment.MAX_LEVELS)) {
      Json.Obj level = item.asObject("level");
      Json.Obj tcb = level.object("tcb");
      levels.add(
          new Level(
              version == 2 ? flat(tcb) : components(tcb, "sgxtcbcomponents"),
              SignedDocument.integer(tcb, "pcesvn", MAX_PCE_SVN),
              tee == TeeKind.TDX ? components(tcb, "tdxtcbcomponents") : List.of(),
              Assessment.parse(level)));
    }
    if (levels.isEmpty()) {
      throw FormatException.unexpected("at least one TCB level", "none");
    }
    levels.sort(Level.ASCENDING.reversed());
    return List.copyOf(levels);
  }

  private static List<Integer> flat(Json.Obj tcb) throws FormatException {
    List<Integer> components = new ArrayList<>(COMPONENTS);
    for (int i = 1; i <= COMPONENTS; i++) {
      String name = String.format(Locale.ROOT, "sgxtcbcomp%02dsvn", i);
      components.add(SignedDocument.integer(tcb, name, MAX_SVN));
    }
    return List.copyOf(components);
  }

  private static List<Integer> components(Json.Obj tcb, String name) throws FormatException {
    List<Json> items = tcb.array(name);
    if (items.size() != COMPONENTS) {
      throw FormatException.unexpected(COMPONENTS + " " + name, items.size() + "");
    }
    List<Integer> components = new ArrayList<>(COMPONENTS);
    for (Json item : items) {
      components.add(SignedDocument.integer(item.asObject(name), "svn", MAX_SVN));
    }
    return List.copyOf(components);
  }
}
