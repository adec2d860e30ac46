package io.vouchsafe.guest.image;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.guest.image.ImageTools.Tool;
import io.vouchsafe.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// The files of the pod VM's root, in a folder.
final class RootTree {
  private static final String JAVA = "/opt/java";
  private static final String AGENT = "/opt/vouchsafe";
  private static final String AOT_CACHE = AGENT + "/agent.aot";
  static final String JVM_OPTIONS = "/etc/vouchsafe/jvm-options";

  /// Network only: what the root itself needs is in the initramfs.
  private static final List<String> MODULES = List.of("failover", "net_failover", "virtio_net");

  /// Small and quick to start: one collector thread, no optimising compiler, no statistics file.
  private static final List<String> OPTIONS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xms8m",
          "-Xmn3m",
          "-Xmx64m",
          "-Xss512k",
          "-XX:-UsePerfData");

  private final Path root;
  private final PodVmInputs inputs;

  private RootTree(Path root, PodVmInputs inputs) {
    this.root = root;
    this.inputs = inputs;
  }

  /// Fills the folder `root` with everything but the class cache.
  static RootTree build(
      Path root, PodVmInputs inputs, KernelPackage.Unpacked kernel, Progress progress)
      throws IOException {
    RootTree tree = new RootTree(root, inputs);
    progress.step("building the agent's Java runtime");
    tree.addJava();
    progress.step("collecting the files of the root");
    tree.addPrograms();
    tree.addModules(kernel);
    tree.addAgent();
    tree.addConfiguration();
    FileTrees.normalise(root);
    return tree;
  }

  /// Where it is.
  Path path() {
    return root;
  }

  private Path at(String path) {
    return root.resolve(path.substring(1));
  }

  private void addJava() throws IOException {
    Files.createDirectories(at("/opt"));
    Command.of(
            inputs.java().jlink().toString(),
            "--add-modules",
            String.join(",", inputs.java().modules()),
            "--strip-java-debug-attributes",
            "--no-header-files",
            "--no-man-pages",
            "--compress",
            "zip-0",
            "--output",
            at(JAVA).toString())
        .orFail();
    // Debug symbols and the static symbol table: a tenth of the virtual machine.
    List<String> strip = new ArrayList<>();
    strip.add(inputs.tools().path(Tool.STRIP).toString());
    strip.addAll(List.of("--strip-unneeded", "--preserve-dates"));
    try (var files = Files.walk(at(JAVA))) {
      files
          .filter(f -> f.toString().endsWith(".so"))
          .sorted()
          .forEach(f -> strip.add(f.toString()));
    }
    Command.of(strip).orFail();
  }

  private void addPrograms() throws IOException {
    Path crun = inputs.tools().path(Tool.CRUN);
    FileTrees.copyFile(inputs.tools().path(Tool.BUSYBOX), at("/bin/busybox"));
    Files.createSymbolicLink(at("/bin/sh"), Path.of("busybox"));
    FileTrees.copyFile(crun, at("/usr/bin/crun"));
    Files.createSymbolicLink(at("/usr/bin/java"), Path.of(JAVA + "/bin/java"));
    List<Path> java = List.of(at(JAVA + "/bin/java"), at(JAVA + "/lib/server/libjvm.so"));
    TreeSet<Path> libraries = new TreeSet<>(SharedLibraries.of(List.of(crun), inputs.tools()));
    for (Path library : SharedLibraries.of(java, inputs.tools())) {
      if (!library.startsWith(root)) {
        libraries.add(library);
      }
    }
    for (Path library : libraries) {
      FileTrees.copyFile(library, at(library.toString()));
      at(library.toString()).toFile().setExecutable(true);
    }
  }

  private void addModules(KernelPackage.Unpacked kernel) throws IOException {
    Files.createDirectories(at("/lib/modules"));
    write("/lib/modules/order", String.join("\n", MODULES) + "\n");
    for (String module : MODULES) {
      Files.write(at("/lib/modules/" + module + ".ko"), kernel.module(module));
    }
  }

  private void addAgent() throws IOException {
    for (Path jar : inputs.agent().jars()) {
      FileTrees.copyFile(jar, at(AGENT + "/" + jar.getFileName()));
    }
    writeOptions(List.of());
  }

  private void writeOptions(List<String> more) throws IOException {
    List<String> lines = new ArrayList<>(options());
    lines.addAll(more);
    lines.add(inputs.agent().mainClass());
    write(JVM_OPTIONS, String.join("\n", lines) + "\n");
  }

  /// Everything before the main class: the class cache is good for exactly these.
  List<String> options() {
    List<String> all = new ArrayList<>(OPTIONS);
    all.addAll(inputs.agent().options());
    all.add("-cp");
    all.add(
        String.join(
            ":",
            inputs.agent().jars().stream().map(jar -> AGENT + "/" + jar.getFileName()).toList()));
    return all;
  }

  private void addConfiguration() throws IOException {
    for (String folder : List.of("/dev", "/proc", "/run", "/sys", "/tmp", "/root", "/var")) {
      Files.createDirectories(at(folder));
    }
    Files.createSymbolicLink(at("/var/run"), Path.of("/run"));
    Files.createSymbolicLink(at("/var/tmp"), Path.of("/tmp"));
    write(
        "/etc/passwd", "root:x:0:0:root:/run:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n");
    write("/etc/group", "root:x:0:\nnogroup:x:65534:\n");
    write("/etc/hostname", "pod\n");
    write("/etc/hosts", "127.0.0.1 localhost\n127.0.1.1 pod\n");
    write("/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n");
    // The name server that QEMU's user-mode network offers.
    write("/etc/resolv.conf", "nameserver 10.0.2.3\n");
    Bytes init = Initramfs.script("root-init.sh");
    Files.createDirectories(at("/sbin"));
    Files.write(at("/sbin/init"), init.toByteArray());
    at("/sbin/init").toFile().setExecutable(true);
  }

  private void write(String path, String text) throws IOException {
    Files.createDirectories(at(path).getParent());
    Files.writeString(at(path), text);
  }

  /// Adds the class cache and tells the agent's virtual machine to use it.
  void addAotCache(Path cache) throws IOException {
    FileTrees.copyFile(cache, at(AOT_CACHE));
    writeOptions(List.of("-XX:AOTCache=" + AOT_CACHE));
    FileTrees.normalise(root);
  }

  /// Writes the root as a read-only file system: fixed times, owner and identity, no attributes of
  /// the builder's own file system.
  void toErofs(Path image) throws IOException {
    Command.of(
            inputs.tools().path(Tool.MKFS_EROFS).toString(),
            "--quiet",
            "-x-1",
            "-T0",
            "-U",
            "766f7563-6873-4166-8500-000000000001",
            "--all-root",
            image.toString(),
            root.toString())
        .orFail();
  }
}
