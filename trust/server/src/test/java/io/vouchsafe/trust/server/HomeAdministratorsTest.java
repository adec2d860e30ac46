package io.vouchsafe.trust.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.SecureRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HomeAdministratorsTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  @TempDir Path folder;
  private Path home;
  private HomeAdministrators administrators;

  @BeforeEach
  void open() throws Exception {
    home = Files.createDirectory(folder.resolve("trust"));
    administrators = HomeAdministrators.of(home);
  }

  private Path key(String name) throws Exception {
    HomeAdministrators.makeKey(
        folder.resolve(name + ".key"), folder.resolve(name + ".pub"), RANDOM);
    return folder.resolve(name + ".pub");
  }

  @Test
  void key_made_isItsOwnersAndFitsItsPublicHalf() throws Exception {
    Path open = key("alice");
    Path secret = folder.resolve("alice.key");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
        .isEqualTo("rw-------");
    assertThat(KeyFile.read(secret).getPublic()).isEqualTo(KeyFile.readPublic(open));
    assertThat(open).content().doesNotContain("PRIVATE");
    assertThatThrownBy(() -> key("alice")).hasMessageContaining("there already");
    Files.delete(secret);
    assertThatThrownBy(() -> key("alice")).hasMessageContaining("there already");
    assertThat(secret).doesNotExist();
  }

  @Test
  void administrator_added_isThereUntilRemoved() throws Exception {
    administrators.add("bob", key("bob"));
    administrators.add("alice", key("alice"));
    assertThat(administrators.all().keySet()).containsExactly("alice", "bob");
    assertThat(administrators.remove("bob")).isTrue();
    assertThat(administrators.remove("bob")).isFalse();
    assertThat(administrators.all().keySet()).containsExactly("alice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Alice", "../admin", "a/b", ".hidden", "a b", "a\n"})
  void name_thatIsNone_isRefused(String name) throws Exception {
    Path open = key("alice");
    assertThatThrownBy(() -> administrators.add(name, open))
        .isInstanceOf(TrustServerException.class)
        .hasMessageContaining("is no name");
    assertThat(administrators.remove(name)).isFalse();
    assertThat(administrators.all()).isEmpty();
  }

  @Test
  void key_twiceOrTheHomesOwn_isRefused() throws Exception {
    KeyPair own = KeyFile.openOrCreate(home.resolve(AdminToken.KEY_FILE), RANDOM);
    Path ownHalf = folder.resolve("own.pub");
    KeyFile.writePublic(ownHalf, own.getPublic());
    Path alice = key("alice");
    administrators.add("alice", alice);
    assertThatThrownBy(() -> administrators.add("bob", alice)).hasMessageContaining("key of alice");
    assertThatThrownBy(() -> administrators.add("alice", key("other")))
        .hasMessageContaining("already");
    assertThatThrownBy(() -> administrators.add("bob", ownHalf))
        .hasMessageContaining("the home's own");
    assertThat(administrators.all().keySet()).containsExactly("alice");
  }

  @Test
  void file_thatIsNoPublicKey_isRefused() throws Exception {
    key("alice");
    Path text = Files.writeString(folder.resolve("x.pub"), "alice");
    for (Path file : new Path[] {text, folder.resolve("alice.key"), folder.resolve("none")}) {
      assertThatThrownBy(() -> administrators.add("alice", file))
          .isInstanceOf(TrustServerException.class);
    }
    assertThat(administrators.all()).isEmpty();
  }

  @Test
  void folder_withSomethingElse_isNotBelievedAtAll() throws Exception {
    administrators.add("alice", key("alice"));
    Path bad = Files.writeString(home.resolve("admins/bob.pub"), "no key");
    assertThatThrownBy(administrators::all).isInstanceOf(TrustServerException.class);
    Files.delete(bad);
    Files.copy(folder.resolve("alice.pub"), home.resolve("admins/Bob.pub"));
    assertThatThrownBy(administrators::all).hasMessageContaining("no name");
  }

  @Test
  void administrators_moreThanTheBound_areRefused() throws Exception {
    for (int i = 0; i < HomeAdministrators.MAX; i++) {
      administrators.add("a" + i, key("a" + i));
    }
    Path more = key("more");
    assertThatThrownBy(() -> administrators.add("more", more)).hasMessageContaining("at most 64");
  }
}
