package io.vouchsafe.trust.server;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.http.server.HttpAnswer;
import io.vouchsafe.http.server.HttpRequest;
import io.vouchsafe.protocol.BrokerError;
import io.vouchsafe.trust.core.Refused;
import io.vouchsafe.trust.core.Step;
import io.vouchsafe.trust.core.TrustCore;
import io.vouchsafe.trust.store.Tenant;
import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.Refusal;
import io.vouchsafe.verdict.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How refusals leave the server: counted, logged once, with code and id in headers. What exactly
/// was expected and found stands in the ledger and in the log; guests are told the code.
final class Replies {
  /// Header with the stable code of a refusal.
  static final String CODE = "Vouchsafe-Code";

  /// Header with the id that `vouchsafe why` takes.
  static final String ID = "Vouchsafe-Id";

  private static final Logger LOG = LoggerFactory.getLogger(Replies.class);
  private static final int MAX_LOGGED = 300;

  private final TrustCore core;
  private final Metrics metrics;

  Replies(TrustCore core, Metrics metrics) {
    this.core = core;
    this.metrics = metrics;
  }

  /// Counts a refusal that a facade made itself.
  Refused refuse(Step step, Check check, Code code, String expected, String found) {
    return core.refuse(
        Tenant.DEFAULT, step, new RefusedException(check, code, expected, clean(found)));
  }

  /// As above, for input that does not parse.
  Refused refuse(Step step, FacadeCheck check, FormatException e) {
    Code code = check.codeFor(e.code(), Code.MALFORMED);
    return refuse(step, check, code, e.expected(), e.found());
  }

  /// As above, for a caller who may not administer.
  Refused refuse(AdminDeniedException e) {
    return refuse(
        Step.ADMIN,
        FacadeCheck.ADMIN,
        Code.ADMIN_DENIED,
        "an administrator",
        String.valueOf(e.getMessage()));
  }

  /// A failure that nobody foresaw: whoever asked gets a code and an id, the record names the kind.
  /// The log alone has the cause, whose text may be anybody's. Where even that fails, the server
  /// under this one answers.
  HttpAnswer failed(HttpRequest request, RuntimeException why) {
    Refused refused =
        refuse(
            Step.DECIDE, FacadeCheck.SERVED, Code.INTERNAL, "an answer", why.getClass().getName());
    LOG.error("failed id={}", refused.id(), why);
    return guest(request, refused);
  }

  /// An error in the form of the reference broker.
  HttpAnswer broker(HttpRequest request, Refused refused, BrokerError.Kind kind, String detail) {
    Bytes body = BrokerError.of(kind, detail).toJson().utf8();
    return signed(
        request,
        refused,
        new HttpAnswer(status(refused.code(), kind.status()), java.util.List.of(), body));
  }

  /// An error of our own interface, for a guest: what was expected and found is not its business.
  HttpAnswer guest(HttpRequest request, Refused refused) {
    return problem(request, refused, head(refused));
  }

  /// An error of our own interface, for an administrator.
  HttpAnswer admin(HttpRequest request, Refused refused) {
    Refusal refusal = refused.refusal();
    return problem(
        request,
        refused,
        head(refused).put("expected", refusal.expected()).put("found", refusal.found()));
  }

  private static Json.ObjBuilder head(Refused refused) {
    Refusal refusal = refused.refusal();
    return Json.object()
        .put("type", "urn:vouchsafe:code:" + refusal.code())
        .put("detail", refusal.code().meaning())
        .put("code", refusal.code().name())
        .put("check", refusal.check())
        .put("remedy", refusal.remedy())
        .put("id", refused.id());
  }

  private HttpAnswer problem(HttpRequest request, Refused refused, Json.ObjBuilder body) {
    return signed(
        request,
        refused,
        HttpAnswer.of(
            status(refused.code(), ownStatus(refused.code())),
            "application/problem+json",
            body.build().utf8()));
  }

  /// Logs, counts and marks an answer that refuses.
  private HttpAnswer signed(HttpRequest request, Refused refused, HttpAnswer answer) {
    metrics.count(Metrics.Counter.REFUSALS, refused.code().name());
    Refusal refusal = refused.refusal();
    LOG.atInfo()
        .setMessage("refused {} check={} id={} step={} expected=\"{}\" found=\"{}\" {} {} peer={}")
        .addArgument(refusal.code())
        .addArgument(refusal.check())
        .addArgument(refused.id())
        .addArgument(refused.step().text())
        .addArgument(() -> clean(refusal.expected()))
        .addArgument(() -> clean(refusal.found()))
        .addArgument(request.method())
        .addArgument(() -> clean(request.rawPath()))
        .addArgument(request.peer())
        .log();
    return answer.with(CODE, refusal.code().name()).with(ID, refused.id());
  }

  /// Text from outside, fit for one line of a log.
  static String clean(String text) {
    String cut = text.length() <= MAX_LOGGED ? text : text.substring(0, MAX_LOGGED) + "…";
    StringBuilder clean = new StringBuilder(cut.length());
    cut.chars().forEach(c -> clean.append(Character.isISOControl(c) ? '?' : (char) c));
    return clean.toString();
  }

  /// What is the server's own trouble has its own status, on every interface: a client then stops
  /// instead of attesting again.
  private static int status(Code code, int otherwise) {
    return switch (code) {
      case STORE_UNAVAILABLE, STORE_CORRUPT, CLOCK_STEPPED_BACK -> 503;
      case RATE_LIMITED -> 429;
      case INTERNAL -> 500;
      default -> otherwise;
    };
  }

  private static int ownStatus(Code code) {
    return switch (code) {
      case MALFORMED, OVERSIZED, POLICY_INVALID, UNSUPPORTED_VERSION, UNSUPPORTED_ALGORITHM -> 400;
      case TOKEN_MISSING, TOKEN_INVALID, TOKEN_EXPIRED -> 401;
      case RESOURCE_NOT_FOUND, NO_SUCH_ENTRY, SESSION_UNKNOWN, SESSION_EXPIRED -> 404;
      case POLICY_CHANGED, REFERENCE_VALUES_CHANGED -> 409;
      default -> 403;
    };
  }
}
