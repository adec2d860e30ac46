package io.vouchsafe.oci;

import io.vouchsafe.verdict.RefusedException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/// Where an image is: what users name on the command line.
///
/// | text | place |
/// |---|---|
/// | `oci:DIR[:TAG]` | a folder in the OCI image layout |
/// | `oci-archive:FILE[:TAG]` | a tar file of such a folder |
/// | `docker-archive:FILE[:NAME]` | what `docker save` writes |
/// | anything else | a registry, see [ImageName] |
public sealed interface ImageReference {

  /// Tags of layouts may be whole names.
  Pattern LAYOUT_TAG = Pattern.compile("[\\w][\\w.:/@+-]{0,254}");

  /// An image in a layout. Without tag, the layout must hold exactly one image.
  record Layout(Path folder, Optional<String> tag) implements ImageReference {
    @Override
    public String toString() {
      return "oci:" + folder + suffix(tag);
    }
  }

  /// An image in a tar file of a layout.
  record OciArchive(Path file, Optional<String> tag) implements ImageReference {
    @Override
    public String toString() {
      return "oci-archive:" + file + suffix(tag);
    }
  }

  /// An image in a tar file of `docker save`.
  record DockerArchive(Path file, Optional<String> tag) implements ImageReference {
    @Override
    public String toString() {
      return "docker-archive:" + file + suffix(tag);
    }
  }

  /// An image in a registry.
  record Registry(ImageName name) implements ImageReference {
    @Override
    public String toString() {
      return name.toString();
    }
  }

  private static String suffix(Optional<String> tag) {
    return tag.map(value -> ":" + value).orElse("");
  }

  /// Parses what a user wrote; `docker://` in front of a registry name is taken too.
  ///
  /// @throws RefusedException with [Code#REFERENCE_INVALID]
  static ImageReference parse(String text) throws RefusedException {
    if (text.startsWith("oci:")) {
      Place place = Place.parse(text.substring(4));
      return new Layout(place.path, place.tag);
    }
    if (text.startsWith("oci-archive:")) {
      Place place = Place.parse(text.substring(12));
      return new OciArchive(place.path, place.tag);
    }
    if (text.startsWith("docker-archive:")) {
      Place place = Place.parse(text.substring(15));
      return new DockerArchive(place.path, place.tag);
    }
    return new Registry(ImageName.parse(text.startsWith("docker://") ? text.substring(9) : text));
  }

  /// A path and what follows its first colon, as other tools split it.
  ///
  /// @param path the file or folder
  /// @param tag what follows
  record Place(Path path, Optional<String> tag) {
    private static Place parse(String text) throws RefusedException {
      int colon = text.indexOf(':');
      String path = colon < 0 ? text : text.substring(0, colon);
      Optional<String> tag = colon < 0 ? Optional.empty() : Optional.of(text.substring(colon + 1));
      if (path.isEmpty()) {
        throw ImageName.invalid("a path", "none");
      }
      if (tag.isPresent() && !LAYOUT_TAG.matcher(tag.get()).matches()) {
        throw ImageName.invalid("a tag", ImageName.quoted(tag.get()));
      }
      try {
        return new Place(Path.of(path), tag);
      } catch (InvalidPathException _) {
        throw ImageName.invalid("a path", ImageName.quoted(path));
      }
    }
  }
}
