package io.vouchsafe.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// Looks up functions of the C library whose `errno` is captured.
final class CLibrary {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private CLibrary() {}

  /// A handle whose first argument is the segment of [#state(Arena)].
  static MethodHandle function(String name, FunctionDescriptor descriptor) {
    MemorySegment symbol =
        LINKER
            .defaultLookup()
            .find(name)
            .orElseThrow(() -> new IllegalStateException("the C library has no " + name));
    return LINKER.downcallHandle(symbol, descriptor, Linker.Option.captureCallState("errno"));
  }

  static MemorySegment state(Arena arena) {
    return arena.allocate(STATE);
  }

  /// Throws if `result` says that the call failed.
  static void check(int result, MemorySegment state, String call) throws LinuxException {
    if (result < 0) {
      throw new LinuxException(call, (int) ERRNO.get(state, 0L));
    }
  }

  /// What a handle threw: never anything of its own, since the functions are native.
  static IllegalStateException unexpected(Throwable thrown) {
    return new IllegalStateException("native call", thrown);
  }
}
