package io.vouchsafe.bench;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.oci.Descriptor;
import io.vouchsafe.oci.Digest;
import io.vouchsafe.oci.FileMetadata;
import io.vouchsafe.oci.Image;
import io.vouchsafe.oci.ImageEncryptor;
import io.vouchsafe.oci.ImageSource;
import io.vouchsafe.oci.KeyPacket;
import io.vouchsafe.oci.LayerRecipient;
import io.vouchsafe.oci.LayerUnpacker;
import io.vouchsafe.oci.Manifest;
import io.vouchsafe.oci.MediaTypes;
import io.vouchsafe.oci.OciLayout;
import io.vouchsafe.oci.Platform;
import io.vouchsafe.oci.Progress;
import io.vouchsafe.oci.UnpackLimits;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.DataFormatException;
import java.util.zip.GZIPOutputStream;
import java.util.zip.Inflater;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// The image path on one thread: decrypt, verify and unpack one encrypted gzip layer, against the
/// same operations alone (SHA-256 and HMAC-SHA-256 of the ciphertext, AES-256-CTR, inflate, SHA-256
/// of the tar). The layer is the JDK that runs this; everything lies in a folder in memory.
///
/// `java -cp … io.vouchsafe.bench.ImagePath [FOLDER]` (default `/dev/shm`). Goal: 80 %.
public final class ImagePath {
  private static final int WARM_UP = 2;
  private static final int ROUNDS = 5;
  private static final int BUFFER = 128 << 10;
  private static final int GZIP_HEADER = 10;

  private ImagePath() {}

  @FunctionalInterface
  private interface Work {
    void run() throws Exception;
  }

  /// @param cpu seconds of this thread
  /// @param wall seconds
  private record Time(double cpu, double wall) {}

  public static void main(String[] arguments) throws Exception {
    Path parent = Path.of(arguments.length > 0 ? arguments[0] : "/dev/shm");
    Path folder = Files.createTempDirectory(parent, "image-path");
    try {
      measure(folder);
    } finally {
      removeTree(folder);
    }
  }

  private static void measure(Path folder) throws Exception {
    Path tar = folder.resolve("layer.tar");
    Process process =
        new ProcessBuilder(
                "tar", "-chf", tar.toString(), "-C", System.getProperty("java.home"), ".")
            .inheritIO()
            .start();
    if (process.waitFor() != 0) {
      throw new IOException("tar failed");
    }
    long plain = Files.size(tar);
    byte[] kek = new byte[KeyPacket.KEK_LENGTH];
    OciLayout layout = encrypted(folder, tar, kek);
    Image image = Image.load(layout, "v1", Platform.LINUX_AMD64);
    Descriptor layer = image.manifest().layers().getFirst();
    Path root = folder.resolve("root");
    LayerUnpacker unpacker = new LayerUnpacker(UnpackLimits.DEFAULT, FileMetadata.unprivileged());
    Work unpack =
        () ->
            unpacker.unpack(
                image, layout, KeyPacket.opener(_ -> Optional.of(SecretBytes.copyOf(kek))), root);
    byte[] gzip = gzip(tar);
    double[] cpu = new double[ROUNDS];
    double[] floorCpu = new double[ROUNDS];
    double[] wall = new double[ROUNDS];
    double[] floorWall = new double[ROUNDS];
    for (int round = -WARM_UP; round < ROUNDS; round++) {
      Time alone = time(() -> floor(gzip, plain));
      Time whole = time(unpack);
      removeTree(root);
      if (round >= 0) {
        floorCpu[round] = alone.cpu;
        floorWall[round] = alone.wall;
        cpu[round] = whole.cpu;
        wall[round] = whole.wall;
      }
    }
    report(layer.size(), plain, median(cpu), median(wall), median(floorCpu), median(floorWall));
  }

  private static void report(
      long sealed, long plain, double cpu, double wall, double floorCpu, double floorWall) {
    System.out.printf(
        Locale.ROOT,
        "layer: %.1f MB encrypted, %.1f MB tar; load average %.2f%n"
            + "decrypt + verify + unpack: %.3f s CPU, %.3f s wall (%.0f MB/s of tar)%n"
            + "same operations alone:     %.3f s CPU, %.3f s wall%n"
            + "of the floor: %.1f %% by CPU, %.1f %% by wall%n",
        sealed / 1e6,
        plain / 1e6,
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        cpu,
        wall,
        plain / 1e6 / wall,
        floorCpu,
        floorWall,
        100 * floorCpu / cpu,
        100 * floorWall / wall);
  }

  private static OciLayout encrypted(Path folder, Path tar, byte[] kek) throws Exception {
    OciLayout plain = OciLayout.create(folder.resolve("plain"));
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (InputStream in = Files.newInputStream(tar)) {
      byte[] buffer = new byte[BUFFER];
      for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
        digest.update(buffer, 0, got);
      }
    }
    Digest diffId = new Digest(Digest.Algorithm.SHA256, Bytes.of(digest.digest()));
    Descriptor layer = Descriptor.of(MediaTypes.LAYER, diffId, Files.size(tar));
    plain.put(layer, Files.newInputStream(tar));
    Json rootfs =
        Json.object()
            .put("type", "layers")
            .put("diff_ids", Json.strings(List.of(diffId.toString())))
            .build();
    Json.Obj config =
        Json.object().put("os", "linux").put("architecture", "amd64").put("rootfs", rootfs).build();
    Bytes configBytes = Bytes.of(config.toUtf8());
    Descriptor configAt =
        Descriptor.of(MediaTypes.CONFIG, Digest.sha256(configBytes), configBytes.size());
    plain.put(configAt, new ByteArrayInputStream(configBytes.toByteArray()));
    Bytes raw = Manifest.of(configAt, List.of(layer)).encode();
    plain.tag(
        "v1",
        new ImageSource.RawManifest(
            Descriptor.of(MediaTypes.MANIFEST, Digest.sha256(raw), raw.size()), raw));
    OciLayout sealed = OciLayout.create(folder.resolve("sealed"));
    LayerRecipient recipient =
        new LayerRecipient.Kek("kbs:///default/image-kek/bench", SecretBytes.copyOf(kek));
    ImageEncryptor encryptor =
        new ImageEncryptor(List.of(recipient), new SecureRandom(), Progress.none());
    sealed.tag(
        "v1", encryptor.encrypt(Image.load(plain, "v1", Platform.LINUX_AMD64), plain, sealed));
    return sealed;
  }

  /// The operations without anything between them. Cipher and inflate work on the same amount as in
  /// the layer, but not on each other's output: the layer's key is known to nobody here.
  private static void floor(byte[] gzip, long plain)
      throws IOException, GeneralSecurityException, DataFormatException {
    SecretKeySpec key = new SecretKeySpec(new byte[32], "AES");
    MessageDigest sealedDigest = MessageDigest.getInstance("SHA-256");
    MessageDigest tarDigest = MessageDigest.getInstance("SHA-256");
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(key);
    Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
    cipher.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(new byte[16]));
    byte[] buffer = new byte[BUFFER];
    byte[] out = new byte[BUFFER];
    Inflater inflater = new Inflater(true);
    long total = 0;
    for (int at = 0; at < gzip.length; at += BUFFER) {
      int part = Math.min(BUFFER, gzip.length - at);
      System.arraycopy(gzip, at, buffer, 0, part);
      sealedDigest.update(buffer, 0, part);
      mac.update(buffer, 0, part);
      if (cipher.update(buffer, 0, part, buffer, 0) != part) {
        throw new IOException("counter mode kept something back");
      }
      int skip = at == 0 ? GZIP_HEADER : 0;
      inflater.setInput(gzip, at + skip, part - skip);
      for (int got = inflater.inflate(out); got > 0; got = inflater.inflate(out)) {
        tarDigest.update(out, 0, got);
        total += got;
      }
    }
    inflater.end();
    if (total != plain) {
      throw new IOException("inflated " + total + " of " + plain);
    }
  }

  private static byte[] gzip(Path tar) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out, BUFFER)) {
      Files.copy(tar, gzip);
    }
    return out.toByteArray();
  }

  private static Time time(Work work) throws Exception {
    var threads = ManagementFactory.getThreadMXBean();
    long cpu = threads.getCurrentThreadCpuTime();
    long wall = System.nanoTime();
    work.run();
    return new Time(
        (threads.getCurrentThreadCpuTime() - cpu) / 1e9, (System.nanoTime() - wall) / 1e9);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static void removeTree(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
