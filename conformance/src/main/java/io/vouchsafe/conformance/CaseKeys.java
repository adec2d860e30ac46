package io.vouchsafe.conformance;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.encoding.SecretBytes;
import io.vouchsafe.oci.Jwe;
import io.vouchsafe.oci.KekSource;
import io.vouchsafe.oci.KeyPacket;
import io.vouchsafe.oci.LayerKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The keys that lie around a file of cases: private keys in PEM, and `keks.json`, key encryption
/// keys by kid in base64. They are looked for beside the file and in `keys` there or one folder up.
final class CaseKeys {
  private static final String KEKS = "keks.json";

  private final List<PrivateKey> privateKeys = new ArrayList<>();
  private final Map<String, Bytes> keks = new LinkedHashMap<>();

  private CaseKeys() {}

  static CaseKeys around(CaseFile file) throws IOException {
    CaseKeys keys = new CaseKeys();
    for (String place : List.of(".", "keys", "../keys")) {
      Path folder = file.folder().resolve(place).normalize();
      if (!Files.isDirectory(folder)) {
        continue;
      }
      try (Stream<Path> all = Files.list(folder)) {
        for (Path each : all.filter(Files::isRegularFile).sorted().toList()) {
          keys.add(each);
        }
      }
    }
    return keys;
  }

  private void add(Path file) throws IOException {
    String name = String.valueOf(file.getFileName());
    try {
      if (name.endsWith(".pem")) {
        privateKeys.add(PrivateKeys.ofPem(CaseFile.bytes(file)));
      } else if (name.equals(KEKS)) {
        Json.Obj all = Json.parseObject(CaseFile.bytes(file), JsonLimits.MESSAGE);
        for (var entry : all.members().entrySet()) {
          keks.put(entry.getKey(), Bytes.fromBase64(entry.getValue().asString("kek")));
        }
      }
    } catch (FormatException _) {
      return; // public keys and certificates lie there too; a case that lacks its key will differ
    }
  }

  /// Opens layer keys with all of them. Packets of the unauthenticated wrap type occur in the
  /// cases; their keys are test keys.
  LayerKeys layerKeys() {
    KekSource source =
        kid -> Optional.ofNullable(keks.get(kid)).map(kek -> SecretBytes.take(kek.toByteArray()));
    return LayerKeys.firstOf(
        List.of(KeyPacket.insecureUnauthenticatedOpener(source), Jwe.opener(privateKeys)));
  }
}
