package io.vouchsafe.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.vouchsafe.encoding.Bytes;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/// What `java.nio.file` cannot give a file: device nodes, FIFOs, and extended attributes outside of
/// the `user.` namespace.
public final class FileNodes {
  /// Type bits of `st_mode`.
  public static final int FIFO = 0010000;

  public static final int CHARACTER_DEVICE = 0020000;
  public static final int BLOCK_DEVICE = 0060000;

  private static final MethodHandle MKNOD =
      CLibrary.function("mknod", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG));
  private static final MethodHandle LSETXATTR =
      CLibrary.function(
          "lsetxattr",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT));

  private FileNodes() {}

  /// Makes a node.
  ///
  /// @param mode one of the type constants, with permission bits; the process's mask applies
  /// @param major device number, 0 for a FIFO
  /// @param minor device number, 0 for a FIFO
  /// @throws LinuxException if the kernel refuses
  public static void make(Path path, int mode, int major, int minor) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = CLibrary.state(arena);
      int result =
          (int)
              MKNOD.invokeExact(
                  state, arena.allocateFrom(path.toString()), mode, device(major, minor));
      CLibrary.check(result, state, "mknod " + path);
    } catch (LinuxException e) {
      throw e;
    } catch (Throwable e) {
      throw CLibrary.unexpected(e);
    }
  }

  /// `makedev(3)`: the low 8 bits of the minor number stand below the low 12 of the major number,
  /// the others above.
  static long device(int major, int minor) {
    return (minor & 0xffL)
        | (major & 0xfffL) << 8
        | (minor & 0xffff_ff00L) << 12
        | (major & 0xffff_f000L) << 32;
  }

  /// Sets an extended attribute of `path` itself, not of what it may point to.
  ///
  /// @param name with its namespace, for example `security.capability`
  /// @throws LinuxException if the kernel refuses
  public static void attribute(Path path, String name, Bytes value) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = CLibrary.state(arena);
      MemorySegment bytes = arena.allocateFrom(JAVA_BYTE, value.toByteArray());
      int result =
          (int)
              LSETXATTR.invokeExact(
                  state,
                  arena.allocateFrom(path.toString()),
                  arena.allocateFrom(name),
                  bytes,
                  (long) value.size(),
                  0);
      CLibrary.check(result, state, "setxattr " + name + " " + path);
    } catch (LinuxException e) {
      throw e;
    } catch (Throwable e) {
      throw CLibrary.unexpected(e);
    }
  }
}
