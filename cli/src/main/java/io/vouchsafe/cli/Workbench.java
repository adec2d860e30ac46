package io.vouchsafe.cli;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.guest.image.PodVm;
import io.vouchsafe.hypervisor.VmSpec;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/// Everything that a run needs on this side: the host, the pod VM images and a trust server, our
/// own unless another one is named. Closing it ends the server.
final class Workbench implements AutoCloseable {
  /// How long what a build predicts, or a boot recorded, is expected: it is registered anew by the
  /// first run after half of that.
  private static final Duration EXPECTED_LIFE = Duration.ofDays(30);

  private final Home home;
  private final Host host;
  private final TrustClient trust;
  private final Ending ending;
  private final Progress progress;

  private Workbench(Home home, Host host, TrustClient trust, Ending ending, Progress progress) {
    this.home = home;
    this.host = host;
    this.trust = trust;
    this.ending = ending;
    this.progress = progress;
  }

  static Workbench open(Home home, TrustPlace server, Progress progress)
      throws IOException, RefusedException, FormatException, Failure {
    progress.step("looking at this machine");
    Host host = Host.open(home, InstantSource.system(), progress);
    progress.done(host.virtualisation().reason());
    TrustClient trust = TrustClient.open(home, server);
    trust.onWaiting(() ->
        progress.step("another command uses this one's trust server; waiting until it has ended"));
    Ending ending = Ending.watch(home, trust, progress);
    return new Workbench(home, host, trust, ending, progress);
  }

  PodVms podVms() {
    return new PodVms(home, host, progress);
  }

  PodRun podRun() {
    return new PodRun(home, host, trust, progress);
  }

  Host host() {
    return host;
  }

  Home home() {
    return home;
  }

  TrustClient trust() {
    return trust;
  }

  /// Tells the trust server what a boot of `image` at that size will report, signed by this home.
  void expect(PodVm image, VmSpec.Size size)
      throws IOException, RefusedException, FormatException, Failure, InterruptedException {
    StatementKeys keys = StatementKeys.of(Optional.empty(), home);
    PodVmStatement said = podVms().expected(image, size);
    new Registration(trust, keys).register(said.release(keys.signer(), EXPECTED_LIFE));
  }

  @Override
  public void close() throws IOException {
    // The hook stays until the server is closed: Ctrl-C ends waiting for others, too.
    trust.close();
    ending.close();
  }
}
