package io.vouchsafe.trust.store;

import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.verdict.Code;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The key that everything secret in a store is encrypted under: 256 bits, in a file that only its
/// owner can read. Whoever has it and the store has all secrets; without it the store is worthless.
public final class MasterKey implements AutoCloseable {
  private static final int LENGTH = 32;
  private static final String PREFIX = "vouchsafe-master-key-v1 ";
  private static final int MAX_FILE = 256;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
  private static final FileAttribute<Set<PosixFilePermission>> MODE_0600 =
      PosixFilePermissions.asFileAttribute(OWNER_ONLY);

  private final SecretBytes key;

  private MasterKey(SecretBytes key) {
    this.key = key;
  }

  /// A key of 32 bytes that comes from elsewhere.
  public static MasterKey of(SecretBytes key) {
    if (key.size() != LENGTH) {
      throw new IllegalArgumentException("a master key has " + LENGTH + " bytes");
    }
    return key.lend(value -> new MasterKey(SecretBytes.copyOf(value)));
  }

  /// Reads the key file, or makes one if there is none.
  ///
  /// @throws StoreException if the file cannot be read or made, is no key file, or others may read
  ///   it
  public static MasterKey openOrCreate(Path file, SecureRandom random) throws StoreException {
    try {
      if (!Files.exists(file)) {
        create(file, random);
      }
      return open(file);
    } catch (IOException e) {
      throw new StoreException(
          Code.STORE_UNAVAILABLE, "the master key " + file + " cannot be used: " + e, e);
    }
  }

  /// Writes to a temporary file first: a key file is either whole or not there.
  private static void create(Path file, SecureRandom random) throws IOException {
    byte[] key = new byte[LENGTH];
    random.nextBytes(key);
    Path folder = file.toAbsolutePath().getParent();
    Path temporary = Files.createTempFile(folder, "master", ".new", MODE_0600);
    try {
      String text = PREFIX + Base64.getEncoder().encodeToString(key) + "\n";
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
        channel.force(true);
      }
      // A link does not replace: of two first starts one wins, and both read its key.
      Files.createLink(file, temporary);
    } catch (FileAlreadyExistsException _) {
      return;
    } finally {
      Files.deleteIfExists(temporary);
      Arrays.fill(key, (byte) 0);
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static MasterKey open(Path file) throws IOException, StoreException {
    Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
    if (!OWNER_ONLY.containsAll(mode)) {
      throw new StoreException(
          Code.STORE_UNAVAILABLE,
          "the master key %s has mode %s: others must not read it, set 0600"
              .formatted(file, PosixFilePermissions.toString(mode)));
    }
    if (Files.size(file) > MAX_FILE) {
      throw corrupt(file);
    }
    String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
    if (!text.startsWith(PREFIX)) {
      throw corrupt(file);
    }
    byte[] key;
    try {
      key = Base64.getDecoder().decode(text.substring(PREFIX.length()));
    } catch (IllegalArgumentException _) {
      throw corrupt(file);
    }
    if (key.length != LENGTH) {
      throw corrupt(file);
    }
    return new MasterKey(SecretBytes.take(key));
  }

  private static StoreException corrupt(Path file) {
    return new StoreException(Code.STORE_CORRUPT, file + " is no master key");
  }

  /// A key for one purpose, derived so that no two uses share key material.
  SecretKeySpec derive(String purpose, String algorithm) {
    return key.lend(value -> {
      try {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(value, "HmacSHA256"));
        byte[] derived = mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8));
        SecretKeySpec result = new SecretKeySpec(derived, algorithm);
        Arrays.fill(derived, (byte) 0);
        return result;
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every JDK has HMAC-SHA256", e);
      }
    });
  }

  /// Wipes the key.
  @Override
  public void close() {
    key.close();
  }
}
