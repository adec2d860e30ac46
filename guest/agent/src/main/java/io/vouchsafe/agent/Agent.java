package io.vouchsafe.agent;

import io.vouchsafe.ttrpc.TtrpcServer;
import java.io.IOException;
import java.nio.file.Path;

/// The agent's main class: pid 1's only child in the pod VM.
///
/// **How it is started** (class path: the jars of this module's runtime scope, in any order):
///
/// ```
/// java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xms8m -Xmn3m -Xmx64m -Xss512k -XX:-UsePerfData
///   -XX:TrimNativeHeapInterval=5000
///   -Djdk.virtualThreadScheduler.parallelism=4
///   --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED
///   -cp /opt/vouchsafe/lib/* io.vouchsafe.agent.Agent
/// ```
///
/// No arguments in a guest. With the one argument `rehearse` it plays a whole start against
/// stand-ins and ends: the run that a class cache is trained with. The locale must be C or C.UTF-8,
/// since the JDK tells "no space left" by text only. Four carriers for virtual threads, because a
/// few of them wait in files.
///
/// **What its runtime needs**: the modules `java.base`, `java.net.http` (registry and broker),
/// `jdk.crypto.ec` where that is still a module of its own, and `jdk.unsupported` (Protocol Buffers
/// read their messages through it).
///
/// **What must be there when it starts**:
/// - `/proc`, `/sys`, `/dev` (devtmpfs), `/tmp`, `/run` (tmpfs, large enough for the unpacked
///   image; bundles lie in `/run/kata-containers`, crun's state in `/run/crun`)
/// - `/sys/fs/cgroup`: cgroup2; the agent hands the controllers down
/// - `/sys/kernel/security`: securityfs, for the event log (mounted by the agent if it is not)
/// - the virtio-serial port `org.vouchsafe.agent` (found by sysfs; no links in `/dev` needed)
/// - `/dev/vdb`: the init-data disk; `/dev/tpmrm0` or `/dev/tpm0`: the TPM
/// - `crun` in `PATH`; network up, with a route to broker and registry
///
/// **What it does**: it answers `grpc.Health/Check` at once; beside that it reads the init-data,
/// extends PCR 8 with its digest and makes its keys. It ends with 0 after `DestroySandbox` (then
/// the guest powers off) and with 1 if its port fails. What it says goes to standard error, which
/// is the serial console; `agent[SECONDS] serving` and `agent[SECONDS] key made` are there to time
/// a boot.
public final class Agent {
  /// How long the host may take to hang up after the sandbox ended.
  private static final long LINGER_MILLIS = 500;

  private static final String REHEARSE = "rehearse";

  private Agent() {}

  /// Runs the agent until the host ends the sandbox.
  ///
  /// @param args none, or `rehearse`
  public static void main(String[] args) {
    AgentLog log = new AgentLog(System.err);
    try {
      if (args.length == 1 && args[0].equals(REHEARSE)) {
        Rehearsal.run(log);
      } else {
        run(log);
      }
      System.exit(0);
    } catch (IOException | InterruptedException e) {
      log.line("ends: " + e);
      System.exit(1);
    }
  }

  private static void run(AgentLog log) throws IOException, InterruptedException {
    VirtioPort port = VirtioPort.open(VirtioPort.AGENT);
    AttestedProvisions provisions =
        new AttestedProvisions(GuestDevices.ofThisGuest(), new HttpNetwork(), log);
    Sandbox sandbox = new Sandbox(provisions, Path.of("/run/kata-containers"), Crun.ofGuest(), log);
    AgentService service = new AgentService(sandbox, version());
    TtrpcServer server =
        new TtrpcServer(
            service.handlers(), (method, failure) -> log.line(method + " failed: " + failure));
    Thread.ofPlatform().daemon().name("channel").start(() -> serve(server, port, log));
    log.line("serving");
    provisions.prepare();
    sandbox.awaitDestroyed();
    // The answer to DestroySandbox is on its way through the port: going down now could cut it.
    Thread.sleep(LINGER_MILLIS);
  }

  private static void serve(TtrpcServer server, VirtioPort port, AgentLog log) {
    try {
      server.serve(port.input(), port.output());
      log.line("the channel ended");
    } catch (IOException | RuntimeException e) {
      // Whatever it was: a guest that nobody can speak to must go down, not stay up and mute.
      log.line("the channel failed: " + e);
    }
    Runtime.getRuntime().halt(1);
  }

  private static String version() {
    String version = Agent.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
