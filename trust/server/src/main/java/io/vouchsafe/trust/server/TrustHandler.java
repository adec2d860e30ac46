package io.vouchsafe.trust.server;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.http.server.BodyTooLargeException;
import io.vouchsafe.http.server.HttpAnswer;
import io.vouchsafe.http.server.HttpHandler;
import io.vouchsafe.http.server.HttpRequest;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends each request to its facade by method and raw path, and counts it.
final class TrustHandler implements HttpHandler {
  private static final Logger LOG = LoggerFactory.getLogger(TrustHandler.class);
  private static final String COUNTED = "/kbs";

  private final KbsFacade kbs;
  private final GuestFacade guests;
  private final AdminFacade admins;
  private final Replies replies;
  private final Metrics metrics;
  private final Json.Obj jwks;
  private final LongSupplier nanoTime;

  TrustHandler(
      KbsFacade kbs,
      GuestFacade guests,
      AdminFacade admins,
      Replies replies,
      Metrics metrics,
      Json.Obj jwks,
      LongSupplier nanoTime) {
    this.kbs = kbs;
    this.guests = guests;
    this.admins = admins;
    this.replies = replies;
    this.metrics = metrics;
    this.jwks = jwks;
    this.nanoTime = nanoTime;
  }

  @Override
  public HttpAnswer handle(HttpRequest request) throws BodyTooLargeException {
    long start = nanoTime.getAsLong();
    boolean counted = request.rawPath().startsWith(COUNTED);
    if (counted) {
      metrics.began();
    }
    int size = 0;
    int status = 0;
    try {
      HttpAnswer answer = answer(request);
      size = answer.body().size();
      status = answer.status();
      return answer;
    } finally {
      Duration took = Duration.ofNanos(nanoTime.getAsLong() - start);
      if (counted) {
        metrics.ended(took, bodySize(request), size);
      }
      if (LOG.isDebugEnabled()) {
        LOG.debug(
            "{} {} {} {} µs peer={}",
            status,
            request.method(),
            Replies.clean(request.rawPath()),
            took.toNanos() / 1000,
            request.peer());
      }
    }
  }

  private HttpAnswer answer(HttpRequest request) throws BodyTooLargeException {
    try {
      return route(request);
    } catch (RuntimeException e) {
      return replies.failed(request, e);
    }
  }

  private static int bodySize(HttpRequest request) {
    try {
      return Integer.parseInt(request.header("Content-Length").orElse("0"));
    } catch (NumberFormatException _) {
      return 0;
    }
  }

  private HttpAnswer route(HttpRequest request) throws BodyTooLargeException {
    String path = request.rawPath();
    if (path.startsWith(KbsFacade.BASE)) {
      return kbs.answer(request);
    }
    if (path.startsWith(AdminFacade.BASE)) {
      return admins.answer(request);
    }
    return switch (request.method() + " " + path) {
      case "GET /healthz" -> HttpAnswer.empty(200);
      case "GET /metrics" ->
          HttpAnswer.of(
              200, "text/plain; version=0.0.4; charset=utf-8", Bytes.utf8(metrics.text()));
      case "POST /metrics" -> HttpAnswer.empty(405);
      case "GET /.well-known/jwks.json" -> HttpAnswer.json(200, jwks);
      case "POST " + GuestFacade.ENROLL -> guests.enroll(request);
      case "POST " + GuestFacade.ACTIVATE -> guests.activate(request);
      case "POST " + GuestFacade.REPORT -> guests.report(request);
      default -> HttpAnswer.empty(404);
    };
  }
}
