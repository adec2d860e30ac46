package io.vouchsafe.trust.store;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.verdict.Code;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Puts shared pieces back in their places. Made for one reading: it remembers what it read.
final class SharedReader {
  private final Sqlite db;
  private final Tenant tenant;
  private final Map<String, Json> known = new HashMap<>();

  SharedReader(Sqlite db, Tenant tenant) {
    this.db = db;
    this.tenant = tenant;
  }

  /// An entry as it was before its pieces were taken out.
  ///
  /// @throws StoreException with [Code#STORE_CORRUPT] if a piece is gone or is not what was stored
  Json.Obj whole(Json.Obj entry) throws StoreException {
    return entry.members().containsKey(Shared.REFERENCE)
        ? merged(entry)
        : Json.object(members(entry, new LinkedHashMap<>()));
  }

  private Map<String, Json> members(Json.Obj object, Map<String, Json> into) throws StoreException {
    for (Map.Entry<String, Json> member : object.members().entrySet()) {
      if (!member.getKey().equals(Shared.REFERENCE)) {
        into.put(member.getKey(), value(member.getValue()));
      }
    }
    return into;
  }

  private Json value(Json value) throws StoreException {
    return switch (value) {
      case Json.Obj object -> whole(object);
      case Json.Arr(List<Json> items) -> Json.array(spliced(items));
      case Json.Null _, Json.Bool _, Json.Num _, Json.Str _ -> value;
    };
  }

  private List<Json> spliced(List<Json> items) throws StoreException {
    List<Json> all = new ArrayList<>(items.size());
    for (Json item : items) {
      if (item instanceof Json.Obj object
          && object.members().containsKey(Shared.REFERENCE)
          && piece(object) instanceof Json.Arr(List<Json> shared)) {
        all.addAll(shared);
      } else {
        all.add(value(item));
      }
    }
    return all;
  }

  private Json.Obj merged(Json.Obj object) throws StoreException {
    if (!(piece(object) instanceof Json.Obj shared)) {
      throw corrupt("is no object where one belongs");
    }
    return Json.object(members(object, new LinkedHashMap<>(shared.members())));
  }

  private Json piece(Json.Obj reference) throws StoreException {
    try {
      String digest = reference.string(Shared.REFERENCE);
      Json piece = known.get(digest);
      if (piece == null) {
        piece = read(digest);
        known.put(digest, piece);
      }
      return piece;
    } catch (FormatException e) {
      throw corrupt("cannot be read: " + e.getMessage());
    }
  }

  /// The stored texts of pieces.
  Map<String, Bytes> texts(Set<String> digests) throws StoreException {
    Map<String, Bytes> texts = new LinkedHashMap<>();
    for (String digest : digests) {
      try {
        texts.put(digest, text(digest));
      } catch (FormatException e) {
        throw corrupt("cannot be read: " + e.getMessage());
      }
    }
    return texts;
  }

  private Json read(String digest) throws StoreException, FormatException {
    return Json.parse(text(digest), JsonLimits.DOCUMENT);
  }

  private Bytes text(String digest) throws StoreException, FormatException {
    Optional<Bytes> text =
        db.first(
            row -> Bytes.of(row.getBytes(1)),
            "SELECT data FROM shared WHERE tenant=? AND digest=?",
            tenant.name(),
            Bytes.fromHex(digest).toByteArray());
    if (text.isEmpty() || !Shared.digest(text.get()).hex().equals(digest)) {
      throw corrupt(digest + (text.isEmpty() ? " is gone" : " is not what was stored"));
    }
    return text.get();
  }

  private StoreException corrupt(String what) {
    return new StoreException(
        Code.STORE_CORRUPT, "the ledger of tenant %s: a shared piece %s".formatted(tenant, what));
  }
}
