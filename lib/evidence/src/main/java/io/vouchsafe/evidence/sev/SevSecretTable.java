package io.vouchsafe.evidence.sev;

import io.vouchsafe.encoding.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// Secrets as the guest finds them: each under an identifier (specs/evidence-x86 §3.5). It owns
/// what was added; close it to wipe them.
public final class SevSecretTable implements AutoCloseable {
  /// Identifier of a disk's passphrase.
  public static final UUID DISK_PASSPHRASE =
      UUID.fromString("736869e5-84f0-4973-92ec-06879ce3da0b");

  /// Bytes that a table may have, with its padding: a page.
  public static final int MAX_SIZE = 4096;

  private static final UUID TABLE = UUID.fromString("1e74f542-71dd-4d66-963e-ef4287ff173b");
  private static final int HEADER = 20;
  private static final int ALIGNMENT = 16;

  private final List<Entry> entries = new ArrayList<>();

  private record Entry(UUID id, SecretBytes value) {}

  /// Adds a secret.
  ///
  /// @throws IllegalArgumentException if there is one with that identifier, or no room
  public SevSecretTable add(UUID id, SecretBytes value) {
    if (entries.stream().anyMatch(entry -> entry.id().equals(id))) {
      throw new IllegalArgumentException("two secrets as " + id);
    }
    if ((long) size() + HEADER + value.size() > MAX_SIZE) {
      throw new IllegalArgumentException("more than " + MAX_SIZE + " bytes of secrets");
    }
    entries.add(new Entry(id, value));
    return this;
  }

  private int size() {
    return HEADER + entries.stream().mapToInt(entry -> HEADER + entry.value().size()).sum();
  }

  /// The table with its padding; the caller wipes it.
  byte[] encode() {
    int size = size();
    byte[] table = new byte[(size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT];
    ByteBuffer out = ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN);
    put(out, TABLE);
    out.putInt(size);
    for (Entry entry : entries) {
      put(out, entry.id());
      out.putInt(HEADER + entry.value().size());
      entry.value().lend(out::put);
    }
    return table;
  }

  /// In the order of Microsoft: the first three fields least significant byte first.
  private static void put(ByteBuffer out, UUID id) {
    long high = id.getMostSignificantBits();
    out.putInt((int) (high >>> 32)).putShort((short) (high >>> 16)).putShort((short) high);
    out.order(ByteOrder.BIG_ENDIAN)
        .putLong(id.getLeastSignificantBits())
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void close() {
    entries.forEach(entry -> entry.value().close());
  }
}
