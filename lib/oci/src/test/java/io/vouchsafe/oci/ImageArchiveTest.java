package io.vouchsafe.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageArchiveTest {
  @TempDir Path folder;
  private OciLayout layout;
  private Path file;

  @BeforeEach
  void image() throws Exception {
    layout =
        Images.layout(
            folder.resolve("layout"),
            Tars.tar().file("a", "1").bytes(),
            Tars.tar().file("b", "2").bytes());
    file = folder.resolve("image.tar");
  }

  @Test
  void ociArchive_writtenAndRead_isTheSameImage() throws Exception {
    ImageArchive.writeOci(layout, file);

    OciLayout again = ImageArchive.readOci(file, folder.resolve("again"));

    assertThat(Images.load(again)).isEqualTo(Images.load(layout));
  }

  @Test
  void ociArchive_writtenTwice_isTheSameFile() throws Exception {
    ImageArchive.writeOci(layout, file);
    Path other = folder.resolve("other.tar");
    ImageArchive.writeOci(layout, other);

    assertThat(file).hasSameBinaryContentAs(other);
  }

  @Test
  void dockerArchive_writtenAndRead_hasTheSameLayers() throws Exception {
    ImageArchive.writeDocker(Images.load(layout), layout, "team/app:v1", file);

    OciLayout again = ImageArchive.readDocker(file, folder.resolve("again"));

    Image image = Image.load(again, "team/app:v1", Platform.LINUX_AMD64);
    assertThat(image.config()).isEqualTo(Images.load(layout).config());
    assertThat(again.selector(Optional.empty())).isEqualTo(image.descriptor().digest().toString());
  }

  @Test
  void dockerArchive_withLinkedAndPackedLayers_isRead() throws Exception {
    byte[] tar = Tars.tar().file("a", "1").bytes();
    String diff = Digest.sha256(io.vouchsafe.encoding.Bytes.of(tar)).toString();
    String config =
        "{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"%s\",\"%s\"]}}"
            .formatted(diff, diff);
    byte[] archive =
        Tars.tar()
            .folder("one")
            .entry('0', "one/layer.tar", "", 0644, Images.gzip(tar))
            .symlink("two/layer.tar", "../one/layer.tar")
            .file("c.json", config)
            .file(
                "manifest.json",
                "[{\"Config\":\"c.json\",\"RepoTags\":null,\"Layers\":[\"one/layer.tar\",\"two/layer.tar\"]}]")
            .bytes();
    Files.write(file, Images.gzip(archive));

    OciLayout again = ImageArchive.readDocker(file, folder.resolve("again"));

    Image image = Image.load(again, "latest", Platform.LINUX_AMD64);
    Path root = folder.resolve("root");
    new LayerUnpacker(UnpackLimits.DEFAULT, FileMetadata.unprivileged())
        .unpack(image, again, LayerKeys.none(), root);
    assertThat(root.resolve("a")).hasContent("1");
  }

  @Test
  void encryptedImage_asDockerArchive_isRefused() throws Exception {
    LayerRecipient kek = new LayerRecipient.Kek("kbs:///a/b/c", SecretBytes.take(new byte[32]));
    layout.tag(
        "v1",
        new ImageEncryptor(List.of(kek), new SecureRandom(), Progress.none())
            .encrypt(Images.load(layout), layout, layout));

    assertThatThrownBy(() -> ImageArchive.writeDocker(Images.load(layout), layout, "a:b", file))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> assertThat(e.code()).isEqualTo(Code.LAYER_ENCRYPTION_INVALID));
  }

  private void assertRefused(byte[] archive) throws Exception {
    Files.write(file, archive);
    assertThatThrownBy(() -> ImageArchive.readDocker(file, folder.resolve("bad")))
        .isInstanceOf(RefusedException.class);
    assertThatThrownBy(() -> ImageArchive.readOci(file, folder.resolve("bad")))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void archive_thatIsNone_isRefused() throws Exception {
    assertRefused(new byte[0]);
    assertRefused(new byte[100]);
    assertRefused("not a tar".repeat(100).getBytes());
    assertRefused(Tars.tar().file("manifest.json", "{}").file("index.json", "[]").bytes());
    assertRefused(Tars.tar().file("../x", "1").bytes());
    assertRefused(Tars.tar().symlink("l", "../../x").bytes());
    assertRefused(Tars.tar().entry('3', "dev", "", 0644, new byte[0]).bytes());
    assertRefused(
        Tars.tar()
            .symlink("manifest.json", "index.json")
            .symlink("index.json", "manifest.json")
            .bytes());
    assertRefused(
        Tars.tar().file("manifest.json", "[{\"Config\":\"../../x\",\"Layers\":[]}]").bytes());
  }
}
