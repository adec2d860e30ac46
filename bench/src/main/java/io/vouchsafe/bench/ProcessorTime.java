package io.vouchsafe.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Processor time of all threads of this process, to the nanosecond: the runtime's own bean counts
/// in hundredths of a second.
final class ProcessorTime {
  private static final int PROCESS_CLOCK = 2;
  private static final long BILLION = 1_000_000_000L;
  private static final MethodHandle GET_TIME =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("clock_gettime"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
  private static final MemorySegment TIME = Arena.global().allocate(ValueLayout.JAVA_LONG, 2);

  private ProcessorTime() {}

  /// In nanoseconds. For one thread.
  static long nanos() {
    try {
      if ((int) GET_TIME.invokeExact(PROCESS_CLOCK, TIME) != 0) {
        throw new IllegalStateException("no clock of processor time");
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    return TIME.getAtIndex(ValueLayout.JAVA_LONG, 0) * BILLION
        + TIME.getAtIndex(ValueLayout.JAVA_LONG, 1);
  }
}
