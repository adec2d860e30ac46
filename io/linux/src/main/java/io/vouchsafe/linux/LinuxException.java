package io.vouchsafe.linux;

import java.io.IOException;

/// A system call failed.
public final class LinuxException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String call;
  private final int errno;

  /// @param call what was tried, with its object: `mount /sys/fs/cgroup`
  /// @param errno the number that the kernel gave
  public LinuxException(String call, int errno) {
    super(call + ": " + Errno.name(errno));
    this.call = call;
    this.errno = errno;
  }

  /// What was tried.
  public String call() {
    return call;
  }

  /// The number that the kernel gave.
  public int errno() {
    return errno;
  }

  /// The symbolic name of [#errno()], for example `ENOSPC`.
  public String symbol() {
    return Errno.name(errno);
  }
}
