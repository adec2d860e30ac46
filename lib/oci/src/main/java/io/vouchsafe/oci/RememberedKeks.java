package io.vouchsafe.oci;

import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Asks for each key once: the layers of an image usually have one in common, and a broker is far
/// away. What was given is kept until [#close()], which wipes it; that there was none is not kept.
/// Not thread-safe: one for each pull.
public final class RememberedKeks implements KekSource, AutoCloseable {
  private final KekSource source;
  private final Map<String, SecretBytes> known = new HashMap<>();

  public RememberedKeks(KekSource source) {
    this.source = source;
  }

  @Override
  public Optional<SecretBytes> kek(String kid) throws RefusedException, IOException {
    if (!known.containsKey(kid)) {
      source.kek(kid).ifPresent(given -> known.put(kid, given));
    }
    return Optional.ofNullable(known.get(kid)).map(kept -> kept.lend(SecretBytes::copyOf));
  }

  @Override
  public void close() {
    known.values().forEach(SecretBytes::close);
    known.clear();
  }
}
