package io.vouchsafe.agent;

import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A bounded pipe between two threads of which either may be virtual. Whoever writes waits while it
/// is full, so that a container which writes faster than the host reads is slowed down instead of
/// filling memory. The lock guards everything.
final class ByteQueue {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final byte[] ring;
  private int head;
  private int size;
  private boolean ended;

  /// @param capacity in bytes
  ByteQueue(int capacity) {
    this.ring = new byte[capacity];
  }

  /// Writes at least one of `length` bytes, waiting for room.
  ///
  /// @return how many were written; -1 if the queue has ended
  int write(byte[] from, int offset, int length) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (size == ring.length && !ended) {
        changed.await();
      }
      if (ended) {
        return -1;
      }
      int count = Math.min(length, ring.length - size);
      for (int i = 0; i < count; i++) {
        ring[(head + size + i) % ring.length] = from[offset + i];
      }
      size += count;
      changed.signalAll();
      return count;
    } finally {
      lock.unlock();
    }
  }

  /// Up to `max` bytes, waiting for the first.
  ///
  /// @return empty at the end
  byte[] read(int max) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (size == 0 && !ended) {
        changed.await();
      }
      int count = Math.min(max, size);
      byte[] result = new byte[count];
      int first = Math.min(count, ring.length - head);
      System.arraycopy(ring, head, result, 0, first);
      System.arraycopy(ring, 0, result, first, count - first);
      head = (head + count) % ring.length;
      size -= count;
      changed.signalAll();
      return result;
    } finally {
      lock.unlock();
    }
  }

  /// No more is written; what is there can still be read.
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Throws away what is there and wipes it.
  void discard() {
    lock.lock();
    try {
      ended = true;
      size = 0;
      Arrays.fill(ring, (byte) 0);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
