package io.vouchsafe.bench;

import io.vouchsafe.encoding.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// A pod of a pause container and some others: what an agent's policy says of it, and the request
/// to create its last container, both as the runtime and its policy tool write them.
final class PodData {
  /// Containers next to the pause container.
  private static final int CONTAINERS = 3;

  private static final String BUNDLE = "b3".repeat(32);
  private static final String SANDBOX = "5a".repeat(32);
  private static final String NAME = "frontend-7c9d4b5f6d-x2x5q";
  private static final String NAMESPACE = "shop";
  private static final String CRI = "io.kubernetes.cri.";
  private static final String KATA = "io.katacontainers.pkg.oci.";
  private static final List<String> CAPABILITIES =
      IntStream.range(0, 14).mapToObj(i -> "CAP_" + i).toList();
  private static final List<String> MASKED =
      List.of(
          "/proc/acpi",
          "/proc/kcore",
          "/proc/keys",
          "/proc/latency_stats",
          "/proc/timer_list",
          "/proc/timer_stats",
          "/proc/sched_debug",
          "/proc/scsi",
          "/sys/firmware");
  private static final List<String> READ_ONLY =
      List.of("/proc/asound", "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys");

  private PodData() {}

  /// `policy_data` of the policy.
  static Json.Obj policy() {
    List<Json> containers = new ArrayList<>();
    for (int i = 0; i <= CONTAINERS; i++) {
      containers.add(
          Json.object()
              .put("OCI", expected(i))
              .put("storages", storages(i))
              .put("devices", Json.array(List.of()))
              .put("sandbox_pidns", false)
              .put("exec_commands", Json.array(List.of(strings("/bin/probe", "--port", "80" + i))))
              .put("runtime_anno_patterns", strings("^io\\.example\\.build/[a-z]+$"))
              .build());
    }
    return Json.object()
        .put("containers", Json.array(containers))
        .put("common", common())
        .put(
            "sandbox", Json.object().put("storages", Json.array(List.of(sandboxStorage()))).build())
        .put("devices", Json.object().put("vm_path", "^/dev/vfio/[0-9]+$").build())
        .put(
            "request_defaults",
            Json.object()
                .put("CloseStdinRequest", false)
                .put("ReadStreamRequest", true)
                .put("WriteStreamRequest", false)
                .put("GetDiagnosticDataRequest", false)
                .put("UpdateEphemeralMountsRequest", false)
                .put(
                    "ExecProcessRequest",
                    Json.object()
                        .put("allowed_commands", Json.array(List.of()))
                        .put("regex", Json.array(List.of()))
                        .build())
                .build())
        .build();
  }

  /// The request to create the last container, whose image the guest pulls.
  static Json.Obj request() {
    int last = CONTAINERS;
    return Json.object()
        .put("container_id", BUNDLE)
        .put("exec_id", BUNDLE)
        .put("string_user", Json.NULL)
        .put("devices", Json.array(List.of()))
        .put("storages", requestedStorages(last))
        .put("OCI", requested(last))
        .put("sandbox_pidns", false)
        .put("shared_mounts", Json.array(List.of()))
        .build();
  }

  private static Json.Obj common() {
    return Json.object()
        .put("cpath", "/run/kata-containers/shared/containers(?:/passthrough)?")
        .put("root_path", "/run/kata-containers/$(bundle-id)/rootfs")
        .put("sfprefix", "^$(cpath)/(watchable/)?$(bundle-id)-[a-z0-9]{16}-")
        .put("spath", "/run/kata-containers/sandbox/storage")
        .put("ipv4_a", "((25[0-5]|(2[0-4]|1\\d|[1-9]|)\\d)\\.?\\b){4}")
        .put("ip_p", "[0-9]{1,5}")
        .put("svc_name_downward_env", "[A-Z](?:[A-Z0-9_]{0,61}[A-Z0-9])?")
        .put("dns_label", "[a-zA-Z0-9_\\.\\-]+")
        .put("default_caps", Json.strings(CAPABILITIES))
        .put(
            "privileged_caps",
            Json.strings(IntStream.range(0, 41).mapToObj(i -> "CAP_" + i).toList()))
        .build();
  }

  private static Json.Obj expected(int index) {
    Json.ObjBuilder annotations = Json.object();
    annotations.put(KATA + "container_type", index == 0 ? "pod_sandbox" : "pod_container");
    annotations.put(CRI + "container-type", index == 0 ? "sandbox" : "container");
    if (index > 0) {
      annotations.put(CRI + "container-name", "app" + index).put(CRI + "image-name", image(index));
    }
    annotations.put(
        CRI + "sandbox-log-directory",
        "^/var/log/pods/$(sandbox-namespace)_$(sandbox-name)_[0-9a-f-]+$");
    annotations.put(CRI + "sandbox-name", "frontend-[a-z0-9]{8,10}-[a-z0-9]{5}");
    annotations.put(CRI + "sandbox-namespace", NAMESPACE);
    return Json.object()
        .put("Version", "1.1.0")
        .put("Process", process(index, environment(index, false), "$(default_caps)"))
        .put("Root", Json.object().put("Path", "$(root_path)").put("Readonly", index == 0).build())
        .put("Mounts", mounts(index, false))
        .put("Annotations", annotations.build())
        .put("Linux", linux("", Json.object().build()))
        .build();
  }

  private static Json.Obj requested(int index) {
    return Json.object()
        .put("Version", "1.1.0")
        .put("Process", process(index, environment(index, true), "all"))
        .put(
            "Root",
            Json.object()
                .put("Path", "/run/kata-containers/" + BUNDLE + "/rootfs")
                .put("Readonly", false)
                .build())
        .put("Hostname", NAME)
        .put("Mounts", mounts(index, true))
        .put("Hooks", Json.NULL)
        .put(
            "Annotations",
            Json.object()
                .put(
                    KATA + "bundle_path",
                    "/run/containerd/io.containerd.runtime.v2.task/k8s.io/" + BUNDLE)
                .put(KATA + "container_type", "pod_container")
                .put(CRI + "container-name", "app" + index)
                .put(CRI + "container-type", "container")
                .put(CRI + "image-name", image(index))
                .put(CRI + "sandbox-id", SANDBOX)
                .put(CRI + "sandbox-name", NAME)
                .put(CRI + "sandbox-namespace", NAMESPACE)
                .put(CRI + "sandbox-uid", "0c8b2c1e-6a5d-4f0e-9a57-3f6c0d2b7a11")
                .put("io.example.build/pipeline", "4711")
                .build())
        .put("Linux", linux("/var/run/netns/cni-1", resources()))
        .put("Solaris", Json.NULL)
        .put("Windows", Json.NULL)
        .build();
  }

  private static Json.Obj resources() {
    return Json.object()
        .put("Devices", Json.array(List.of()))
        .put("Memory", Json.object().put("Limit", 268_435_456).put("Swap", 0).build())
        .put(
            "CPU",
            Json.object().put("Shares", 204).put("Quota", 20_000).put("Period", 100_000).build())
        .put("Pids", Json.NULL)
        .put("BlockIO", Json.NULL)
        .put("Network", Json.NULL)
        .build();
  }

  private static Json.Obj process(int index, List<String> environment, String capabilities) {
    Json list = capabilities.startsWith("$") ? strings(capabilities) : Json.strings(CAPABILITIES);
    Json.ObjBuilder sets = Json.object();
    for (String kind : List.of("Ambient", "Bounding", "Effective", "Inheritable", "Permitted")) {
      sets.put(kind, kind.equals("Ambient") || kind.equals("Inheritable") ? strings() : list);
    }
    return Json.object()
        .put("Terminal", false)
        .put(
            "User",
            Json.object()
                .put("UID", 1000 + index)
                .put("GID", 1000)
                .put("AdditionalGids", Json.array(List.of(number(1000), number(2000 + index))))
                .put("Username", "")
                .build())
        .put("Args", arguments(index))
        .put("Env", Json.strings(environment))
        .put("Cwd", index == 0 ? "/" : "/srv/app")
        .put("Capabilities", sets.build())
        .put("NoNewPrivileges", true)
        .put("SelinuxLabel", "")
        .put("ApparmorProfile", "")
        .build();
  }

  private static Json number(long value) {
    return new Json.Num(Long.toString(value));
  }

  private static Json strings(String... texts) {
    return Json.strings(List.of(texts));
  }

  private static Json arguments(int index) {
    return index == 0
        ? strings("/pause")
        : strings("/usr/bin/server", "--listen", "0.0.0.0:80" + index, "--workers", "4", "--quiet");
  }

  private static String image(int index) {
    return "registry.example/shop/app%d@sha256:%s".formatted(index, ("0" + index).repeat(32));
  }

  private static List<String> environment(int index, boolean asked) {
    List<String> list = new ArrayList<>();
    list.add("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    list.add("HOSTNAME=" + (asked ? NAME : "$(host-name)"));
    for (int i = 0; i < (index == 0 ? 0 : 12); i++) {
      list.add("SETTING_%d=value %d of %d".formatted(i, i, index));
    }
    list.add("POD_NAME=" + (asked ? NAME : "$(sandbox-name)"));
    list.add("POD_IP=" + (asked ? "10.1.2.3" : "$(pod-ip)"));
    list.add("NODE=" + (asked ? "worker-3.example" : "$(node-name)"));
    if (asked) {
      for (String service : List.of("KUBERNETES", "SHOP_DB")) {
        list.add(service + "_SERVICE_HOST=10.96.0.1");
        list.add(service + "_SERVICE_PORT=443");
        list.add(service + "_SERVICE_PORT_HTTPS=443");
        list.add(service + "_PORT=tcp://10.96.0.1:443");
        list.add(service + "_PORT_443_TCP=tcp://10.96.0.1:443");
        list.add(service + "_PORT_443_TCP_PROTO=tcp");
        list.add(service + "_PORT_443_TCP_PORT=443");
        list.add(service + "_PORT_443_TCP_ADDR=10.96.0.1");
      }
    }
    return list;
  }

  private static Json mounts(int index, boolean asked) {
    List<Json> list = new ArrayList<>();
    list.add(mount("/proc", "proc", "proc", "nosuid", "noexec", "nodev"));
    list.add(mount("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"));
    list.add(mount("/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "gid=5"));
    list.add(mount("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev"));
    list.add(mount("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro"));
    if (index > 0) {
      String shared =
          asked
              ? "/run/kata-containers/shared/containers/" + BUNDLE + "-0123456789abcdef-"
              : "$(sfprefix)";
      String end = asked ? "" : "$";
      for (String name : List.of("hosts", "resolv.conf", "hostname")) {
        list.add(mount("/etc/" + name, shared + name + end, "bind", "rbind", "rprivate", "rw"));
      }
      list.add(mount("/dev/shm", "/run/kata-containers/sandbox/shm", "bind", "rbind"));
      list.add(
          mount(
              "/var/run/secrets/kubernetes.io/serviceaccount",
              shared + "serviceaccount" + end,
              "bind",
              "rbind",
              "rprivate",
              "ro"));
      list.add(
          mount(
              "/scratch",
              asked ? "/run/kata-containers/sandbox/storage/MDA=" : "$(block-emptydir)",
              "bind",
              "rbind",
              "rw"));
    }
    return Json.array(list);
  }

  private static Json mount(String destination, String source, String type, String... options) {
    return Json.object()
        .put("destination", destination)
        .put("source", source)
        .put("type_", type)
        .put("options", strings(options))
        .build();
  }

  private static Json.Obj linux(String network, Json.Obj resources) {
    List<Json> namespaces = new ArrayList<>();
    for (String type : List.of("ipc", "uts", "mount", "network")) {
      namespaces.add(
          Json.object()
              .put("Type", type)
              .put("Path", type.equals("network") ? network : "")
              .build());
    }
    return Json.object()
        .put("UIDMappings", strings())
        .put("GIDMappings", strings())
        .put("Resources", resources)
        .put("Namespaces", Json.array(namespaces))
        .put("Devices", strings())
        .put("Sysctl", Json.object().put("net.ipv4.ip_unprivileged_port_start", "0").build())
        .put("RootfsPropagation", "")
        .put("MaskedPaths", Json.strings(MASKED))
        .put("ReadonlyPaths", Json.strings(READ_ONLY))
        .put("MountLabel", "")
        .put("Seccomp", Json.NULL)
        .put("IntelRdt", Json.NULL)
        .build();
  }

  private static Json storages(int index) {
    return Json.array(index == 0 ? List.of() : List.of(block("00", "$(spath)/$(b64-source)")));
  }

  private static Json requestedStorages(int index) {
    return Json.array(
        List.of(
            storage(
                "image_guest_pull",
                image(index),
                "overlay",
                "/run/kata-containers/" + BUNDLE + "/rootfs"),
            block("00", "/run/kata-containers/sandbox/storage/MDA=")));
  }

  private static Json.Obj block(String source, String place) {
    return storage("blk", source, "ext4", place);
  }

  private static Json.Obj sandboxStorage() {
    return storage("ephemeral", "shm", "tmpfs", "/run/kata-containers/sandbox/shm");
  }

  private static Json.Obj storage(String driver, String source, String type, String place) {
    return Json.object()
        .put("driver", driver)
        .put("driver_options", strings())
        .put("fs_group", Json.NULL)
        .put("fstype", type)
        .put("mount_point", place)
        .put("options", strings())
        .put("source", source)
        .build();
  }
}
