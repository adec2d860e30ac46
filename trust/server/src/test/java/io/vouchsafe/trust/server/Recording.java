package io.vouchsafe.trust.server;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.testkit.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// One recorded scenario of the reference broker and client.
record Recording(
    String name,
    String what,
    String config,
    Instant at,
    Optional<String> teeKey,
    List<Exchange> exchanges) {
  static final String FOLDER = "trustee-recordings/";

  /// In place of an answer where the connection was closed without one.
  private static final Json.Obj CLOSED =
      Json.object().put("line", "closed 0").put("headers", Json.array(List.of())).build();

  private static final JsonLimits LIMITS = new JsonLimits(16 << 20, 64, 400_000, 64);

  /// A request and its answer.
  record Exchange(String method, String target, Json.Obj request, int status, Json.Obj response) {

    Optional<String> requestHeader(String name) throws FormatException {
      return header(request, name);
    }

    Optional<String> responseHeader(String name) throws FormatException {
      return header(response, name);
    }

    private static Optional<String> header(Json.Obj message, String name) throws FormatException {
      for (Json header : message.array("headers")) {
        List<Json> pair = header.asArray("header");
        if (pair.get(0).asString("name").equalsIgnoreCase(name)) {
          return Optional.of(pair.get(1).asString("value"));
        }
      }
      return Optional.empty();
    }

    Bytes requestBody() throws FormatException {
      return body(request);
    }

    Bytes responseBody() throws FormatException {
      return body(response);
    }

    private static Bytes body(Json.Obj message) throws FormatException {
      if (message.get("body_base64").isPresent()) {
        return Bytes.fromBase64(message.string("body_base64"));
      }
      return message.get("body").isPresent() ? Bytes.utf8(message.string("body")) : Bytes.EMPTY;
    }
  }

  /// All recordings of `groups` in the order in which they were made, what sets something up first
  /// where they were made in the same second.
  static List<Recording> all(String... groups) throws IOException, FormatException {
    List<Recording> all = new ArrayList<>();
    for (String group : groups) {
      try (var files = Files.list(Vectors.path(FOLDER + group))) {
        for (Path file : files.filter(it -> it.toString().endsWith(".json")).toList()) {
          all.add(parse(Bytes.of(Files.readAllBytes(file))));
        }
      }
    }
    all.sort(
        Comparator.comparing(Recording::at)
            .thenComparing(Recording::changes, Comparator.reverseOrder())
            .thenComparing(Recording::turn)
            .thenComparing(Recording::name));
    return all;
  }

  /// The order of groups that were recorded with one server.
  private int turn() {
    return List.of("refval", "composite", "initdata").indexOf(name.substring(0, name.indexOf('/')));
  }

  private boolean changes() {
    return name.startsWith("admin/set-")
        || name.startsWith("refval/set-")
        || name.equals("admin/err-rv-many");
  }

  private static Recording parse(Bytes text) throws FormatException {
    Json.Obj json = Json.parseObject(text, LIMITS);
    List<Exchange> exchanges = new ArrayList<>();
    for (Json item : json.array("exchanges")) {
      Json.Obj exchange = item.asObject("exchange");
      Json.Obj request = exchange.object("request");
      Json.Obj response =
          exchange.present("response").isPresent() ? exchange.object("response") : CLOSED;
      String[] line = request.string("line").split(" ");
      exchanges.add(
          new Exchange(
              line[0],
              line[1],
              request,
              Integer.parseInt(response.string("line").split(" ")[1]),
              response));
    }
    return new Recording(
        json.string("name"),
        json.string("what"),
        json.string("server_config"),
        Instant.parse(json.string("recorded_at")),
        json.optionalString("tee_private_key"),
        exchanges);
  }
}
