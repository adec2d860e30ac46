package io.vouchsafe.conformance;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.oci.Digest;
import io.vouchsafe.oci.Image;
import io.vouchsafe.oci.LayerUnpacker;
import io.vouchsafe.oci.OciLayout;
import io.vouchsafe.oci.Platform;
import io.vouchsafe.oci.UnpackLimits;
import io.vouchsafe.oci.WrappedKey;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Layouts of one image, plain and encrypted in several ways: `{"diff_ids","rootfs"}` says what its
/// root must look like; every layout beside the file is a case. Those whose name starts with `neg-`
/// must be refused and leave nothing behind.
final class ImageCases {
  private static final String KIND = "image";
  private static final String NEGATIVE = "neg-";

  private ImageCases() {}

  static Optional<List<Case>> of(CaseFile file) throws FormatException {
    Optional<Json.Obj> object = file.object();
    if (object.isEmpty()
        || object.get().get("rootfs").isEmpty()
        || object.get().get("diff_ids").isEmpty()) {
      return Optional.empty();
    }
    List<Case> cases = new ArrayList<>();
    for (Path layout : layouts(file.folder())) {
      String id = String.valueOf(layout.getFileName());
      Optional<String> foreign = id.startsWith(NEGATIVE) ? Optional.empty() : foreign(layout);
      cases.add(
          foreign.isPresent()
              ? Case.unknown(id, KIND + "-" + foreign.get())
              : new Case(id, KIND, () -> run(file, layout, object.get())));
    }
    return Optional.of(cases);
  }

  private static List<Path> layouts(Path folder) throws FormatException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(path -> Files.exists(path.resolve("oci-layout"))).sorted().toList();
    } catch (IOException e) {
      throw FormatException.unexpected("a folder of layouts", String.valueOf(e.getMessage()));
    }
  }

  private static Image load(OciLayout layout) throws IOException, RefusedException {
    return Image.load(layout, layout.selector(Optional.empty()), Platform.LINUX_AMD64);
  }

  /// The scheme of a layout whose keys are wrapped only in ways that nothing here opens.
  private static Optional<String> foreign(Path path) {
    Set<String> schemes = new TreeSet<>();
    try {
      Image image = load(OciLayout.open(path));
      image.manifest().layers().forEach(layer -> schemes.addAll(layer.annotations().keySet()));
    } catch (IOException | RefusedException _) {
      return Optional.empty(); // the run will say what is wrong
    }
    Set<String> keys =
        schemes.stream()
            .filter(name -> name.startsWith(WrappedKey.ANNOTATION_PREFIX))
            .map(name -> name.substring(WrappedKey.ANNOTATION_PREFIX.length()))
            .collect(Collectors.toCollection(TreeSet::new));
    boolean ours =
        keys.stream()
            .anyMatch(name -> !(WrappedKey.of(name, Bytes.EMPTY) instanceof WrappedKey.Foreign));
    return ours ? Optional.empty() : keys.stream().findFirst();
  }

  private static void run(CaseFile file, Path path, Json.Obj expected)
      throws Difference, FormatException, IOException {
    boolean negative = String.valueOf(path.getFileName()).startsWith(NEGATIVE);
    CaseKeys keys = CaseKeys.around(file);
    try (ScratchFolder scratch = ScratchFolder.make()) {
      Path root = scratch.path().resolve("root");
      Owners owners = new Owners();
      Optional<Image> image =
          (negative ? Expectation.REJECT : Expectation.ACCEPT)
              .of(() -> {
                OciLayout layout = OciLayout.open(path);
                Image loaded = load(layout);
                new LayerUnpacker(UnpackLimits.DEFAULT, owners)
                    .unpack(loaded, layout, keys.layerKeys(), root);
                return loaded;
              });
      if (image.isEmpty()) {
        scratch.requireEmpty();
        return;
      }
      List<String> diffIds = new ArrayList<>();
      for (Json id : expected.array("diff_ids")) {
        diffIds.add(id.asString("diff_id"));
      }
      Difference.require(
          "diff-ids",
          diffIds,
          image.get().config().diffIds().stream().map(Digest::toString).toList());
      new RootComparison(root, owners).compare(expected.object("rootfs"));
    }
  }
}
