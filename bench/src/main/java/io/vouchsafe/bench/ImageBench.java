package io.vouchsafe.bench;

import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.oci.FileMetadata;
import io.vouchsafe.oci.Image;
import io.vouchsafe.oci.ImageEncryptor;
import io.vouchsafe.oci.KeyPacket;
import io.vouchsafe.oci.LayerKeys;
import io.vouchsafe.oci.LayerRecipient;
import io.vouchsafe.oci.LayerUnpacker;
import io.vouchsafe.oci.OciLayout;
import io.vouchsafe.oci.Platform;
import io.vouchsafe.oci.Progress;
import io.vouchsafe.oci.UnpackLimits;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How near unpacking an encrypted layer comes to the operations that it consists of. One thread,
/// one layer, from a layout to a folder.
final class ImageBench {
  private static final double GOAL_PERCENT = 80;
  private static final long TAR_BYTES = 64L << 20;
  private static final int WARM_UPS = 3;
  private static final double MILLI = 1e6;
  private static final double MIB = 1 << 20;
  private static final String KID = "kbs:///default/image-kek/bench";
  private static final String TAG = "bench";

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final int runs;
  private final Map<Floor.Operation, List<Double>> operations =
      new EnumMap<>(Floor.Operation.class);
  private final List<Double> floors = new ArrayList<>();
  private final List<Double> unpacked = new ArrayList<>();
  private final List<Double> wall = new ArrayList<>();
  private final List<Double> percent = new ArrayList<>();

  ImageBench(int runs) {
    this.runs = runs;
    for (Floor.Operation operation : Floor.Operation.values()) {
      operations.put(operation, new ArrayList<>());
    }
  }

  /// The encrypted image and how to open it.
  private record Sealed(OciLayout layout, Image image, LayerKeys keys) {}

  Report run() throws IOException, RefusedException, BenchException {
    try (Scratch scratch = Scratch.inMemory()) {
      Path folder = scratch.folder();
      SampleImage.Made plain = SampleImage.write(folder.resolve("plain"), TAR_BYTES);
      Sealed sealed = seal(plain, folder.resolve("sealed"));
      byte[] gzip = layer(plain.source(), plain.image());
      Floor floor =
          new Floor(layer(sealed.layout(), sealed.image()), gzip, plain.tar().toByteArray());
      for (int run = -WARM_UPS; run < runs; run++) {
        measure(floor, sealed, folder.resolve("root"), run >= 0);
      }
      return report(gzip.length, plain.tar().size(), plain.files());
    }
  }

  private static byte[] layer(OciLayout layout, Image image) throws IOException {
    return Files.readAllBytes(layout.blob(image.manifest().layers().getFirst().digest()));
  }

  private static Sealed seal(SampleImage.Made plain, Path folder)
      throws IOException, RefusedException {
    SecureRandom random = new SecureRandom();
    byte[] raw = new byte[KeyPacket.KEK_LENGTH];
    random.nextBytes(raw);
    SecretBytes kek = SecretBytes.take(raw);
    OciLayout layout = OciLayout.create(folder);
    layout.tag(
        TAG,
        new ImageEncryptor(List.of(new LayerRecipient.Kek(KID, kek)), random, Progress.none())
            .encrypt(plain.image(), plain.source(), layout));
    LayerKeys keys = KeyPacket.opener(_ -> Optional.of(kek.lend(SecretBytes::copyOf)));
    return new Sealed(layout, Image.load(layout, TAG, Platform.LINUX_AMD64), keys);
  }

  private void measure(Floor floor, Sealed sealed, Path root, boolean counts)
      throws IOException, RefusedException, BenchException {
    double sum = 0;
    for (Floor.Operation operation : Floor.Operation.values()) {
      long start = threads.getCurrentThreadCpuTime();
      floor.run(operation);
      double took = (threads.getCurrentThreadCpuTime() - start) / MILLI;
      sum += took;
      if (counts) {
        operations.getOrDefault(operation, new ArrayList<>()).add(took);
      }
    }
    long wallStart = System.nanoTime();
    long start = threads.getCurrentThreadCpuTime();
    new LayerUnpacker(UnpackLimits.DEFAULT, FileMetadata.unprivileged())
        .unpack(sealed.image(), sealed.layout(), sealed.keys(), root);
    double took = (threads.getCurrentThreadCpuTime() - start) / MILLI;
    if (counts) {
      wall.add((System.nanoTime() - wallStart) / MILLI);
      floors.add(sum);
      unpacked.add(took);
      percent.add(sum / took * 100);
    }
    Scratch.delete(root);
  }

  private Report report(int packed, int plain, int files) {
    List<Figure> figures = new ArrayList<>();
    for (Floor.Operation operation : Floor.Operation.values()) {
      figures.add(Figure.of(operation.text(), "ms", operations.getOrDefault(operation, List.of())));
    }
    figures.add(Figure.of("the floor: all of these", "ms", floors));
    figures.add(Figure.of("decrypt, verify and unpack", "ms", unpacked));
    figures.add(Figure.of("  wall time of it", "ms", wall));
    figures.add(Figure.of("the floor's share of it", "%", percent).atLeast(GOAL_PERCENT));
    return new Report(
        "image",
        figures,
        List.of(
            "a layer of %.1f MiB, %.1f MiB unpacked, %d files, to memory; CPU of the one thread, the JDK's cryptography"
                .formatted(packed / MIB, plain / MIB, files)));
  }
}
