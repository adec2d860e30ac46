package io.vouchsafe.registry;

import io.vouchsafe.oci.Image;
import io.vouchsafe.oci.ImageArchive;
import io.vouchsafe.oci.ImageCheck;
import io.vouchsafe.oci.ImageReference;
import io.vouchsafe.oci.ImageSource;
import io.vouchsafe.oci.ImageTarget;
import io.vouchsafe.oci.OciLayout;
import io.vouchsafe.oci.Platform;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Opens image references for reading and writing. Archives are unpacked to a scratch folder, which
/// is gone when what was opened is closed.
public final class ImagePlaces {
  private static final String DEFAULT_TAG = "latest";

  private final RegistryClient registries;
  private final Path scratchParent;

  /// @param scratchParent an existing folder with room for whole images
  public ImagePlaces(RegistryClient registries, Path scratchParent) {
    this.registries = registries;
    this.scratchParent = scratchParent;
  }

  /// An image that can be read.
  public static final class Source implements AutoCloseable {
    private final ImageSource images;
    private final String selector;
    private final List<Scratch> scratch;

    private Source(ImageSource images, String selector, List<Scratch> scratch) {
      this.images = images;
      this.selector = selector;
      this.scratch = scratch;
    }

    public ImageSource images() {
      return images;
    }

    /// Tag or digest of the image in [#images()].
    public String selector() {
      return selector;
    }

    @Override
    public void close() throws IOException {
      for (Scratch one : scratch) {
        one.close();
      }
    }
  }

  /// A place that takes an image.
  public static final class Target implements AutoCloseable {
    private final ImageTarget images;
    private final String tag;
    private final ImageReference reference;
    private final Optional<Scratch> scratch;

    private Target(
        ImageTarget images, String tag, ImageReference reference, Optional<Scratch> scratch) {
      this.images = images;
      this.tag = tag;
      this.reference = reference;
      this.scratch = scratch;
    }

    public ImageTarget images() {
      return images;
    }

    /// The tag that the image gets.
    public String tag() {
      return tag;
    }

    /// Writes the archive, if the place is one.
    void finish(Platform platform) throws IOException, RefusedException {
      if (scratch.isEmpty()) {
        return;
      }
      OciLayout layout = scratch.get().layout();
      switch (reference) {
        case ImageReference.OciArchive(Path file, _) -> ImageArchive.writeOci(layout, file);
        case ImageReference.DockerArchive(Path file, _) ->
            ImageArchive.writeDocker(Image.load(layout, tag, platform), layout, tag, file);
        case ImageReference.Layout _, ImageReference.Registry _ -> {
          // Nothing is left to write.
        }
      }
    }

    @Override
    public void close() throws IOException {
      if (scratch.isPresent()) {
        scratch.get().close();
      }
    }
  }

  /// A layout for the time of one operation.
  static final class Scratch implements AutoCloseable {
    private final Path folder;

    private Scratch(Path folder) {
      this.folder = folder;
    }

    Path path() {
      return folder.resolve("layout");
    }

    OciLayout layout() throws IOException, RefusedException {
      return OciLayout.create(path());
    }

    @Override
    public void close() throws IOException {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(
                Path visited, @org.jspecify.annotations.Nullable IOException failed)
                throws IOException {
              Files.delete(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    }
  }

  Scratch scratch() throws IOException {
    return new Scratch(Files.createTempDirectory(scratchParent, "image"));
  }

  /// Opens an image for reading.
  ///
  /// @throws RefusedException if there is none
  public Source read(ImageReference reference) throws IOException, RefusedException {
    return switch (reference) {
      case ImageReference.Layout(Path folder, Optional<String> tag) -> {
        OciLayout layout = OciLayout.open(folder);
        yield new Source(layout, layout.selector(tag), List.of());
      }
      case ImageReference.Registry(var name) ->
          new Source(registries.repository(name), name.selector(), List.of());
      case ImageReference.OciArchive(Path file, Optional<String> tag) ->
          archive(file, tag, ImageArchive::readOci);
      case ImageReference.DockerArchive(Path file, Optional<String> tag) ->
          archive(file, tag, ImageArchive::readDocker);
    };
  }

  @FunctionalInterface
  private interface Reader {
    OciLayout read(Path file, Path folder) throws IOException, RefusedException;
  }

  private Source archive(Path file, Optional<String> tag, Reader reader)
      throws IOException, RefusedException {
    Scratch scratch = scratch();
    List<Scratch> owned = new ArrayList<>(List.of(scratch));
    try {
      OciLayout layout = reader.read(file, scratch.path());
      Source source = new Source(layout, layout.selector(tag), List.of(scratch));
      owned.clear();
      return source;
    } finally {
      for (Scratch left : owned) {
        left.close();
      }
    }
  }

  /// Opens a place for writing.
  ///
  /// @throws RefusedException if it is named by digest
  public Target write(ImageReference reference) throws IOException, RefusedException {
    return switch (reference) {
      case ImageReference.Layout(Path folder, Optional<String> tag) ->
          new Target(
              OciLayout.create(folder), tag.orElse(DEFAULT_TAG), reference, Optional.empty());
      case ImageReference.Registry(var name) -> {
        if (name.tag().isEmpty()) {
          throw new RefusedException(
              ImageCheck.REFERENCE, Code.REFERENCE_INVALID, "a tag to write to", name.toString());
        }
        yield new Target(
            registries.repository(name), name.tag().get(), reference, Optional.empty());
      }
      case ImageReference.OciArchive(_, Optional<String> tag) ->
          archiveTarget(reference, tag.orElse(DEFAULT_TAG));
      case ImageReference.DockerArchive(_, Optional<String> tag) ->
          archiveTarget(reference, tag.orElse("image:" + DEFAULT_TAG));
    };
  }

  /// The place that an image is in, for adding its signatures.
  ///
  /// @throws RefusedException if it is an archive
  ImageTarget beside(ImageReference reference) throws IOException, RefusedException {
    return switch (reference) {
      case ImageReference.Layout(Path folder, _) -> OciLayout.open(folder);
      case ImageReference.Registry(var name) -> registries.repository(name);
      case ImageReference.OciArchive _, ImageReference.DockerArchive _ ->
          throw new RefusedException(
              ImageCheck.REFERENCE,
              Code.REFERENCE_INVALID,
              "oci:DIR or a registry: archives cannot be added to",
              reference.toString());
    };
  }

  private Target archiveTarget(ImageReference reference, String tag)
      throws IOException, RefusedException {
    Scratch scratch = scratch();
    return new Target(scratch.layout(), tag, reference, Optional.of(scratch));
  }
}
