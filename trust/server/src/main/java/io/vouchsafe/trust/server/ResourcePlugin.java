package io.vouchsafe.trust.server;

import io.vouchsafe.appraisal.AttestationResult;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.http.server.BodyTooLargeException;
import io.vouchsafe.http.server.HttpAnswer;
import io.vouchsafe.http.server.HttpRequest;
import io.vouchsafe.protocol.BrokerError;
import io.vouchsafe.protocol.Jwe;
import io.vouchsafe.protocol.Jwk;
import io.vouchsafe.protocol.ResourcePath;
import io.vouchsafe.protocol.TeeKey;
import io.vouchsafe.trust.core.Decision;
import io.vouchsafe.trust.core.Refused;
import io.vouchsafe.trust.core.Release;
import io.vouchsafe.trust.core.ReleaseRequest;
import io.vouchsafe.trust.core.Step;
import io.vouchsafe.trust.core.TransactionRefusedException;
import io.vouchsafe.trust.core.TrustCore;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.verdict.Code;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The plugin `resource` (specs/kbs-protocol §1.3, §5): attested guests read, sealed to their key;
/// administrators put and delete.
final class ResourcePlugin {
  static final String NAME = "resource";

  private static final String INTERNAL = "Plugin internal error";
  private static final String VERIFIER = "Token Verifier error";
  private static final String DENIED = "Access denied by policy";
  private static final String VIA = "kbs";

  private final TrustCore core;
  private final AdminGate gate;
  private final Results results;
  private final Replies replies;
  private final Metrics metrics;
  private final SecureRandom random;
  private final InstantSource clock;

  ResourcePlugin(
      TrustCore core,
      AdminGate gate,
      Results results,
      Replies replies,
      Metrics metrics,
      SecureRandom random,
      InstantSource clock) {
    this.core = core;
    this.gate = gate;
    this.results = results;
    this.replies = replies;
    this.metrics = metrics;
    this.random = random;
    this.clock = clock;
  }

  /// Answers a request to the plugin.
  ///
  /// @param segments what follows the plugin's name
  HttpAnswer answer(HttpRequest request, List<String> segments) throws BodyTooLargeException {
    metrics.count(Metrics.Counter.PLUGIN_REQUESTS, NAME);
    HttpAnswer answer =
        switch (request.method()) {
          case "POST", "DELETE" -> administer(request, segments);
          default -> attested(request, segments);
        };
    if (answer.status() != 200) {
      metrics.count(Metrics.Counter.PLUGIN_ERRORS, NAME);
    }
    return answer;
  }

  private HttpAnswer administer(HttpRequest request, List<String> segments)
      throws BodyTooLargeException {
    String by;
    try {
      by = gate.admit(request, clock.instant()).shown();
    } catch (AdminDeniedException e) {
      return replies.broker(
          request,
          replies.refuse(e),
          BrokerError.Kind.ADMIN_AUTH_INITIALIZATION,
          "failed to initialize [admin] configuration: " + e.getMessage());
    }
    try {
      String path = ResourcePath.ofSegments(segments).toString();
      return request.method().equals("POST")
          ? put(by, path, request.body())
          : delete(request, by, path);
    } catch (FormatException e) {
      return badPath(request, Step.ADMIN, e);
    } catch (TransactionRefusedException e) {
      return failed(request, e.refused());
    }
  }

  private HttpAnswer put(String by, String path, Bytes body) throws TransactionRefusedException {
    try (SecretBytes value = SecretBytes.take(body.toByteArray())) {
      core.administration().putResource(Tenant.DEFAULT, by, path, value);
    }
    metrics.count(Metrics.Counter.RESOURCE_WRITES);
    return HttpAnswer.of(200, "text/xml", Bytes.EMPTY);
  }

  private HttpAnswer delete(HttpRequest request, String by, String path)
      throws TransactionRefusedException {
    if (core.administration().deleteResource(Tenant.DEFAULT, by, path)) {
      metrics.count(Metrics.Counter.RESOURCE_DELETES);
      return HttpAnswer.of(200, "text/xml", Bytes.EMPTY);
    }
    return failed(
        request,
        replies.refuse(
            Step.ADMIN, FacadeCheck.PATH, Code.RESOURCE_NOT_FOUND, "a resource " + path, "none"));
  }

  private HttpAnswer attested(HttpRequest request, List<String> segments) {
    return switch (results.of(request)) {
      case Results.Found.Nothing _ ->
          replies.broker(
              request,
              replies.refuse(
                  Step.DECIDE,
                  FacadeCheck.TOKEN_PRESENT,
                  Code.TOKEN_MISSING,
                  "an attested session or a bearer token",
                  "neither"),
              BrokerError.Kind.TOKEN_NOT_FOUND,
              "Attestation Token not found");
      case Results.Found.Bad(var refused) ->
          replies.broker(request, refused, BrokerError.Kind.TOKEN_VERIFIER_ERROR, VERIFIER);
      case Results.Found.Result(var result) -> read(request, segments, result);
    };
  }

  private HttpAnswer read(HttpRequest request, List<String> segments, AttestationResult result) {
    ResourcePath path;
    try {
      if (!request.method().equals("GET")) {
        throw FormatException.malformed(0, "GET, or POST and DELETE by an administrator", "PUT");
      }
      path = ResourcePath.ofSegments(segments);
    } catch (FormatException e) {
      return badPath(request, Step.DECIDE, e);
    }
    // Looked at before the decision: what is recorded as granted must be what can be sealed.
    Optional<Json.Obj> key = result.teePublicKey();
    if (key.isEmpty()) {
      return replies.broker(
          request,
          unsealable("a key in the result", "none"),
          BrokerError.Kind.TOKEN_VERIFIER_ERROR,
          VERIFIER);
    }
    Jwk recipient;
    try {
      recipient = TeeKey.parse(key.get()).toJwk();
    } catch (FormatException e) {
      return replies.broker(
          request, unsealable(e.expected(), e.found()), BrokerError.Kind.JWE_ERROR, "JWE failed");
    }
    metrics.count(Metrics.Counter.POLICY_EVALUATIONS);
    Map<String, String> query = request.rawQuery().map(RawTarget::query).orElse(Map.of());
    Release.Resource resource = new Release.Resource(path.toString(), query);
    return switch (core.release(Tenant.DEFAULT, result, new ReleaseRequest(resource, VIA))) {
      case Decision.Granted granted -> {
        metrics.count(Metrics.Counter.POLICY_APPROVALS);
        metrics.count(Metrics.Counter.RESOURCE_READS);
        try (SecretBytes value = granted.value()) {
          yield HttpAnswer.json(200, Jwe.seal(recipient, value, random).toJson());
        }
      }
      case Refused refused -> notReleased(request, refused);
    };
  }

  private Refused unsealable(String expected, String found) {
    return replies.refuse(Step.DECIDE, FacadeCheck.SEAL_KEY, Code.KEY_UNSUPPORTED, expected, found);
  }

  private HttpAnswer notReleased(HttpRequest request, Refused refused) {
    return switch (refused.code()) {
      case RESOURCE_NOT_FOUND, RESOURCE_PATH_INVALID -> {
        metrics.count(Metrics.Counter.POLICY_APPROVALS);
        yield failed(request, refused);
      }
      case TOKEN_EXPIRED, TOKEN_INVALID ->
          replies.broker(request, refused, BrokerError.Kind.TOKEN_VERIFIER_ERROR, VERIFIER);
      // What is wrong in the policy is for its owner, not for a guest.
      case POLICY_INVALID -> {
        metrics.count(Metrics.Counter.POLICY_ERRORS);
        yield replies.broker(
            request,
            refused,
            BrokerError.Kind.POLICY_ENGINE_ERROR,
            "Policy engine error: Failed to eval policy");
      }
      case STORE_UNAVAILABLE, STORE_CORRUPT, CLOCK_STEPPED_BACK, INTERNAL -> {
        metrics.count(Metrics.Counter.POLICY_ERRORS);
        yield failed(request, refused);
      }
      default -> {
        metrics.count(Metrics.Counter.POLICY_VIOLATIONS);
        yield replies.broker(request, refused, BrokerError.Kind.POLICY_DENY, DENIED);
      }
    };
  }

  private HttpAnswer badPath(HttpRequest request, Step step, FormatException e) {
    return failed(
        request,
        replies.refuse(
            step, FacadeCheck.PATH, Code.RESOURCE_PATH_INVALID, e.expected(), e.found()));
  }

  private HttpAnswer failed(HttpRequest request, Refused refused) {
    return replies.broker(request, refused, BrokerError.Kind.PLUGIN_INTERNAL_ERROR, INTERNAL);
  }
}
