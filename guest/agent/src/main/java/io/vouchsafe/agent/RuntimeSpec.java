package io.vouchsafe.agent;

import io.vouchsafe.encoding.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The runtime specification of a container: what `crun` reads as `config.json`. Everything that is
/// not said by the measured workload or by the image is said here, and nothing by the host.
///
/// @param args the whole command
/// @param env the whole environment
/// @param cwd working directory
/// @param user who it runs as
/// @param hostname of the container
/// @param cgroup path below the root of the unified hierarchy
/// @param secrets folder that becomes `/run/secrets`
/// @param resolvConf file that becomes `/etc/resolv.conf`
record RuntimeSpec(
    List<String> args,
    List<String> env,
    String cwd,
    ContainerUser user,
    String hostname,
    String cgroup,
    Optional<String> secrets,
    Optional<String> resolvConf) {

  private static final String DEFAULT_PATH =
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /// What Docker leaves a container by default.
  private static final List<String> CAPABILITIES =
      List.of(
          "CAP_AUDIT_WRITE",
          "CAP_CHOWN",
          "CAP_DAC_OVERRIDE",
          "CAP_FOWNER",
          "CAP_FSETID",
          "CAP_KILL",
          "CAP_MKNOD",
          "CAP_NET_BIND_SERVICE",
          "CAP_NET_RAW",
          "CAP_SETFCAP",
          "CAP_SETGID",
          "CAP_SETPCAP",
          "CAP_SETUID",
          "CAP_SYS_CHROOT");

  private static final List<String> MASKED =
      List.of(
          "/proc/acpi",
          "/proc/asound",
          "/proc/kcore",
          "/proc/keys",
          "/proc/latency_stats",
          "/proc/scsi",
          "/proc/timer_list",
          "/proc/timer_stats",
          "/sys/firmware",
          "/sys/kernel/security");

  private static final List<String> READ_ONLY =
      List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

  RuntimeSpec {
    args = List.copyOf(args);
    env = List.copyOf(env);
  }

  /// Merges what the image says with what was measured: the workload's words replace the image's
  /// command but not its entry point, its environment overrides name by name.
  static RuntimeSpec merge(
      Workload workload,
      ImageDefaults image,
      ContainerUser user,
      String id,
      Optional<String> secrets,
      Optional<String> resolvConf) {
    List<String> args = new ArrayList<>(image.entrypoint());
    args.addAll(workload.args().isEmpty() ? image.command() : workload.args());
    List<String> env = new ArrayList<>();
    for (String entry : image.env()) {
      set(env, entry);
    }
    for (String entry : workload.env()) {
      set(env, entry);
    }
    setIfAbsent(env, DEFAULT_PATH);
    setIfAbsent(env, "HOME=" + user.home());
    String cwd = workload.cwd().orElse(image.workingDir().isEmpty() ? "/" : image.workingDir());
    return new RuntimeSpec(args, env, cwd, user, id, "/vouchsafe/" + id, secrets, resolvConf);
  }

  private static String name(String entry) {
    int equals = entry.indexOf('=');
    return equals < 0 ? entry : entry.substring(0, equals);
  }

  private static void set(List<String> env, String entry) {
    for (int i = 0; i < env.size(); i++) {
      if (name(env.get(i)).equals(name(entry))) {
        env.set(i, entry);
        return;
      }
    }
    env.add(entry);
  }

  private static void setIfAbsent(List<String> env, String entry) {
    for (String there : env) {
      if (name(there).equals(name(entry))) {
        return;
      }
    }
    env.add(entry);
  }

  /// The document.
  Json.Obj toJson() {
    return Json.object()
        .put("ociVersion", "1.0.2")
        .put("process", process())
        .put("root", Json.object().put("path", "rootfs").put("readonly", false).build())
        .put("hostname", hostname)
        .put("mounts", Json.array(mounts()))
        .put("linux", linux())
        .build();
  }

  private Json process() {
    Json.ObjBuilder who = Json.object().put("uid", user.uid()).put("gid", user.gid());
    if (!user.groups().isEmpty()) {
      List<Json> groups = new ArrayList<>();
      for (long group : user.groups()) {
        groups.add(Json.of(group));
      }
      who.put("additionalGids", Json.array(groups));
    }
    Json all = Json.strings(CAPABILITIES);
    // Others than root may only get them back by executing a file that has them.
    Json held = user.uid() == 0 ? all : Json.array();
    return Json.object()
        .put("terminal", false)
        .put("user", who.build())
        .put("args", Json.strings(args))
        .put("env", Json.strings(env))
        .put("cwd", cwd)
        .put(
            "capabilities",
            Json.object()
                .put("bounding", all)
                .put("effective", held)
                .put("permitted", held)
                .build())
        .put("oomScoreAdj", 0)
        .build();
  }

  private List<Json> mounts() {
    List<Json> mounts = new ArrayList<>();
    mounts.add(mount("/proc", "proc", "proc", List.of("nosuid", "noexec", "nodev")));
    mounts.add(
        mount("/dev", "tmpfs", "tmpfs", List.of("nosuid", "strictatime", "mode=755", "size=64k")));
    mounts.add(
        mount(
            "/dev/pts",
            "devpts",
            "devpts",
            List.of("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5")));
    mounts.add(
        mount(
            "/dev/shm",
            "tmpfs",
            "shm",
            List.of("nosuid", "noexec", "nodev", "mode=1777", "size=65536k")));
    mounts.add(mount("/dev/mqueue", "mqueue", "mqueue", List.of("nosuid", "noexec", "nodev")));
    mounts.add(mount("/sys", "sysfs", "sysfs", List.of("nosuid", "noexec", "nodev", "ro")));
    mounts.add(
        mount(
            "/sys/fs/cgroup",
            "cgroup",
            "cgroup",
            List.of("nosuid", "noexec", "nodev", "relatime", "ro")));
    secrets.ifPresent(source -> mounts.add(bind("/run/secrets", source)));
    resolvConf.ifPresent(source -> mounts.add(bind("/etc/resolv.conf", source)));
    return mounts;
  }

  private static Json mount(String destination, String type, String source, List<String> options) {
    return Json.object()
        .put("destination", destination)
        .put("type", type)
        .put("source", source)
        .put("options", Json.strings(options))
        .build();
  }

  private static Json bind(String destination, String source) {
    return mount(destination, "bind", source, List.of("rbind", "ro", "nosuid", "nodev", "noexec"));
  }

  private Json linux() {
    List<Json> namespaces = new ArrayList<>();
    // No network namespace: the guest's own is the pod's.
    for (String type : List.of("pid", "ipc", "uts", "mount", "cgroup")) {
      namespaces.add(Json.object().put("type", type).build());
    }
    return Json.object()
        .put("cgroupsPath", cgroup)
        .put("namespaces", Json.array(namespaces))
        .put("maskedPaths", Json.strings(MASKED))
        .put("readonlyPaths", Json.strings(READ_ONLY))
        .build();
  }
}
