package io.vouchsafe.guest.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vouchsafe.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerityTreeTest {
  private static final Path VERITYSETUP = Path.of("/sbin/veritysetup");

  @TempDir Path folder;

  private Path disk(int bytes) throws Exception {
    byte[] content = new byte[bytes];
    new Random(bytes).nextBytes(content);
    return Files.write(folder.resolve("disk"), content);
  }

  @Test
  void append_twoBlocks_addsOneBlockOfDigests() throws Exception {
    Path disk = disk(2 * 4096);
    VerityTree tree = VerityTree.append(disk);
    assertThat(tree.dataBlocks()).isEqualTo(2);
    assertThat(tree.rootHash().size()).isEqualTo(32);
    assertThat(Files.size(disk)).isEqualTo(3 * 4096);
  }

  /// One level, exactly one level, two levels, two full and a bit, three levels.
  @ParameterizedTest
  @ValueSource(ints = {2, 128, 129, 16_384, 16_385})
  void append_tree_isThatOfTheReferenceTool(int blocks) throws Exception {
    assumeTrue(Files.isExecutable(VERITYSETUP), "not installed: cryptsetup-bin");
    Path disk = disk(blocks * 4096);
    VerityTree tree = VerityTree.append(disk);
    String offset = Long.toString(tree.dataBlocks() * 4096);
    Command.of(
            VERITYSETUP.toString(),
            "verify",
            "--no-superblock",
            "--hash-offset=" + offset,
            "--data-blocks=" + blocks,
            "--salt=-",
            "--data-block-size=4096",
            "--hash-block-size=4096",
            "--hash=sha256",
            disk.toString(),
            disk.toString(),
            tree.rootHash().hex())
        .orFail();
  }

  @Test
  void append_changedByte_givesAnotherRoot() throws Exception {
    Path disk = disk(300 * 4096);
    byte[] content = Files.readAllBytes(disk);
    VerityTree before = VerityTree.append(disk);
    content[299 * 4096] ^= 1;
    Files.write(disk, content);
    assertThat(VerityTree.append(disk).rootHash()).isNotEqualTo(before.rootHash());
  }

  @Test
  void append_odd_isPaddedWithZeros() throws Exception {
    Path disk = disk(4096 + 1);
    assertThat(VerityTree.append(disk).dataBlocks()).isEqualTo(2);
    byte[] content = Files.readAllBytes(disk);
    assertThat(content).hasSize(3 * 4096);
    assertThat(content[4097]).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4096})
  void append_lessThanTwoBlocks_isRefused(int bytes) throws Exception {
    Path disk = disk(bytes);
    assertThatThrownBy(() -> VerityTree.append(disk)).isInstanceOf(IOException.class);
  }
}
