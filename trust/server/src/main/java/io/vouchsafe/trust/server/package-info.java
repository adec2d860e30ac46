/// The trust server: what brokers, guests and operators reach over HTTPS. All decisions are taken
/// in `io.vouchsafe.trust.core`; here are the facades.
///
/// Start from [io.vouchsafe.trust.server.TrustServer] and
/// [io.vouchsafe.trust.server.TrustServerOptions]; an operator's tools get their bearer token from
/// [io.vouchsafe.trust.server.AdminToken]:
///
/// ```java
/// try (TrustServer server = TrustServer.start(TrustServerOptions.at(home))) {
///   String bearer = AdminToken.make(home, Instant.now(), Duration.ofMinutes(5));
/// }
/// ```
@NullMarked
package io.vouchsafe.trust.server;

import org.jspecify.annotations.NullMarked;
