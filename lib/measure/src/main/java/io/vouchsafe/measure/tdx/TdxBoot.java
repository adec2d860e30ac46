package io.vouchsafe.measure.tdx;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.measure.DirectBoot;
import io.vouchsafe.measure.Launcher;
import io.vouchsafe.measure.MeasuredPart;
import io.vouchsafe.measure.Measurement;
import java.util.List;

/// RTMR1 and RTMR2 of a guest whose kernel the launcher hands to the firmware (specs/evidence-x86
/// §10.4).
///
/// @param rtmr1 the kernel and the firmware's last steps
/// @param rtmr2 command line and initrd, as the kernel's stub measures them
public record TdxBoot(Measurement rtmr1, Measurement rtmr2) {
  /// Predicts the registers from artifacts.
  ///
  /// @param kernel bzImage with EFI stub
  /// @param initrd as handed to the launcher, not empty
  /// @param commandLine as handed to the launcher
  /// @param memory of the guest in bytes
  /// @throws FormatException as [DirectBoot#predict]
  public static TdxBoot predict(
      Bytes kernel, Bytes initrd, String commandLine, long memory, Launcher launcher)
      throws FormatException {
    if (initrd.isEmpty()) {
      throw new IllegalArgumentException("no initrd");
    }
    return of(
        DirectBoot.kernelEvent(kernel, initrd.size(), memory, launcher, Rtmr.BANK),
        DirectBoot.commandLineEvent(commandLine, Rtmr.BANK),
        Rtmr.event(initrd));
  }

  /// The registers from the digests of what differs between guests.
  ///
  /// @param kernel Authenticode digest of the kernel as the firmware sees it
  /// @param commandLine digest of the load options
  /// @param initrd digest of the initrd
  public static TdxBoot of(Bytes kernel, Bytes commandLine, Bytes initrd) {
    return new TdxBoot(
        Rtmr.of(
            List.of(
                new MeasuredPart("kernel", kernel),
                Rtmr.action("Calling EFI Application from Boot Option"),
                Rtmr.separator(),
                Rtmr.action("Exit Boot Services Invocation"),
                Rtmr.action("Exit Boot Services Returned with Success"))),
        Rtmr.of(
            List.of(
                new MeasuredPart("command-line", commandLine),
                new MeasuredPart("initrd", initrd))));
  }
}
