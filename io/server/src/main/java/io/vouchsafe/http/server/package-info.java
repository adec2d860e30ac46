/// A thin HTTP/1.1 server: one handler gets every request with its raw path, one virtual thread per
/// connection, everything bounded. No type of the engine behind it shows.
///
/// Start from [io.vouchsafe.http.server.HttpServer], [io.vouchsafe.http.server.HttpServerOptions]
/// and [io.vouchsafe.http.server.HttpHandler]:
///
/// ```java
/// HttpServerOptions options = HttpServerOptions.tls(new InetSocketAddress("127.0.0.1", 0), identity);
/// try (HttpServer server = HttpServer.start(options, request -> HttpAnswer.empty(204))) {
///   System.out.println(server.port());
/// }
/// ```
@NullMarked
package io.vouchsafe.http.server;

import org.jspecify.annotations.NullMarked;
