package io.vouchsafe.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.agentapi.CreateContainerRequest;
import io.vouchsafe.agentapi.Device;
import io.vouchsafe.agentapi.Linux;
import io.vouchsafe.agentapi.LinuxCapabilities;
import io.vouchsafe.agentapi.Mount;
import io.vouchsafe.agentapi.POSIXRlimit;
import io.vouchsafe.agentapi.Process;
import io.vouchsafe.agentapi.SharedMount;
import io.vouchsafe.agentapi.Spec;
import io.vouchsafe.agentapi.Storage;
import io.vouchsafe.agentapi.StringUser;
import io.vouchsafe.agentapi.User;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.verdict.Code;
import io.vouchsafe.verdict.RefusedException;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkloadTest {
  private static final String IMAGE = "10.0.2.2:5000/vouchsafe/demo:1@sha256:" + "a".repeat(64);
  private static final String TEXT =
      """
      {"image":"%s","args":["echo","hi"],"env":["A=1"],
       "secrets":[{"name":"db.pw","uri":"kbs:///default/secret/db"}],"cwd":null,"interactive":false}
      """
          .formatted(IMAGE);

  private static Workload workload() throws FormatException {
    return Workload.parse(TEXT);
  }

  private static CreateContainerRequest.Builder request() {
    return CreateContainerRequest.newBuilder()
        .setContainerId("c1")
        .addStorages(Storage.newBuilder().setDriver("image_guest_pull").setSource(IMAGE))
        .setOCI(
            Spec.newBuilder()
                .setProcess(Process.newBuilder().addArgs("echo").addArgs("hi").addEnv("A=1")));
  }

  @Test
  void parse_everyMember_isThere() throws Exception {
    Workload workload = workload();
    assertThat(workload.image()).isEqualTo(IMAGE);
    assertThat(workload.args()).containsExactly("echo", "hi");
    assertThat(workload.env()).containsExactly("A=1");
    assertThat(workload.secrets())
        .containsExactly(new Workload.Secret("db.pw", "kbs:///default/secret/db"));
    assertThat(workload.cwd()).isEmpty();
    assertThat(workload.interactive()).isFalse();
  }

  @Test
  void parse_onlyTheImage_isEnough() throws Exception {
    Workload workload = Workload.parse("{\"image\":\"x\",\"args\":null}");
    assertThat(workload.args()).isEmpty();
    assertThat(workload.interactive()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"image\":1}",
        "{\"image\":\"x\",\"privileged\":true}",
        "{\"image\":\"x\",\"args\":\"sh\"}",
        "{\"image\":\"x\",\"args\":[1]}",
        "{\"image\":\"x\",\"interactive\":\"yes\"}",
        "{\"image\":\"x\",\"image\":\"y\"}",
        "{\"image\":\"x\",\"secrets\":[{\"name\":\"../x\",\"uri\":\"u\"}]}",
        "{\"image\":\"x\",\"secrets\":[{\"name\":\"\",\"uri\":\"u\"}]}",
        "{\"image\":\"x\",\"secrets\":[{\"name\":\".x\",\"uri\":\"u\"}]}",
        "{\"image\":\"x\",\"secrets\":[{\"name\":\"x\"}]}"
      })
  void parse_otherForms_areRefused(String text) {
    assertThatThrownBy(() -> Workload.parse(text)).isInstanceOf(FormatException.class);
  }

  @Test
  void require_whatWasMeasured_passes() throws Exception {
    workload().require(request().build());
  }

  static Stream<Arguments> deviations() {
    return Stream.of(
        deviation(
            "guest.workload.image",
            r -> r.setStorages(0, r.getStorages(0).toBuilder().setSource(IMAGE + "x"))),
        deviation("guest.workload.image", CreateContainerRequest.Builder::clearStorages),
        deviation("guest.workload.args", r -> process(r, p -> p.clearArgs())),
        deviation("guest.workload.args", r -> process(r, p -> p.addArgs("more"))),
        deviation("guest.workload.args", r -> process(r, p -> p.setArgs(1, "ho"))),
        deviation("guest.workload.env", r -> process(r, p -> p.addEnv("LD_PRELOAD=/x"))),
        deviation("guest.workload.env", r -> process(r, p -> p.setEnv(0, "A=2"))),
        deviation("guest.workload.cwd", r -> process(r, p -> p.setCwd("/tmp"))),
        deviation("guest.workload.extras", r -> process(r, p -> p.setTerminal(true))),
        deviation(
            "guest.workload.extras", r -> process(r, p -> p.setUser(User.newBuilder().setUID(0)))),
        deviation(
            "guest.workload.extras",
            r ->
                process(
                    r,
                    p ->
                        p.setCapabilities(
                            LinuxCapabilities.newBuilder().addEffective("CAP_SYS_ADMIN")))),
        deviation(
            "guest.workload.extras",
            r -> process(r, p -> p.addRlimits(POSIXRlimit.newBuilder().setType("RLIMIT_CORE")))),
        deviation(
            "guest.workload.extras", r -> r.addStorages(Storage.newBuilder().setDriver("blk"))),
        deviation("guest.workload.extras", r -> r.addDevices(Device.newBuilder().setType("blk"))),
        deviation(
            "guest.workload.extras", r -> r.addSharedMounts(SharedMount.newBuilder().setName("m"))),
        deviation(
            "guest.workload.extras", r -> r.setStringUser(StringUser.newBuilder().setUid("0"))),
        deviation("guest.workload.extras", r -> r.setSandboxPidns(true)),
        deviation(
            "guest.workload.extras",
            r -> spec(r, s -> s.addMounts(Mount.newBuilder().setSource("/")))),
        deviation(
            "guest.workload.extras",
            r -> spec(r, s -> s.setLinux(Linux.newBuilder().setCgroupsPath("/")))));
  }

  private static Arguments deviation(
      String check, UnaryOperator<CreateContainerRequest.Builder> change) {
    return Arguments.of(check, change);
  }

  private static CreateContainerRequest.Builder process(
      CreateContainerRequest.Builder request, UnaryOperator<Process.Builder> change) {
    return spec(request, s -> s.setProcess(change.apply(s.getProcess().toBuilder())));
  }

  private static CreateContainerRequest.Builder spec(
      CreateContainerRequest.Builder request, UnaryOperator<Spec.Builder> change) {
    return request.setOCI(change.apply(request.getOCI().toBuilder()));
  }

  @ParameterizedTest
  @MethodSource("deviations")
  void require_oneThingElse_isRefusedByItsCheck(
      String check, UnaryOperator<CreateContainerRequest.Builder> change) {
    assertThatThrownBy(() -> workload().require(change.apply(request()).build()))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.code()).isEqualTo(Code.WORKLOAD_MISMATCH);
              assertThat(e.refusal().check()).isEqualTo(check);
            });
  }

  @Test
  void isName_onlyPlainNames() {
    assertThat(List.of("a", "A-b_c.9")).allMatch(Workload::isName);
    assertThat(List.of("", ".", "..", ".a", "a/b", "a b", "ä", "a\n")).noneMatch(Workload::isName);
  }
}
