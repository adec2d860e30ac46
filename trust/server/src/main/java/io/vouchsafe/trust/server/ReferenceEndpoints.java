package io.vouchsafe.trust.server;

import io.vouchsafe.appraisal.ReferenceSource;
import io.vouchsafe.appraisal.statement.StatementSigner;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.http.server.BodyTooLargeException;
import io.vouchsafe.http.server.HttpAnswer;
import io.vouchsafe.http.server.HttpRequest;
import io.vouchsafe.trust.core.Administrator;
import io.vouchsafe.trust.core.ReferenceAdministration;
import io.vouchsafe.trust.core.TransactionRefusedException;
import io.vouchsafe.trust.store.StoredReferenceSet;
import io.vouchsafe.trust.store.Tenant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `/v1/admin/reference-sets`: signed statements and bundles of reference values.
final class ReferenceEndpoints {
  static final String BASE = "reference-sets";

  private static final String ROLLBACK = "rollback";
  private static final int MAX_SIGNERS = 64;

  private final ReferenceAdministration references;

  ReferenceEndpoints(ReferenceAdministration references) {
    this.references = references;
  }

  /// Answers a request for `reference-sets`, `reference-sets/STATEMENT` or
  /// `reference-sets/rollback`.
  ///
  /// @param path what follows the base, without its slash
  /// @return empty if there is no such endpoint, or no such statement
  Optional<HttpAnswer> answer(HttpRequest request, Tenant tenant, Administrator by, String path)
      throws FormatException, TransactionRefusedException, BodyTooLargeException {
    if (request.method().equals("GET")) {
      return path.isEmpty() ? Optional.of(list(tenant)) : one(tenant, path);
    }
    if (!request.method().equals("POST")) {
      return Optional.empty();
    }
    return switch (path) {
      case "" -> Optional.of(take(request, tenant, by));
      case ROLLBACK -> Optional.of(rollback(request, tenant, by));
      default -> Optional.empty();
    };
  }

  /// `{"set", "version", "comment"?}`.
  private HttpAnswer rollback(HttpRequest request, Tenant tenant, Administrator by)
      throws FormatException, TransactionRefusedException, BodyTooLargeException {
    Json.Obj body = Json.parseObject(request.body(), JsonLimits.MESSAGE);
    return Outcomes.answer(
        references.rollback(
            tenant,
            by,
            ReferenceSource.setName(body.string("set")),
            ReferenceSource.version(body.integer("version")),
            PolicyEndpoints.comment(body)));
  }

  private HttpAnswer list(Tenant tenant) throws TransactionRefusedException {
    List<Json> list = new ArrayList<>();
    for (StoredReferenceSet set : references.sets(tenant)) {
      list.add(head(set).build());
    }
    return HttpAnswer.json(200, Json.object().put("sets", Json.array(list)).build());
  }

  private Optional<HttpAnswer> one(Tenant tenant, String statement)
      throws FormatException, TransactionRefusedException {
    Optional<StoredReferenceSet> set = references.set(tenant, statement);
    if (set.isEmpty()) {
      return Optional.empty();
    }
    Json.Obj file = Json.parseObject(set.get().file(), JsonLimits.DOCUMENT);
    return Optional.of(HttpAnswer.json(200, head(set.get()).put("file", file).build()));
  }

  private static Json.ObjBuilder head(StoredReferenceSet set) {
    return Json.object()
        .put("set", set.name())
        .put("version", set.version())
        .put("statement", set.statement())
        .put("signer", set.signer())
        .put("at", set.at().toString())
        .put("by", set.by());
  }

  /// `{"file": the envelope, "signers": [SubjectPublicKeyInfo in base64…], "replace"?: bool}`.
  private HttpAnswer take(HttpRequest request, Tenant tenant, Administrator by)
      throws FormatException, TransactionRefusedException, BodyTooLargeException {
    Json.Obj body = Json.parseObject(request.body(), JsonLimits.MESSAGE);
    List<Json> items = body.array("signers");
    if (items.size() > MAX_SIGNERS) {
      throw FormatException.oversized(
          FormatException.NO_OFFSET, "at most " + MAX_SIGNERS + " signers", "" + items.size());
    }
    List<StatementSigner> signers = new ArrayList<>();
    for (Json item : items) {
      signers.add(StatementSigner.ofSubjectKey(Bytes.fromBase64(item.asString("signer"))));
    }
    Bytes file = body.object("file").utf8();
    boolean replace = body.present("replace").isPresent() && body.bool("replace");
    return Outcomes.answer(references.importSet(tenant, by, file, signers, replace));
  }
}
