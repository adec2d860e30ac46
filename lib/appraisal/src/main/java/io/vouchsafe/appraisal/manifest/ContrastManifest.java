package io.vouchsafe.appraisal.manifest;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The reference values of a Contrast manifest (specs/cluster-and-mesh.md D2): for SEV-SNP launch
/// digest and minimum TCB, for TDX MRTD and RTMRs. The rest is for its own coordinator.
///
/// @param snp entries of SEV-SNP
/// @param tdx entries of TDX
/// @param others what the manifest has beside them, in words
public record ContrastManifest(List<Snp> snp, List<Tdx> tdx, List<String> others) {
  private static final JsonLimits LIMITS = new JsonLimits(16 << 20, 16, 500_000, 24);
  private static final int MAX_ENTRIES = 256;
  private static final int DIGEST = 48;
  private static final int RTMRS = 4;
  private static final int MAX_SVN = 255;
  private static final Set<String> PRODUCTS = Set.of("Milan", "Genoa");

  /// Names of the parts of a TCB, there and here.
  private static final List<Map.Entry<String, String>> PARTS =
      List.of(
          Map.entry("BootloaderVersion", "bootloader"),
          Map.entry("TEEVersion", "tee"),
          Map.entry("SNPVersion", "snp"),
          Map.entry("MicrocodeVersion", "microcode"));

  private static final Set<String> SNP_TAKEN =
      Set.of("Platform", "ProductName", "TrustedMeasurement", "MinimumTCB", "CPUs");
  private static final Set<String> TDX_TAKEN = Set.of("Platform", "MrTd", "Rtmrs", "CPUs");

  /// One guest on SEV-SNP.
  ///
  /// @param product the processor line
  /// @param measurement the launch digest
  /// @param minimumTcb by the names of parts used here; empty if the manifest leaves it open
  /// @param others members that are not taken over
  public record Snp(
      String product, Bytes measurement, Optional<Json.Obj> minimumTcb, List<String> others) {
    public Snp {
      others = List.copyOf(others);
    }
  }

  /// One guest on TDX.
  ///
  /// @param mrTd of the firmware
  /// @param rtmrs the four registers
  /// @param others members that are not taken over
  public record Tdx(Bytes mrTd, List<Bytes> rtmrs, List<String> others) {
    public Tdx {
      rtmrs = List.copyOf(rtmrs);
      others = List.copyOf(others);
    }
  }

  public ContrastManifest {
    snp = List.copyOf(snp);
    tdx = List.copyOf(tdx);
    others = List.copyOf(others);
  }

  /// Whether a JSON object looks like a manifest.
  public static boolean isManifest(Json.Obj json) {
    return json.members().keySet().containsAll(Set.of("Policies", "ReferenceValues"));
  }

  /// Reads a manifest.
  ///
  /// @throws FormatException if it is not of the documented form, or has no reference values
  public static ContrastManifest parse(Bytes file) throws FormatException {
    Json.Obj json = Json.parseObject(file, LIMITS);
    Json.Obj references = json.object("ReferenceValues");
    List<String> others = new ArrayList<>();
    json.members().keySet().stream()
        .filter(name -> !name.equals("ReferenceValues"))
        .forEach(others::add);
    references.members().keySet().stream()
        .filter(name -> !name.equals("snp") && !name.equals("tdx"))
        .forEach(name -> others.add("ReferenceValues " + name));
    List<Snp> snp = new ArrayList<>();
    for (Json item : entries(references, "snp")) {
      snp.add(snp(item.asObject("snp entry")));
    }
    List<Tdx> tdx = new ArrayList<>();
    for (Json item : entries(references, "tdx")) {
      tdx.add(tdx(item.asObject("tdx entry")));
    }
    if (snp.isEmpty() && tdx.isEmpty()) {
      throw FormatException.unexpected("entries of snp or tdx", "none");
    }
    return new ContrastManifest(snp, tdx, others);
  }

  private static List<Json> entries(Json.Obj references, String name) throws FormatException {
    List<Json> entries = references.present(name).isEmpty() ? List.of() : references.array(name);
    if (entries.size() > MAX_ENTRIES) {
      throw FormatException.oversized(
          FormatException.NO_OFFSET, "at most " + MAX_ENTRIES + " entries", "" + entries.size());
    }
    return entries;
  }

  private static Snp snp(Json.Obj entry) throws FormatException {
    String product = entry.string("ProductName");
    if (!PRODUCTS.contains(product)) {
      throw FormatException.unexpected("a product of " + PRODUCTS, product);
    }
    return new Snp(
        product,
        digest("TrustedMeasurement", entry.string("TrustedMeasurement")),
        minimumTcb(product, entry.object("MinimumTCB")),
        others(entry, SNP_TAKEN));
  }

  private static List<String> others(Json.Obj entry, Set<String> taken) {
    return entry.members().keySet().stream().filter(name -> !taken.contains(name)).toList();
  }

  /// A manifest that was not filled in leaves all parts open; some and not others is no bound.
  private static Optional<Json.Obj> minimumTcb(String product, Json.Obj tcb)
      throws FormatException {
    List<String> open =
        PARTS.stream().map(Map.Entry::getKey).filter(part -> tcb.present(part).isEmpty()).toList();
    if (open.size() == PARTS.size()) {
      return Optional.empty();
    }
    Json.ObjBuilder minimum = Json.object().put("product", product);
    for (Map.Entry<String, String> part : PARTS) {
      long version = tcb.integer(part.getKey());
      if (version < 0 || version > MAX_SVN) {
        throw FormatException.unexpected("0 to 255 as \"" + part.getKey() + '"', "" + version);
      }
      minimum.put(part.getValue(), version);
    }
    return Optional.of(minimum.build());
  }

  private static Tdx tdx(Json.Obj entry) throws FormatException {
    List<Json> items = entry.array("Rtmrs");
    if (items.size() != RTMRS) {
      throw FormatException.unexpected("four RTMRs", "" + items.size());
    }
    List<Bytes> rtmrs = new ArrayList<>();
    for (Json item : items) {
      rtmrs.add(digest("RTMR", item.asString("RTMR")));
    }
    return new Tdx(digest("MrTd", entry.string("MrTd")), rtmrs, others(entry, TDX_TAKEN));
  }

  private static Bytes digest(String what, String hex) throws FormatException {
    Bytes bytes = Bytes.fromHex(hex);
    if (bytes.size() != DIGEST) {
      throw FormatException.unexpected(DIGEST + " bytes as " + what, bytes.size() + " bytes");
    }
    return bytes;
  }

  /// Takes the values over.
  ///
  /// @param expires when they stop to count
  /// @param origin for operators
  public TakenOver values(Instant expires, String origin) {
    TakenOver.Collector collector = new TakenOver.Collector();
    others.forEach(collector::skip);
    for (int i = 0; i < snp.size(); i++) {
      Snp guest = snp.get(i);
      String where = "snp[" + i + "]: ";
      collector.add("snp_launch_digest", Json.of(guest.measurement().hex()));
      if (guest.minimumTcb().isPresent()) {
        collector.add("snp_minimum_tcb", guest.minimumTcb().get());
      } else {
        collector.skip(where + "MinimumTCB, which is not filled in");
      }
      guest.others().forEach(other -> collector.skip(where + other));
    }
    for (int i = 0; i < tdx.size(); i++) {
      Tdx guest = tdx.get(i);
      String where = "tdx[" + i + "]: ";
      collector.add("tdx_mr_td", Json.of(guest.mrTd().hex()));
      for (int register = 0; register < RTMRS; register++) {
        collector.add("tdx_rtmr_" + register, Json.of(guest.rtmrs().get(register).hex()));
      }
      guest.others().forEach(other -> collector.skip(where + other));
    }
    if (snp.size() > 1 || tdx.size() > 1) {
      collector.skip(
          "which values of several entries belong together: here each is one that its name may have");
    }
    return collector.done(expires, origin);
  }
}
