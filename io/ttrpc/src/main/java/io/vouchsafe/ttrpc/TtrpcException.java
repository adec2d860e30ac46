package io.vouchsafe.ttrpc;

import java.util.Objects;

/// A call that was answered with a status other than OK. Thrown by handlers and by the client.
public final class TtrpcException extends Exception {
  private static final long serialVersionUID = 1L;

  private final StatusCode code;
  private final String detail;

  /// @param code never [StatusCode#OK]
  /// @param detail the message as it stands on the wire
  public TtrpcException(StatusCode code, String detail) {
    super(Objects.requireNonNull(code, "code") + ": " + detail);
    if (code == StatusCode.OK) {
      throw new IllegalArgumentException("a failure needs a code other than OK");
    }
    this.code = code;
    this.detail = detail;
  }

  public StatusCode code() {
    return code;
  }

  /// The message of the status, without the code.
  public String detail() {
    return detail;
  }
}
