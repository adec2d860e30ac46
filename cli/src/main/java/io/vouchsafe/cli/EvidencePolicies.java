package io.vouchsafe.cli;

import io.vouchsafe.appraisal.EvidencePolicy;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What evidence must say: members of a JSON object, and policies in Rego.
record EvidencePolicies(Json.Obj members, RegoJudge rego) {

  /// Reads policies. A file that begins as a JSON value does is JSON, any other is Rego.
  static EvidencePolicies read(List<Path> files) throws IOException, Failure {
    Optional<Json.Obj> members = Optional.empty();
    List<EvidencePolicy> rego = new ArrayList<>();
    for (Path file : files) {
      Bytes content = VerifyCommand.read(file);
      try {
        String text = content.utf8Lossy();
        if (!Bytes.utf8(text).equals(content)) {
          throw FormatException.unexpected("text in UTF-8", "other bytes");
        }
        if (!isJson(text)) {
          rego.add(EvidencePolicy.of(text));
          continue;
        }
        if (members.isPresent()) {
          throw FormatException.unexpected("one policy in JSON, and others in Rego", "two in JSON");
        }
        members = Optional.of(Json.parseObject(content, JsonLimits.MESSAGE));
      } catch (FormatException e) {
        throw new Failure(file + " is no policy: " + e.getMessage());
      }
    }
    return new EvidencePolicies(
        members.orElseGet(() -> Json.object().build()), new RegoJudge(rego));
  }

  private static boolean isJson(String text) {
    String start = text.strip();
    return start.isEmpty() || start.startsWith("{") || start.startsWith("[");
  }
}
