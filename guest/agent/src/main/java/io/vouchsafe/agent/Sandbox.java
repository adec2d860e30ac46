package io.vouchsafe.agent;

import io.vouchsafe.agentapi.CreateContainerRequest;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.ttrpc.StatusCode;
import io.vouchsafe.ttrpc.TtrpcException;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;

/// The one sandbox of this guest and its one container: what was measured is one workload. The lock
/// guards the state, not the work: reading a stream must not wait for a pull.
final class Sandbox {
  private static final int MAX_DNS = 3;
  private static final int MAX_HOSTNAME = 64;
  private static final int MAX_ID = 128;

  /// Kind of diagnostics that tells what was attested.
  private static final String ATTESTATION = "attestation";

  /// Kind of diagnostics that tells what the agent takes of the guest's memory.
  private static final String RESOURCES = "resources";

  private final Provisions provisions;
  private final Path folder;
  private final Crun crun;
  private final AgentLog log;
  private final CountDownLatch destroyed = new CountDownLatch(1);
  private final ReentrantLock lock = new ReentrantLock();
  private boolean created;
  private boolean creating;
  private boolean ended;
  private String containerId = "";
  private Optional<Container> container = Optional.empty();
  private Optional<Path> resolvConf = Optional.empty();

  /// @param folder where bundles lie: memory that only this guest has
  Sandbox(Provisions provisions, Path folder, Crun crun, AgentLog log) {
    this.provisions = provisions;
    this.folder = folder;
    this.crun = crun;
    this.log = log;
  }

  /// Waits until the host ended the sandbox.
  void awaitDestroyed() throws InterruptedException {
    destroyed.await();
  }

  /// Prepares for containers.
  void create(String hostname, List<String> dns) throws GuestException, TtrpcException {
    lock.lock();
    try {
      if (created) {
        throw new TtrpcException(StatusCode.ALREADY_EXISTS, "there is a sandbox already");
      }
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      writeHostname(hostname);
      writeResolvConf(dns);
      enableControllers();
      created = true;
    } catch (IOException e) {
      throw GuestException.writing(e);
    } finally {
      lock.unlock();
    }
  }

  private static void writeHostname(String hostname) throws IOException, TtrpcException {
    if (hostname.isEmpty()) {
      return;
    }
    if (hostname.length() > MAX_HOSTNAME || !Workload.isName(hostname)) {
      throw new TtrpcException(StatusCode.INVALID_ARGUMENT, "no host name");
    }
    Path file = Path.of("/proc/sys/kernel/hostname");
    if (Files.isWritable(file)) {
      Files.writeString(file, hostname);
    }
  }

  private void writeResolvConf(List<String> dns) throws IOException, TtrpcException {
    if (dns.isEmpty()) {
      return;
    }
    StringBuilder text = new StringBuilder();
    for (String server : dns.subList(0, Math.min(dns.size(), MAX_DNS))) {
      for (int i = 0; i < server.length(); i++) {
        char c = server.charAt(i);
        if (Character.digit(c, 16) < 0 && c != '.' && c != ':') {
          throw new TtrpcException(StatusCode.INVALID_ARGUMENT, "no address of a name server");
        }
      }
      text.append("nameserver ").append(server).append('\n');
    }
    Path file = folder.resolve("resolv.conf");
    Files.writeString(file, text);
    resolvConf = Optional.of(file);
  }

  /// The unified hierarchy hands controllers down only where it is told to.
  private void enableControllers() throws IOException {
    Path control = Path.of("/sys/fs/cgroup/cgroup.subtree_control");
    Path available = Path.of("/sys/fs/cgroup/cgroup.controllers");
    if (!Files.isWritable(control)) {
      return;
    }
    String controllers = " " + Files.readString(available).strip() + " ";
    for (String controller : List.of("cpu", "memory", "pids")) {
      if (controllers.contains(" " + controller + " ")) {
        enable(control, controller);
      }
    }
  }

  private void enable(Path control, String controller) {
    try {
      Files.writeString(control, "+" + controller);
    } catch (IOException e) {
      // The container runs without: nothing that was measured asks for a limit.
      log.line("no " + controller + " controller: " + e.getMessage());
    }
  }

  /// Attests, pulls and unpacks; the container can be started afterwards.
  void createContainer(CreateContainerRequest request)
      throws GuestException, TtrpcException, InterruptedException {
    String id = request.getContainerId();
    reserve(id);
    Path bundle = folder.resolve(id);
    boolean done = false;
    try {
      Workload workload = provisions.workload();
      workload.require(request);
      prepare(workload, id, bundle);
      done = true;
    } catch (RefusedException e) {
      throw new GuestException(e);
    } catch (IOException e) {
      throw GuestException.writing(e);
    } finally {
      settle(id, bundle, done);
    }
  }

  private void reserve(String id) throws TtrpcException {
    if (id.length() < 2 || id.length() > MAX_ID || !Workload.isName(id)) {
      throw new TtrpcException(StatusCode.INVALID_ARGUMENT, "no container id");
    }
    lock.lock();
    try {
      if (!created || ended) {
        throw new TtrpcException(StatusCode.FAILED_PRECONDITION, "create the sandbox first");
      }
      if (creating || container.isPresent()) {
        throw new TtrpcException(StatusCode.ALREADY_EXISTS, "this guest runs one container");
      }
      creating = true;
    } finally {
      lock.unlock();
    }
  }

  private void settle(String id, Path bundle, boolean done) {
    if (!done) {
      try {
        Container.deleteTree(bundle);
      } catch (IOException e) {
        log.line("cannot clear " + bundle + ": " + e.getMessage());
      }
    }
    lock.lock();
    try {
      creating = false;
      if (done) {
        containerId = id;
        container = Optional.of(new Container(id, bundle, crun));
      }
    } finally {
      lock.unlock();
    }
  }

  private void prepare(Workload workload, String id, Path bundle)
      throws GuestException, IOException, InterruptedException {
    Path rootfs = bundle.resolve("rootfs");
    Files.createDirectories(bundle);
    ImageDefaults image = provisions.unpack(workload, rootfs);
    ContainerUser user = ContainerUser.resolve(image.user(), rootfs);
    Optional<String> secrets = secrets(workload, user, bundle);
    RuntimeSpec spec =
        RuntimeSpec.merge(workload, image, user, id, secrets, resolvConf.map(Path::toString));
    if (spec.args().isEmpty()) {
      throw new GuestException(
          GuestCheck.CONTAINER, Code.CONTAINER_FAILED, "a command in image or workload", "none");
    }
    Files.write(bundle.resolve("config.json"), spec.toJson().toUtf8());
  }

  private Optional<String> secrets(Workload workload, ContainerUser user, Path bundle)
      throws GuestException, IOException, InterruptedException {
    if (workload.secrets().isEmpty()) {
      return Optional.empty();
    }
    Path at = Files.createDirectory(bundle.resolve("secrets"));
    Files.setPosixFilePermissions(at, PosixFilePermissions.fromString("rwxr-xr-x"));
    for (Workload.Secret secret : workload.secrets()) {
      Path file =
          Files.createFile(
              at.resolve(secret.name()),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try (SecretBytes value = provisions.secret(secret)) {
        value.lend(bytes -> Files.write(file, bytes));
      }
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
      if (user.uid() != 0) {
        Files.setAttribute(file, "unix:uid", (int) user.uid());
        Files.setAttribute(file, "unix:gid", (int) user.gid());
      }
    }
    return Optional.of(at.toString());
  }

  void startContainer(String id) throws GuestException, TtrpcException, InterruptedException {
    Container found = process(id, "");
    found.start(provisions.workload().interactive());
    log.line("started " + id);
  }

  /// The container whose first process is meant.
  ///
  /// @param exec empty or the container's id; there are no other processes
  Container process(String id, String exec) throws TtrpcException {
    lock.lock();
    try {
      if (container.isEmpty() || !containerId.equals(id)) {
        throw new TtrpcException(StatusCode.NOT_FOUND, "no container " + id);
      }
      if (!exec.isEmpty() && !exec.equals(id)) {
        throw new TtrpcException(StatusCode.NOT_FOUND, "no process " + exec);
      }
      return container.get();
    } finally {
      lock.unlock();
    }
  }

  /// Standard input of the container, if the measured workload lets the host write to it.
  ByteQueue stdin(String id, String exec)
      throws GuestException, TtrpcException, InterruptedException {
    Container found = process(id, exec);
    if (!provisions.workload().interactive()) {
      throw new GuestException(
          GuestCheck.WORKLOAD_EXTRAS,
          Code.WORKLOAD_MISMATCH,
          "nothing on standard input",
          "data from the host");
    }
    return found.stdin();
  }

  String diagnostics(String kind) throws TtrpcException {
    return switch (kind) {
      case ATTESTATION -> provisions.diagnostics();
      case RESOURCES -> resources();
      default ->
          throw new TtrpcException(StatusCode.INVALID_ARGUMENT, "no diagnostics of kind " + kind);
    };
  }

  /// What the kernel says about this process, in KiB.
  private static String resources() throws TtrpcException {
    Json.ObjBuilder resources = Json.object();
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        int colon = line.indexOf(':');
        String name = colon < 0 ? "" : line.substring(0, colon);
        if (name.equals("VmRSS") || name.equals("VmHWM") || name.equals("RssAnon")) {
          resources.put(name, line.substring(colon + 1).strip());
        }
      }
      return resources.build().compact();
    } catch (IOException e) {
      throw new TtrpcException(StatusCode.INTERNAL, String.valueOf(e.getMessage()));
    }
  }

  void removeContainer(String id) throws GuestException, TtrpcException, InterruptedException {
    Container found = process(id, "");
    try {
      found.remove();
    } catch (IOException e) {
      throw GuestException.writing(e);
    }
    lock.lock();
    try {
      // Somebody else who removed it may have been faster, and another one may be there already.
      if (container.filter(it -> it == found).isPresent()) {
        container = Optional.empty();
        containerId = "";
      }
    } finally {
      lock.unlock();
    }
  }

  /// Ends everything; the guest goes down after that.
  void destroy() throws GuestException, InterruptedException {
    Optional<Container> left;
    lock.lock();
    try {
      ended = true;
      left = container;
    } finally {
      lock.unlock();
    }
    try {
      if (left.isPresent()) {
        left.get().remove();
      }
    } catch (IOException e) {
      throw GuestException.writing(e);
    } finally {
      destroyed.countDown();
    }
  }
}
