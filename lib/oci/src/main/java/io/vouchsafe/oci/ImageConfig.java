package io.vouchsafe.oci;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An image configuration: the digests of the plain layers and what to run.
///
/// @param platform what the image is for
/// @param diffIds digest of each layer's uncompressed tar, lowest first
/// @param env `NAME=value` texts
/// @param entrypoint words in front of the command
/// @param command default words
/// @param workingDir empty if none is set
/// @param user empty if none is set
/// @param json the whole document
public record ImageConfig(
    Platform platform,
    List<Digest> diffIds,
    List<String> env,
    List<String> entrypoint,
    List<String> command,
    String workingDir,
    String user,
    Json.Obj json) {

  public ImageConfig {
    diffIds = List.copyOf(diffIds);
    env = List.copyOf(env);
    entrypoint = List.copyOf(entrypoint);
    command = List.copyOf(command);
  }

  /// Parses a configuration.
  ///
  /// @throws FormatException if it is malformed
  public static ImageConfig parse(Bytes text) throws FormatException {
    Json.Obj json = Json.parseObject(text, Manifest.LIMITS);
    Json.Obj rootfs = json.object("rootfs");
    if (!rootfs.string("type").equals("layers")) {
      throw FormatException.malformed(0, "a root of type layers", rootfs.string("type"));
    }
    List<Digest> diffIds = new ArrayList<>();
    for (Json item : rootfs.array("diff_ids")) {
      diffIds.add(Digest.parse(item.asString("diff_id")));
    }
    Json.Obj run = Json.object().build();
    if (json.present("config").isPresent()) {
      run = json.object("config");
    }
    return new ImageConfig(
        new Platform(json.string("os"), json.string("architecture")),
        diffIds,
        texts(run, "Env"),
        texts(run, "Entrypoint"),
        texts(run, "Cmd"),
        run.optionalString("WorkingDir").orElse(""),
        run.optionalString("User").orElse(""),
        json);
  }

  private static List<String> texts(Json.Obj object, String member) throws FormatException {
    Optional<Json> value = object.present(member);
    List<String> texts = new ArrayList<>();
    if (value.isPresent()) {
      for (Json item : value.get().asArray(member)) {
        texts.add(item.asString(member));
      }
    }
    return texts;
  }
}
