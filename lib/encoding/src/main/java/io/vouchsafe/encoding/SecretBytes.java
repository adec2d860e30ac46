package io.vouchsafe.encoding;

import java.security.MessageDigest;
import java.util.Arrays;

/// Bytes that must not leak: copied in, lent out, wiped on [#close()], never printed. Not a record
/// and without `equals` on purpose: compare with [#matches(SecretBytes)].
///
/// Thread-safe. Lending after `close` throws [IllegalStateException].
public final class SecretBytes implements AutoCloseable {

  /// Work on lent bytes. The array is the secret itself: do not keep it.
  @FunctionalInterface
  public interface Use<T, E extends Exception> {
    /// @throws E as the work does
    T apply(byte[] secret) throws E;
  }

  private final byte[] value;
  private boolean closed;

  private SecretBytes(byte[] value) {
    this.value = value;
  }

  /// A copy of `value`; the caller still owns, and should wipe, its own array.
  public static SecretBytes copyOf(byte[] value) {
    return new SecretBytes(value.clone());
  }

  /// Takes a copy of `value` and wipes `value`.
  public static SecretBytes take(byte[] value) {
    SecretBytes secret = copyOf(value);
    Arrays.fill(value, (byte) 0);
    return secret;
  }

  /// Length in bytes.
  public int size() {
    return value.length;
  }

  /// Lends the bytes to `use` for the time of the call.
  ///
  /// @throws E as `use` does
  public synchronized <T, E extends Exception> T lend(Use<T, E> use) throws E {
    if (closed) {
      throw new IllegalStateException("secret was wiped");
    }
    return use.apply(value);
  }

  /// Compares in a time that depends on the lengths only.
  public boolean matches(SecretBytes other) {
    // One lock at a time: two threads that compare the same two secrets crosswise would block.
    byte[] theirs = other.lend(byte[]::clone);
    try {
      return lend(mine -> MessageDigest.isEqual(mine, theirs));
    } finally {
      Arrays.fill(theirs, (byte) 0);
    }
  }

  /// Wipes the bytes. Idempotent.
  @Override
  public synchronized void close() {
    closed = true;
    Arrays.fill(value, (byte) 0);
  }

  /// The length only.
  @Override
  public String toString() {
    return "SecretBytes[" + value.length + "]";
  }
}
