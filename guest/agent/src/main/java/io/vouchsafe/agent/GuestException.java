package io.vouchsafe.agent;

import io.vouchsafe.agentapi.GuestRefusal;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.util.Locale;

/// The guest refuses, or a refusal of the broker goes through it: what the host is told, and no
/// more.
final class GuestException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient GuestRefusal refusal;

  GuestException(GuestRefusal refusal) {
    super(refusal.encode());
    this.refusal = refusal;
  }

  GuestException(GuestCheck check, Code code, String expected, String found) {
    this(GuestRefusal.of(check, code, expected, found));
  }

  GuestException(RefusedException refused) {
    this(GuestRefusal.of(refused));
  }

  GuestRefusal refusal() {
    return refusal;
  }

  /// What an I/O error means while files are written into the guest's memory.
  static GuestException writing(IOException e) {
    String message = String.valueOf(e.getMessage());
    if (isDiskFull(e)) {
      return new GuestException(
          GuestCheck.IMAGE_SPACE, Code.DISK_FULL, "room for the unpacked image", message);
    }
    return new GuestException(
        GuestCheck.CONTAINER, Code.CONTAINER_FAILED, "files that can be written", message);
  }

  /// The JDK tells by the C library's text only; the agent runs in the C locale.
  static boolean isDiskFull(IOException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("no space left") || message.contains("enospc");
  }
}
