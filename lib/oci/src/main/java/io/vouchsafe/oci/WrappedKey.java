package io.vouchsafe.oci;

import io.vouchsafe.encoding.Bytes;
import java.util.List;

/// A wrapped layer key as an annotation of the layer holds it (specs: guest components §7.1).
public sealed interface WrappedKey {
  /// Prefix of every annotation that holds wrapped keys.
  String ANNOTATION_PREFIX = "org.opencontainers.image.enc.keys.";

  /// The wrapped bytes, base64 undone.
  Bytes content();

  /// A packet of a key provider, see [KeyPacket].
  ///
  /// @param provider the name in the annotation; says nothing about who can open it
  record Provider(String provider, Bytes content) implements WrappedKey {}

  /// A JSON Web Encryption object in one of its JSON forms.
  record Jwe(Bytes content) implements WrappedKey {}

  /// A scheme that only other tools open: `pkcs7`, `pgp`, `pkcs11`, or one that is unknown.
  record Foreign(String scheme, Bytes content) implements WrappedKey {}

  /// The names of the schemes that a layer's keys are wrapped with.
  static List<String> schemes(Descriptor layer) {
    return layer.annotations().keySet().stream()
        .filter(name -> name.startsWith(ANNOTATION_PREFIX))
        .map(name -> name.substring(ANNOTATION_PREFIX.length()))
        .sorted()
        .toList();
  }

  /// @param annotation the annotation's name after [#ANNOTATION_PREFIX]
  static WrappedKey of(String annotation, Bytes content) {
    if (annotation.equals("jwe")) {
      return new Jwe(content);
    }
    if (annotation.startsWith("provider.")) {
      return new Provider(annotation.substring("provider.".length()), content);
    }
    return new Foreign(annotation, content);
  }
}
