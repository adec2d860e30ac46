package io.vouchsafe.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.verdict.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerUserTest {
  @TempDir Path root;

  @BeforeEach
  void files() throws IOException {
    Files.createDirectories(root.resolve("etc"));
    Files.writeString(
        root.resolve("etc/passwd"),
        """
        root:x:0:0:root:/root:/bin/sh
        broken
        app:x:1000:1001:app:/home/app:/bin/sh
        odd:x:notanumber:5::/:
        """);
    Files.writeString(
        root.resolve("etc/group"),
        """
        root:x:0:
        app:x:1001:
        wheel:x:10:root,app
        audio:x:29:app
        near:x:30:apple
        """);
  }

  @ParameterizedTest
  @CsvSource({
    "'',0,0,/root",
    "root,0,0,/root",
    "app,1000,1001,/home/app",
    "1000,1000,1001,/home/app",
    "4711,4711,0,/",
    "app:wheel,1000,10,/home/app",
    "4711:29,4711,29,/",
    ":29,0,29,/root",
  })
  void resolve_namesAndNumbers(String user, long uid, long gid, String home) throws Exception {
    ContainerUser resolved = ContainerUser.resolve(user, root);
    assertThat(resolved.uid()).isEqualTo(uid);
    assertThat(resolved.gid()).isEqualTo(gid);
    assertThat(resolved.home()).isEqualTo(home);
  }

  @Test
  void resolve_membership_givesFurtherGroups() throws Exception {
    assertThat(ContainerUser.resolve("app", root).groups()).containsExactly(10L, 29L);
    assertThat(ContainerUser.resolve("app:app", root).groups()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nobody", "odd", "app:nogroup", "-1", "99999999999", "app:4294967295"})
  void resolve_unknown_isRefused(String user) {
    assertThatThrownBy(() -> ContainerUser.resolve(user, root))
        .isInstanceOfSatisfying(
            GuestException.class,
            e -> assertThat(e.refusal().code()).isEqualTo(Code.CONTAINER_FAILED));
  }

  @Test
  void resolve_noFiles_knowsNumbersOnly(@TempDir Path empty) throws Exception {
    assertThat(ContainerUser.resolve("7:8", empty))
        .isEqualTo(new ContainerUser(7, 8, List.of(), "/"));
    assertThatThrownBy(() -> ContainerUser.resolve("app", empty))
        .isInstanceOf(GuestException.class);
  }

  @Test
  void resolve_passwdThatLeadsOutside_isNotRead(@TempDir Path outside) throws Exception {
    Path stolen = Files.move(root.resolve("etc/passwd"), outside.resolve("passwd"));
    Files.createSymbolicLink(root.resolve("etc/passwd"), stolen);
    assertThatThrownBy(() -> ContainerUser.resolve("app", root)).isInstanceOf(GuestException.class);
  }
}
