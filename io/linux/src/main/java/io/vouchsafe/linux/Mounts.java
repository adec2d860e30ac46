package io.vouchsafe.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/// Mounts and unmounts file systems.
public final class Mounts {
  /// Flags of `mount(2)`.
  public static final long NOSUID = 2;

  public static final long NODEV = 4;
  public static final long NOEXEC = 8;

  /// `MNT_DETACH` of `umount2(2)`: the mount disappears now, its users keep it until they end.
  private static final int DETACH = 2;

  private static final MethodHandle MOUNT =
      CLibrary.function(
          "mount", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
  private static final MethodHandle UMOUNT =
      CLibrary.function("umount2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));

  private Mounts() {}

  /// Mounts a file system.
  ///
  /// @param type as in `/proc/filesystems`
  /// @param flags a sum of the constants of this class
  /// @param options what the file system itself reads, may be empty
  /// @throws LinuxException if the kernel refuses
  public static void mount(String source, Path target, String type, long flags, String options)
      throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = CLibrary.state(arena);
      int result =
          (int)
              MOUNT.invokeExact(
                  state,
                  arena.allocateFrom(source),
                  arena.allocateFrom(target.toString()),
                  arena.allocateFrom(type),
                  flags,
                  arena.allocateFrom(options));
      CLibrary.check(result, state, "mount " + target);
    } catch (LinuxException e) {
      throw e;
    } catch (Throwable e) {
      throw CLibrary.unexpected(e);
    }
  }

  /// Unmounts `target` now, even if it is in use.
  ///
  /// @throws LinuxException if the kernel refuses
  public static void unmount(Path target) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = CLibrary.state(arena);
      int result = (int) UMOUNT.invokeExact(state, arena.allocateFrom(target.toString()), DETACH);
      CLibrary.check(result, state, "umount " + target);
    } catch (LinuxException e) {
      throw e;
    } catch (Throwable e) {
      throw CLibrary.unexpected(e);
    }
  }
}
