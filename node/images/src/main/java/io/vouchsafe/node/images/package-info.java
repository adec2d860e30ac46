/// Images for the guests of this node.
///
/// Start from [io.vouchsafe.node.images.LayoutServer]:
///
/// ```java
/// try (LayoutServer server = LayoutServer.start()) {
///   server.serve("vouchsafe/app", layout);
///   String reference = "10.0.2.2:" + server.port() + "/vouchsafe/app:v1";
/// }
/// ```
@NullMarked
package io.vouchsafe.node.images;

import org.jspecify.annotations.NullMarked;
