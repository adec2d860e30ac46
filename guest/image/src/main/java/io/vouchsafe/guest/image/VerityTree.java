package io.vouchsafe.guest.image;

import io.vouchsafe.encoding.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/// The hash tree of dm-verity (kernel: admin-guide/device-mapper/verity), format 1, SHA-256, blocks
/// of 4096 bytes, no salt, no superblock: the table on the kernel command line says the same. It is
/// appended to the data, the top level first.
///
/// @param rootHash digest of the top block; whoever knows it knows every block
/// @param dataBlocks blocks of data, which is where the tree starts
record VerityTree(Bytes rootHash, long dataBlocks) {
  /// Of data and of hashes.
  static final int BLOCK = 4096;

  private static final int DIGEST = 32;
  private static final int FAN_OUT = BLOCK / DIGEST;

  /// 64 GiB.
  private static final long MAX_BLOCKS = 1L << 24;

  /// Pads `image` to whole blocks and appends its tree.
  ///
  /// @throws IOException if the file cannot be read and written, has one block or less, or more
  ///   than 64 GiB
  static VerityTree append(Path image) throws IOException {
    try (FileChannel file =
        FileChannel.open(image, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long blocks = Math.ceilDiv(file.size(), BLOCK);
      if (blocks < 2 || blocks > MAX_BLOCKS) {
        throw new IOException("cannot hash a disk of " + file.size() + " bytes: " + image);
      }
      pad(file, blocks * BLOCK);
      List<byte[]> levels = levels(leaves(file, blocks));
      ByteBuffer tree = ByteBuffer.allocate(levels.stream().mapToInt(level -> level.length).sum());
      levels.reversed().forEach(tree::put);
      tree.flip();
      Bytes rootHash = Bytes.of(sha256().digest(levels.getLast()));
      file.position(blocks * BLOCK);
      while (tree.hasRemaining()) {
        file.write(tree);
      }
      return new VerityTree(rootHash, blocks);
    }
  }

  private static void pad(FileChannel file, long size) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocate((int) (size - file.size()));
    file.position(file.size());
    while (zeros.hasRemaining()) {
      file.write(zeros);
    }
  }

  /// The digests of the data blocks, padded to whole blocks.
  private static byte[] leaves(FileChannel file, long blocks) throws IOException {
    ByteBuffer digests = ByteBuffer.allocate(padded(blocks));
    ByteBuffer block = ByteBuffer.allocate(BLOCK);
    MessageDigest sha256 = sha256();
    for (long i = 0; i < blocks; i++) {
      block.clear();
      while (block.hasRemaining()) {
        if (file.read(block, i * BLOCK + block.position()) < 0) {
          throw new IOException("the disk shrank while it was hashed");
        }
      }
      digests.put(sha256.digest(block.array()));
    }
    return digests.array();
  }

  /// All levels, the lowest first.
  private static List<byte[]> levels(byte[] leaves) {
    List<byte[]> levels = new ArrayList<>(List.of(leaves));
    MessageDigest sha256 = sha256();
    while (levels.getLast().length > BLOCK) {
      byte[] below = levels.getLast();
      int blocks = below.length / BLOCK;
      ByteBuffer level = ByteBuffer.allocate(padded(blocks));
      for (int i = 0; i < blocks; i++) {
        sha256.update(below, i * BLOCK, BLOCK);
        level.put(sha256.digest());
      }
      levels.add(level.array());
    }
    return levels;
  }

  private static int padded(long digests) {
    return Math.toIntExact(Math.ceilDiv(digests, FAN_OUT) * BLOCK);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
