package io.vouchsafe.trust.server;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Instant;

/// Reaches the package's parsers for the fuzzer, which lives in a folder of its own.
public final class FuzzTargets {
  private static final KeyPair KEY = KeyFile.generate(new SecureRandom());

  private FuzzTargets() {}

  /// Feeds one text to every parser.
  public static void wire(String text) {
    RawTarget.query(text);
    if (RawTarget.segments(text).isEmpty()) {
      throw new IllegalStateException("a path has at least one segment");
    }
    if (Replies.clean(text).indexOf('\n') >= 0) {
      throw new IllegalStateException("a line break reached the log");
    }
    PolicyUpload.flaw(Bytes.utf8(text));
    try {
      Jws token = Jws.parse(text);
      if (token.signedBy(KEY.getPublic())) {
        throw new IllegalStateException("nobody has the key");
      }
      JwkKeys.parse(token.header());
    } catch (FormatException _) {
      // what malformed input is for
    }
    try {
      TrialMessage.parse(Json.object().put("document", Bytes.utf8(text).base64()).build());
    } catch (FormatException _) {
      // what malformed input is for
    }
    try {
      ReferenceMessage.parse(Bytes.utf8(text), Instant.EPOCH);
    } catch (FormatException _) {
      // what malformed input is for
    }
  }
}
