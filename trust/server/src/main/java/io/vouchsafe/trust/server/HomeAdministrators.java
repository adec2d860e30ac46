package io.vouchsafe.trust.server;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The administrators of a home beside the holder of its own key: a folder with the public key of
/// each, under the administrator's name. Who may write there may change anything in the home.
public final class HomeAdministrators {
  /// Most administrators of a home.
  public static final int MAX = 64;

  private static final String FOLDER = "admins";
  private static final String SUFFIX = ".pub";
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._@-]{0,62}");

  private final Path home;
  private final Path folder;

  private HomeAdministrators(Path home) {
    this.home = home;
    this.folder = home.resolve(FOLDER);
  }

  /// Those of the home of a trust server.
  public static HomeAdministrators of(Path home) {
    return new HomeAdministrators(home);
  }

  /// Makes a key pair for somebody who is to administer.
  ///
  /// @param file gets both halves, with mode 0600
  /// @param publicFile gets the public half alone
  /// @throws TrustServerException if one of them is there already or cannot be written
  public static void makeKey(Path file, Path publicFile, SecureRandom random)
      throws TrustServerException {
    try {
      for (Path each : List.of(file, publicFile)) {
        if (Files.exists(each)) {
          throw new TrustServerException(each + " is there already");
        }
      }
      KeyPair pair = KeyFile.generate(random);
      KeyFile.write(file, pair);
      KeyFile.writePublic(publicFile, pair.getPublic());
    } catch (IOException e) {
      throw new TrustServerException("the key " + file + " cannot be written", e);
    }
  }

  /// Lets whoever holds the private half of a key administer, under a name.
  ///
  /// @param publicKey PEM of the public half
  /// @throws TrustServerException if the name is none or is taken, the key is known under another
  ///   name or is the home's own, or there are too many
  public void add(String name, Path publicKey) throws TrustServerException {
    if (!NAME.matcher(name).matches()) {
      throw new TrustServerException(
          "'" + name + "' is no name: 1 to 63 lower-case letters, digits, '.', '_', '@' and '-'");
    }
    PublicKey key = KeyFile.readPublic(publicKey);
    Optional<PublicKey> own = ownKey();
    if (own.isPresent() && KeyFile.same(own.get(), key)) {
      throw new TrustServerException("that is the home's own admin key: one key is one subject");
    }
    Map<String, PublicKey> there = all();
    for (Map.Entry<String, PublicKey> other : there.entrySet()) {
      if (other.getKey().equals(name)) {
        throw new TrustServerException("there is an administrator " + name + " already");
      }
      if (KeyFile.same(other.getValue(), key)) {
        throw new TrustServerException(
            "that is the key of %s: one key is one subject".formatted(other.getKey()));
      }
    }
    if (there.size() >= MAX) {
      throw new TrustServerException("a home has at most " + MAX + " administrators");
    }
    try {
      OwnerFile.folder(folder);
      KeyFile.writePublic(folder.resolve(name + SUFFIX), key);
    } catch (IOException e) {
      throw new TrustServerException("the folder " + folder + " cannot be written", e);
    }
  }

  private Optional<PublicKey> ownKey() throws TrustServerException {
    Path file = home.resolve(AdminToken.KEY_FILE);
    try {
      return Files.exists(file) ? Optional.of(KeyFile.read(file).getPublic()) : Optional.empty();
    } catch (IOException e) {
      throw new TrustServerException("the admin key of " + home + " cannot be read", e);
    }
  }

  /// Takes the name of an administrator off the list: its key counts no more.
  ///
  /// @return whether it was on it
  /// @throws TrustServerException if the folder cannot be written
  public boolean remove(String name) throws TrustServerException {
    try {
      return NAME.matcher(name).matches() && Files.deleteIfExists(folder.resolve(name + SUFFIX));
    } catch (IOException e) {
      throw new TrustServerException("the folder " + folder + " cannot be written", e);
    }
  }

  /// The keys by name, in the order of the names.
  ///
  /// @throws TrustServerException if one of them cannot be read: then none of them counts
  public Map<String, PublicKey> all() throws TrustServerException {
    Map<String, PublicKey> all = new TreeMap<>();
    for (Path file : files()) {
      String name = file.getFileName().toString();
      String bare = name.substring(0, name.length() - SUFFIX.length());
      if (!NAME.matcher(bare).matches()) {
        throw new TrustServerException(file + " has no name of an administrator");
      }
      all.put(bare, KeyFile.readPublic(file));
      if (all.size() > MAX) {
        throw new TrustServerException(folder + " has more than " + MAX + " keys");
      }
    }
    return all;
  }

  private List<Path> files() throws TrustServerException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> each = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
      each.forEach(files::add);
    } catch (DirectoryIteratorException | IOException e) {
      throw new TrustServerException("the folder " + folder + " cannot be read", e);
    }
    return files;
  }
}
