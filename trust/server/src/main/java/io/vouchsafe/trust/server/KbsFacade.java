package io.vouchsafe.trust.server;

import io.vouchsafe.appraisal.ReferenceValue;
import io.vouchsafe.appraisal.ReleasePolicy;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.http.server.BodyTooLargeException;
import io.vouchsafe.http.server.HttpAnswer;
import io.vouchsafe.http.server.HttpRequest;
import io.vouchsafe.protocol.BrokerError;
import io.vouchsafe.trust.core.Refused;
import io.vouchsafe.trust.core.Step;
import io.vouchsafe.trust.core.TransactionRefusedException;
import io.vouchsafe.trust.core.TrustCore;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.verdict.Code;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// `/kbs/v0`, as the reference broker answers it (specs/kbs-protocol §1, §6): statuses, bodies and
/// texts are its; code and id of a refusal travel in headers.
final class KbsFacade {
  static final String BASE = "/kbs/v0/";

  private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "DELETE");
  private static final String ALLOW = "GET, POST, PUT, DELETE";
  private static final String RESOURCE_POLICY = "resource-policy";
  private static final String ATTESTATION_POLICY = "attestation-policy";
  private static final String REFERENCE_VALUE = "reference-value";
  private static final String RVPS = "RVPS configuration failed: ";
  private final TrustCore core;
  private final AdminGate gate;
  private final Handshake handshake;
  private final ResourcePlugin resources;
  private final Replies replies;
  private final InstantSource clock;

  KbsFacade(
      TrustCore core,
      AdminGate gate,
      Handshake handshake,
      ResourcePlugin resources,
      Replies replies,
      InstantSource clock) {
    this.core = core;
    this.gate = gate;
    this.handshake = handshake;
    this.resources = resources;
    this.replies = replies;
    this.clock = clock;
  }

  /// Answers a request whose raw path starts with [#BASE].
  HttpAnswer answer(HttpRequest request) throws BodyTooLargeException {
    if (!METHODS.contains(request.method())) {
      return HttpAnswer.empty(405).with("allow", ALLOW);
    }
    List<String> segments = RawTarget.segments(request.rawPath().substring(BASE.length()));
    List<String> rest = segments.subList(1, segments.size());
    return switch (request.method() + " " + segments.getFirst()) {
      case "POST auth" -> handshake.auth(request);
      case "POST attest" -> handshake.attest(request);
      case "POST " + RESOURCE_POLICY ->
          administer(request, RESOURCE_POLICY, this::putResourcePolicy);
      case "GET " + RESOURCE_POLICY ->
          administer(
              request,
              RESOURCE_POLICY,
              (_, _) -> HttpAnswer.json(200, Json.strings(List.of(RESOURCE_POLICY))));
      case "POST " + ATTESTATION_POLICY ->
          administer(request, ATTESTATION_POLICY, this::putAttestationPolicy);
      case "POST " + REFERENCE_VALUE ->
          administer(request, REFERENCE_VALUE, this::putReferenceValues);
      case "GET " + REFERENCE_VALUE ->
          administer(
              request, REFERENCE_VALUE, (it, _) -> referenceValue(it, String.join("/", rest)));
      default ->
          segments.getFirst().equals(ResourcePlugin.NAME)
              ? resources.answer(request, rest)
              : noPlugin(request, segments.getFirst());
    };
  }

  private HttpAnswer noPlugin(HttpRequest request, String name) {
    return replies.broker(
        request,
        replies.refuse(
            Step.DECIDE, FacadeCheck.PLUGIN, Code.PLUGIN_NOT_FOUND, "plugin resource", name),
        BrokerError.Kind.PLUGIN_NOT_FOUND,
        "Plugin " + name + " not found");
  }

  @FunctionalInterface
  private interface Work {
    HttpAnswer run(HttpRequest request, String by)
        throws BodyTooLargeException, TransactionRefusedException;
  }

  private HttpAnswer administer(HttpRequest request, String endpoint, Work work)
      throws BodyTooLargeException {
    String by;
    try {
      by = gate.admit(request, clock.instant()).shown();
    } catch (AdminDeniedException e) {
      return replies.broker(
          request,
          replies.refuse(e),
          BrokerError.Kind.ADMIN_AUTH_ACCESS,
          "admin access denied for endpoint " + endpoint + ": " + e.getMessage());
    }
    try {
      return work.run(request, by);
    } catch (TransactionRefusedException e) {
      BrokerError.Kind kind =
          endpoint.equals(REFERENCE_VALUE)
              ? BrokerError.Kind.RVPS_ERROR
              : BrokerError.Kind.POLICY_ENGINE_ERROR;
      return replies.broker(request, e.refused(), kind, e.refused().code().meaning());
    }
  }

  private HttpAnswer putResourcePolicy(HttpRequest request, String by)
      throws BodyTooLargeException, TransactionRefusedException {
    Optional<String> flaw = PolicyUpload.flaw(request.body());
    if (flaw.isPresent()) {
      return replies.broker(
          request,
          policyInvalid(flaw.get()),
          BrokerError.Kind.PARSE_POLICY_ERROR,
          "Failed to parse policy: " + flaw.get());
    }
    ReleasePolicy policy;
    try {
      policy = ReleasePolicy.Rego.of(PolicyUpload.text(request.body()));
    } catch (FormatException e) {
      return replies.broker(
          request,
          policyInvalid(e.found()),
          BrokerError.Kind.POLICY_ENGINE_ERROR,
          "Policy engine error: Failed to load policy: " + e.found());
    }
    core.administration().putReleasePolicy(Tenant.DEFAULT, by, policy);
    return new HttpAnswer(200, List.of(), Bytes.EMPTY);
  }

  private HttpAnswer putAttestationPolicy(HttpRequest request, String by)
      throws BodyTooLargeException, TransactionRefusedException {
    Optional<String> flaw = PolicyUpload.flaw(request.body());
    if (flaw.isEmpty()) {
      try {
        core.administration()
            .putAttestationRego(
                Tenant.DEFAULT,
                by,
                PolicyUpload.id(request.body()),
                PolicyUpload.text(request.body()));
        return new HttpAnswer(200, List.of(), Bytes.EMPTY);
      } catch (FormatException e) {
        flaw = Optional.of(e.found());
      }
    }
    return replies.broker(
        request,
        policyInvalid(flaw.orElseThrow()),
        BrokerError.Kind.ATTESTATION_ERROR,
        "Attestation error: Set Attestation Policy failed");
  }

  private Refused policyInvalid(String found) {
    return replies.refuse(
        Step.ADMIN,
        FacadeCheck.POLICY_TEXT,
        Code.POLICY_INVALID,
        "a policy of a known type",
        found);
  }

  private HttpAnswer putReferenceValues(HttpRequest request, String by)
      throws BodyTooLargeException, TransactionRefusedException {
    Bytes body = request.body();
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body.toByteArray()));
    } catch (CharacterCodingException _) {
      return replies.broker(
          request,
          replies.refuse(Step.ADMIN, FacadeCheck.REQUEST, Code.MALFORMED, "UTF-8", "other bytes"),
          BrokerError.Kind.RVPS_ERROR,
          RVPS + "Failed to parse reference value message");
    }
    List<ReferenceValue> values;
    try {
      values = ReferenceMessage.parse(body, core.administration().defaultExpiry());
    } catch (FormatException e) {
      return replies.broker(
          request,
          replies.refuse(Step.ADMIN, FacadeCheck.REQUEST, e),
          BrokerError.Kind.RVPS_ERROR,
          RVPS + "Failed to register reference value: register reference value");
    }
    core.administration().replaceReferenceValues(Tenant.DEFAULT, by, values);
    return HttpAnswer.of(200, "application/json", Bytes.EMPTY);
  }

  private HttpAnswer referenceValue(HttpRequest request, String id)
      throws TransactionRefusedException {
    Optional<Json> value = core.administration().referenceValue(Tenant.DEFAULT, id);
    if (value.isPresent()) {
      return HttpAnswer.json(200, value.get());
    }
    return replies.broker(
        request,
        replies.refuse(
            Step.ADMIN,
            FacadeCheck.PATH,
            Code.RESOURCE_NOT_FOUND,
            "a reference value " + id,
            "none"),
        BrokerError.Kind.RVPS_ERROR,
        RVPS + "Failed to get reference_values: No reference value found for the given id: " + id);
  }
}
