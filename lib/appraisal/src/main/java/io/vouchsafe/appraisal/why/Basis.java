package io.vouchsafe.appraisal.why;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// What a check stood on.
public sealed interface Basis {
  /// Reference values of one name.
  ///
  /// @param matched whether one of them was what was found; then it is the only one here
  /// @param entries that matched, or that were nearest
  record Values(String name, boolean matched, List<Entry> entries) implements Basis {
    public Values {
      Objects.requireNonNull(name, "name");
      entries = List.copyOf(entries);
    }
  }

  /// An entry as it was at the time.
  ///
  /// @param json `{name, value, expires, provenance, origin, …}`; `value` is `null` where it was
  ///   too large to be recorded
  record Entry(Json.Obj json) {
    public Entry {
      Objects.requireNonNull(json, "json");
    }

    /// The value as text, of a list its JSON.
    public String value() {
      return text("value");
    }

    /// Whether the value is text.
    boolean isText() {
      return json.get("value").filter(Json.Str.class::isInstance).isPresent();
    }

    /// When it ends or ended, RFC 3339.
    public String expires() {
      return text("expires");
    }

    /// Where it comes from: provenance, origin, and the signed statement that it came with.
    public String source() {
      String origin = text("origin");
      String source = origin.isEmpty() ? text("provenance") : text("provenance") + ", " + origin;
      return Members.object(json, "source")
          .map(signed ->
              source
                  + ", version %s of %s"
                      .formatted(Members.text(signed, "version"), Members.text(signed, "set")))
          .orElse(source);
    }

    private String text(String name) {
      return Members.text(json, name);
    }
  }

  /// Rules of a policy in Rego, found by asking the recorded policy once more on what was recorded.
  ///
  /// @param policy `release` or `attestation`
  /// @param part the class of evidence that the policy's text is for; empty if it is for all
  /// @param repeated whether it came to what was decided: not so where a policy looks at what is
  ///   not recorded, as a nonce
  /// @param lines in the order in which they were tried
  record Rules(String policy, String part, boolean repeated, List<RuleLine> lines)
      implements Basis {
    public Rules {
      Objects.requireNonNull(policy, "policy");
      Objects.requireNonNull(part, "part");
      lines = List.copyOf(lines);
    }
  }

  /// The form that [#parse(Json.Obj)] reads.
  default Json.Obj json() {
    return switch (this) {
      case Values(String name, boolean matched, List<Entry> entries) ->
          Json.object()
              .put("kind", "values")
              .put("name", name)
              .put("matched", matched)
              .put("entries", Json.array(entries.stream().map(Entry::json).toList()))
              .build();
      case Rules(String policy, String part, boolean repeated, List<RuleLine> lines) ->
          Json.object()
              .put("kind", "rules")
              .put("policy", policy)
              .put("part", part)
              .put("repeated", repeated)
              .put("lines", Json.array(lines.stream().map(RuleLine::json).toList()))
              .build();
    };
  }

  /// Parses the form of [#json()].
  ///
  /// @throws FormatException if it is of neither kind, or a member is missing
  static Basis parse(Json.Obj basis) throws FormatException {
    String kind = basis.string("kind");
    return switch (kind) {
      case "values" -> {
        List<Entry> entries = new ArrayList<>();
        for (Json entry : basis.array("entries")) {
          entries.add(new Entry(entry.asObject("entry")));
        }
        yield new Values(basis.string("name"), basis.bool("matched"), entries);
      }
      case "rules" -> {
        List<RuleLine> lines = new ArrayList<>();
        for (Json line : basis.array("lines")) {
          lines.add(RuleLine.parse(line.asObject("line")));
        }
        yield new Rules(
            basis.string("policy"), basis.string("part"), basis.bool("repeated"), lines);
      }
      default -> throw FormatException.malformed(0, "values or rules", '"' + kind + '"');
    };
  }
}
