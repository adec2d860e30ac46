package io.vouchsafe.evidence.snp;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// The certificates that a host hands to its guest beside a report: the table of the GHCB
/// specification, which Linux delivers as `auxblob` (specs/evidence-x86 §1.7). The contents are not
/// looked into: some hosts deliver intermediates that cannot be read.
///
/// @param entries by identifier, in the order of the table
public record GhcbCertificateTable(Map<UUID, Bytes> entries) {
  /// Identifier of the chip's certificate.
  public static final UUID VCEK = UUID.fromString("63da758d-e664-4564-adc5-f4b93be8accd");

  /// Identifier of the provider's certificate.
  public static final UUID VLEK = UUID.fromString("a8074bc2-a25a-483e-aae6-39c045a0b8a1");

  /// Identifier of the intermediate.
  public static final UUID ASK = UUID.fromString("4ab7b379-bbac-4fe4-a02f-05aef327c782");

  /// Identifier of the root.
  public static final UUID ARK = UUID.fromString("c0b406a4-a803-4952-9743-3fb6014cd0ae");

  /// Identifier of the root's revocation list.
  public static final UUID CRL = UUID.fromString("92f81bc3-5811-4d3d-97ff-d19f88dc67ea");

  /// Most bytes of a table.
  public static final int MAX_SIZE = 1 << 20;

  private static final int ENTRY_SIZE = 24;
  private static final int MAX_ENTRIES = 64;
  private static final UUID END = new UUID(0, 0);

  public GhcbCertificateTable {
    entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
  }

  private record Place(UUID id, int at, long offset, long length) {}

  /// Decodes a table.
  ///
  /// @throws FormatException if it has no end mark, an identifier twice, or content that lies
  ///   outside of it or among the entries
  public static GhcbCertificateTable parse(Bytes table) throws FormatException {
    if (table.size() > MAX_SIZE) {
      throw FormatException.oversized(
          0, "a table of at most " + MAX_SIZE + " bytes", table.size() + " bytes");
    }
    List<Place> places = places(table);
    long headerSize = (long) (places.size() + 1) * ENTRY_SIZE;
    Map<UUID, Bytes> entries = new LinkedHashMap<>();
    for (Place place : places) {
      long end = place.offset() + place.length();
      if (place.offset() < headerSize || end > table.size()) {
        throw FormatException.malformed(
            place.at(),
            "content between byte " + headerSize + " and byte " + table.size(),
            place.length() + " bytes at byte " + place.offset());
      }
      Bytes content = table.slice((int) place.offset(), (int) end);
      if (entries.putIfAbsent(place.id(), content) != null) {
        throw FormatException.malformed(place.at(), "each identifier once", place.id() + " again");
      }
    }
    return new GhcbCertificateTable(entries);
  }

  private static List<Place> places(Bytes table) throws FormatException {
    // Identifiers are in the order of their text; offsets and lengths are little-endian.
    ByteReader in = ByteReader.littleEndian(table);
    List<Place> places = new ArrayList<>();
    while (true) {
      int at = in.offset();
      UUID id =
          new UUID(
              Long.reverseBytes(in.u64("identifier")), Long.reverseBytes(in.u64("identifier")));
      Place place = new Place(id, at, in.u32("offset"), in.u32("length"));
      if (id.equals(END)) {
        if (place.offset() != 0 || place.length() != 0) {
          throw FormatException.malformed(at, "zeros as the last entry", "others");
        }
        return places;
      }
      if (places.size() == MAX_ENTRIES) {
        throw FormatException.oversized(at, "at most " + MAX_ENTRIES + " entries", "more");
      }
      places.add(place);
    }
  }

  /// The content under an identifier.
  public Optional<Bytes> get(UUID id) {
    return Optional.ofNullable(entries.get(id));
  }

  /// What of the table endorses a report.
  public SnpEndorsements endorsements() {
    List<Bytes> leaves = new ArrayList<>();
    get(VCEK).ifPresent(leaves::add);
    get(VLEK).ifPresent(leaves::add);
    List<Bytes> authorities = new ArrayList<>();
    get(ASK).ifPresent(authorities::add);
    get(ARK).ifPresent(authorities::add);
    return new SnpEndorsements(leaves, authorities, get(CRL).map(List::of).orElse(List.of()));
  }
}
