package io.vouchsafe.linux;

/// Names of error numbers, x86-64 and arm64 (they agree on these).
final class Errno {

  private static final String[] NAMES = {
    "0",
    "EPERM",
    "ENOENT",
    "ESRCH",
    "EINTR",
    "EIO",
    "ENXIO",
    "E2BIG",
    "ENOEXEC",
    "EBADF",
    "ECHILD",
    "EAGAIN",
    "ENOMEM",
    "EACCES",
    "EFAULT",
    "ENOTBLK",
    "EBUSY",
    "EEXIST",
    "EXDEV",
    "ENODEV",
    "ENOTDIR",
    "EISDIR",
    "EINVAL",
    "ENFILE",
    "EMFILE",
    "ENOTTY",
    "ETXTBSY",
    "EFBIG",
    "ENOSPC",
    "ESPIPE",
    "EROFS",
    "EMLINK",
    "EPIPE",
    "EDOM",
    "ERANGE",
    "EDEADLK",
    "ENAMETOOLONG",
    "ENOLCK",
    "ENOSYS",
    "ENOTEMPTY",
    "ELOOP"
  };

  /// Beyond the table: what extended attributes and network file systems answer.
  private static final int ENODATA = 61;

  private static final int EOPNOTSUPP = 95;
  private static final int EDQUOT = 122;

  private Errno() {}

  static String name(int errno) {
    if (errno > 0 && errno < NAMES.length) {
      return NAMES[errno];
    }
    return switch (errno) {
      case ENODATA -> "ENODATA";
      case EOPNOTSUPP -> "EOPNOTSUPP";
      case EDQUOT -> "EDQUOT";
      default -> "errno " + errno;
    };
  }
}
