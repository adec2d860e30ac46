package io.vouchsafe.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.oci.FileMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class GuestFilesTest {
  private static final int MODE_BITS = 0177777;

  @TempDir Path folder;
  private final GuestFiles files = new GuestFiles();

  private static void root() {
    assumeTrue("root".equals(System.getProperty("user.name")), "not root");
  }

  @Test
  void owner_ofALink_isTheLinksOwn() throws Exception {
    root();
    Path target = Files.createFile(folder.resolve("target"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), target);
    files.owner(link, 1000, 1001);
    assertThat(Files.getAttribute(link, "unix:uid", LinkOption.NOFOLLOW_LINKS)).isEqualTo(1000);
    assertThat(Files.getAttribute(link, "unix:gid", LinkOption.NOFOLLOW_LINKS)).isEqualTo(1001);
    assertThat(Files.getAttribute(target, "unix:uid")).isEqualTo(0);
  }

  @Test
  void node_fifo_hasItsModeWhateverTheMask() throws Exception {
    Path fifo = folder.resolve("fifo");
    files.node(fifo, new FileMetadata.Node(FileMetadata.NodeKind.FIFO, 0666, 0, 0));
    assertThat((int) Files.getAttribute(fifo, "unix:mode") & MODE_BITS).isEqualTo(010666);
  }

  @Test
  void node_existing_isAnError() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(
            () -> files.node(file, new FileMetadata.Node(FileMetadata.NodeKind.FIFO, 0666, 0, 0)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("EEXIST");
  }

  @Test
  void xattr_ofMissingFile_isAnError() {
    assertThatThrownBy(() -> files.xattr(folder.resolve("no"), "user.x", Bytes.of((byte) 1)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("ENOENT");
  }
}
