package io.vouchsafe.testkit.vendors;

/// What a [VendorDouble] can do wrong. Lies that are genuine documents (of another chip, an older
/// one, an expired one) are told by publishing them.
public sealed interface Fault {
  /// Answers with a status.
  ///
  /// @param retryAfter header `Retry-After`; empty for none
  record Status(int code, String retryAfter) implements Fault {}

  /// Takes the request and says nothing.
  record Hang() implements Fault {}

  /// States the length of a body, sends half of it and closes.
  record Cut() implements Fault {}

  /// Sends a body that is far too long.
  record Endless() implements Fault {}

  /// Sends somebody else's page, with status 200: a portal that wants a password.
  record Portal() implements Fault {}

  /// Sends the right body under the media type of a page.
  record WrongType() implements Fault {}

  /// Sends the right body with one bit changed.
  record Flipped() implements Fault {}

  /// Sends the right body without headers of certificates.
  record NoIssuers() implements Fault {}

  /// Sends headers of certificates that are longer than any real ones.
  record LongIssuers() implements Fault {}

  /// Sends headers of certificates whose escapes are broken.
  record BrokenIssuers() implements Fault {}

  /// Sends the client elsewhere.
  ///
  /// @param base scheme, host and port
  record Redirect(String base) implements Fault {}
}
