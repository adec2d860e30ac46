/// Requests with bounds.
///
/// Start from [io.vouchsafe.http.HttpClient]:
///
/// ```java
/// try (HttpClient http = HttpClient.builder().onlyRoots(pem).build()) {
///   HttpResponse answer = http.send(HttpRequest.get(URI.create("https://broker.example/")));
/// }
/// ```
@NullMarked
package io.vouchsafe.http;

import org.jspecify.annotations.NullMarked;
