package io.vouchsafe.appraisal;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Code;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Says what is made of verified evidence. A policy is data: stored, versioned, revoked, and the
/// same for every kind of member; how it appraises is the member's own matter.
public sealed interface AttestationPolicy {
  /// The id in a token when nothing else was asked for.
  String DEFAULT_ID = "default";

  /// The policy that is in force when a server starts for the first time.
  AttestationPolicy DEFAULT = new BuiltIn(BuiltIn.Rules.DEFAULT);

  /// Compares the claims of one submodule with the reference values in force at its time. Never
  /// throws on odd claims: what cannot be compared is a failed check.
  Appraisal appraise(EvidenceClaims evidence, ReferenceValues values, DecisionTime time);

  /// Which lines gave the trust vector, in words; empty for built-in rules, whose findings say it.
  /// For people: takes a multiple of the time of [#appraise].
  default Optional<String> why(EvidenceClaims evidence, ReferenceValues values, DecisionTime time) {
    return switch (this) {
      case BuiltIn _ -> Optional.empty();
      case Rego(Map<String, String> texts) ->
          Optional.ofNullable(texts.get(evidence.teeClass()))
              .map(text -> RegoAppraisal.why(text, evidence, values, time));
    };
  }

  /// Rules that are part of the program.
  ///
  /// @param rules which
  record BuiltIn(Rules rules) implements AttestationPolicy {

    /// The sets of rules.
    public enum Rules {
      /// One set per kind of evidence; a kind without one is contraindicated.
      DEFAULT("default");

      private final String text;

      Rules(String text) {
        this.text = text;
      }

      /// The name in JSON.
      public String text() {
        return text;
      }
    }

    @Override
    public Appraisal appraise(EvidenceClaims evidence, ReferenceValues values, DecisionTime time) {
      return switch (rules) {
        case DEFAULT ->
            switch (evidence.tee()) {
              case "tpm" -> TpmAppraisal.appraise(evidence, values, time.at());
              case "snp" -> SnpAppraisal.appraise(evidence, values, time.at());
              case "az-snp-vtpm" -> SnpAppraisal.appraiseAzure(evidence, values, time.at());
              case "tdx" -> TdxAppraisal.appraise(evidence, values, time.at());
              case "az-tdx-vtpm" -> TdxAppraisal.appraiseAzure(evidence, values, time.at());
              case "sgx" -> SgxAppraisal.appraise(evidence, values, time.at());
              case "sample", "sampledevice" ->
                  SampleAppraisal.appraise(evidence, values, time.at());
              default -> NoRuleAppraisal.appraise(evidence, values, time.at());
            };
      };
    }
  }

  /// Rego for some classes of evidence (`cpu`, `gpu`, …), the built-in rules for the others.
  ///
  /// @param texts by class, in Rego v1; each has compiled
  record Rego(Map<String, String> texts) implements AttestationPolicy {
    private static final int MAX_CLASSES = 16;

    public Rego {
      texts = Map.copyOf(texts);
    }

    /// Compiles the texts.
    ///
    /// @throws FormatException with position and hint if one does not compile
    public static Rego of(Map<String, String> texts) throws FormatException {
      if (texts.isEmpty() || texts.size() > MAX_CLASSES) {
        throw FormatException.unexpected("1 to " + MAX_CLASSES + " classes", "" + texts.size());
      }
      for (String text : texts.values()) {
        RegoAppraisal.compiled(text);
      }
      return new Rego(texts);
    }

    @Override
    public Appraisal appraise(EvidenceClaims evidence, ReferenceValues values, DecisionTime time) {
      String text = texts.get(evidence.teeClass());
      return text == null
          ? DEFAULT.appraise(evidence, values, time)
          : RegoAppraisal.appraise(text, evidence, values, time);
    }
  }

  /// This policy with another text for one class of evidence.
  ///
  /// @throws FormatException with position and hint if the text does not compile
  default Rego with(String teeClass, String text) throws FormatException {
    Map<String, String> texts = new TreeMap<>();
    if (this instanceof Rego(Map<String, String> known)) {
      texts.putAll(known);
    }
    texts.put(teeClass, text);
    return Rego.of(texts);
  }

  /// This policy with the built-in rules for one class of evidence.
  default AttestationPolicy without(String teeClass) {
    if (!(this instanceof Rego(Map<String, String> known)) || !known.containsKey(teeClass)) {
      return this;
    }
    Map<String, String> texts = new TreeMap<>(known);
    texts.remove(teeClass);
    return texts.isEmpty() ? DEFAULT : new Rego(texts);
  }

  /// The stored form: `{"type":"builtin","name":"default"}` or
  /// `{"type":"rego","classes":{"cpu":"package policy…"}}`.
  default Json.Obj json() {
    return switch (this) {
      case BuiltIn(var rules) ->
          Json.object().put("type", "builtin").put("name", rules.text()).build();
      case Rego(Map<String, String> texts) -> {
        Json.ObjBuilder classes = Json.object();
        new TreeMap<>(texts).forEach(classes::put);
        yield Json.object().put("type", "rego").put("classes", classes.build()).build();
      }
    };
  }

  /// Parses the stored form.
  ///
  /// @throws FormatException if type or name is unknown
  static AttestationPolicy parse(Json.Obj policy) throws FormatException {
    String type = policy.string("type");
    if (type.equals("rego")) {
      Map<String, String> texts = new TreeMap<>();
      for (Map.Entry<String, Json> member : policy.object("classes").members().entrySet()) {
        texts.put(member.getKey(), member.getValue().asString(member.getKey()));
      }
      return Rego.of(texts);
    }
    if (!type.equals("builtin")) {
      throw new FormatException(
          Code.UNSUPPORTED_VERSION, 0, "type builtin or rego", '"' + type + '"');
    }
    String name = policy.string("name");
    for (BuiltIn.Rules rules : BuiltIn.Rules.values()) {
      if (rules.text().equals(name)) {
        return new BuiltIn(rules);
      }
    }
    throw FormatException.malformed(0, "the name of a built-in attestation policy", name);
  }
}
