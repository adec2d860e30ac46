package io.vouchsafe.protocol;

import io.vouchsafe.encoding.ByteReader;
import io.vouchsafe.encoding.ByteWriter;
import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.verdict.Code;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/// What a guest is started with and measured by: a TOML document of named texts. The digest is over
/// the exact bytes; nothing is ever written again from what was parsed.
///
/// @param raw the document
/// @param version as written in it
/// @param algorithm what the digest is made with
/// @param data the texts by name, in the order of the document
public record InitData(
    Bytes raw, String version, HashAlgorithm algorithm, Map<String, String> data) {
  /// The one version that there is.
  public static final String VERSION = "0.1.0";

  /// Longest document, and longest compressed form, in bytes.
  public static final int MAX_BYTES = 2 << 20;

  /// The file names of the members that have a meaning.
  public static final String AA_TOML = "aa.toml";

  public static final String CDH_TOML = "cdh.toml";
  public static final String POLICY_REGO = "policy.rego";

  private static final Bytes MAGIC = Bytes.utf8("initdata");
  private static final int SECTOR = 512;
  private static final int HEADER_SIZE = 16;
  private static final String POLICY_DATA = "policy_data := {";

  public InitData {
    data = Collections.unmodifiableMap(new LinkedHashMap<>(data));
  }

  /// Writes a document.
  public static InitData of(HashAlgorithm algorithm, Map<String, String> data) {
    StringBuilder toml = new StringBuilder();
    toml.append("version = \"").append(VERSION).append("\"\n");
    toml.append("algorithm = \"").append(algorithm.wireName()).append("\"\n\n[data]\n");
    data.forEach((name, text) ->
        toml.append(Toml.string(name)).append(" = ").append(Toml.string(text)).append('\n'));
    return new InitData(Bytes.utf8(toml.toString()), VERSION, algorithm, data);
  }

  /// Parses a document of version 0.1.0.
  ///
  /// @throws FormatException if it is anything else
  public static InitData parse(Bytes document) throws FormatException {
    InitData parsed = parseAnyVersion(document);
    if (!parsed.version.equals(VERSION)) {
      throw new FormatException(
          Code.UNSUPPORTED_VERSION, 0, "init-data of version " + VERSION, parsed.version);
    }
    return parsed;
  }

  /// Parses a document as the reference broker does: a version must stand there, which one is not
  /// asked. A guest must not use this: it acts upon the content.
  public static InitData parseAnyVersion(Bytes document) throws FormatException {
    if (document.size() > MAX_BYTES) {
      throw tooLong(document.size());
    }
    Json.Obj toml = Toml.parse(document);
    String version = toml.string("version");
    String name = toml.string("algorithm");
    HashAlgorithm algorithm = HashAlgorithm.ofName(name).orElse(null);
    if (algorithm == null) {
      throw new FormatException(
          Code.UNSUPPORTED_ALGORITHM, 0, "algorithm sha256, sha384 or sha512", "\"" + name + "\"");
    }
    Map<String, String> data = new LinkedHashMap<>();
    for (var member : toml.object("data").members().entrySet()) {
      data.put(member.getKey(), member.getValue().asString(member.getKey()));
    }
    return new InitData(document, version, algorithm, data);
  }

  /// The digest that hardware registers hold, see specification §2.6 for how each one pads it.
  public Bytes digest() {
    return algorithm.digest(raw);
  }

  /// The text of the document.
  public String text() {
    return raw.utf8Lossy();
  }

  /// What policies see: the TOML members as JSON where they parse, and the data of the agent's
  /// policy where there is any.
  public Json.Obj claims() {
    Map<String, Json> claims = new LinkedHashMap<>();
    for (var member : data.entrySet()) {
      String name = member.getKey();
      String text = member.getValue();
      switch (name) {
        case AA_TOML, CDH_TOML -> claims.put(name, tomlOrText(text));
        case POLICY_REGO -> {
          Optional<Json> policyData = policyData(text);
          if (policyData.isPresent()) {
            claims.put("agent_policy_claims", policyData.get());
          } else {
            claims.put(name, Json.of(text));
          }
        }
        default -> claims.put(name, Json.of(text));
      }
    }
    return Json.object(claims);
  }

  private static Json tomlOrText(String text) {
    try {
      return Toml.parse(Bytes.utf8(text));
    } catch (FormatException _) {
      // The reference service leaves what does not parse as it is.
      return Json.of(text);
    }
  }

  private static Optional<Json> policyData(String text) {
    int start = text.indexOf(POLICY_DATA);
    if (start < 0) {
      return Optional.empty();
    }
    String json = text.substring(start + POLICY_DATA.length() - 1);
    try {
      return Optional.of(Json.parse(json, JsonLimits.MESSAGE));
    } catch (FormatException _) {
      return Optional.empty();
    }
  }

  /// The image of a block device that carries the document: a magic, a length, gzip, zeros up to
  /// the sector.
  public Bytes toDisk() {
    Bytes compressed = compress(raw);
    Bytes content =
        ByteWriter.littleEndian().bytes(MAGIC).u64(compressed.size()).bytes(compressed).toBytes();
    return content.fit((content.size() + SECTOR - 1) / SECTOR * SECTOR);
  }

  /// Reads the document that a block device carries, unparsed. Reads no further than it must.
  ///
  /// @return empty if the device carries none
  /// @throws FormatException if it carries one that is damaged or too long
  public static Optional<Bytes> fromDisk(InputStream device) throws IOException, FormatException {
    Bytes header = Bytes.of(device.readNBytes(HEADER_SIZE));
    if (header.size() < HEADER_SIZE || !header.slice(0, MAGIC.size()).equals(MAGIC)) {
      return Optional.empty();
    }
    ByteReader reader = ByteReader.littleEndian(header);
    reader.skip("magic", MAGIC.size());
    long length = reader.u64("length");
    if (length < 0 || length > MAX_BYTES) {
      throw tooLong(length);
    }
    byte[] compressed = device.readNBytes((int) length);
    if (compressed.length < length) {
      throw FormatException.malformed(
          HEADER_SIZE, length + " bytes of gzip", compressed.length + " bytes");
    }
    return Optional.of(decompress(compressed));
  }

  /// The form of a pod annotation: base64 of gzip.
  public String toAnnotation() {
    return compress(raw).base64();
  }

  /// Reads the document of a pod annotation, unparsed.
  public static Bytes fromAnnotation(String annotation) throws FormatException {
    if (annotation.length() > 2 * MAX_BYTES) {
      throw tooLong(annotation.length());
    }
    return decompress(Bytes.fromBase64(annotation.strip()).toByteArray());
  }

  private static Bytes compress(Bytes document) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(document.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return Bytes.of(out.toByteArray());
  }

  private static Bytes decompress(byte[] compressed) throws FormatException {
    try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
      byte[] document = gzip.readNBytes(MAX_BYTES + 1);
      if (document.length > MAX_BYTES) {
        throw tooLong(document.length);
      }
      return Bytes.of(document);
    } catch (IOException e) {
      throw FormatException.malformed(HEADER_SIZE, "gzip", String.valueOf(e.getMessage()));
    }
  }

  private static FormatException tooLong(long length) {
    return FormatException.oversized(
        0,
        "init-data of at most " + MAX_BYTES + " bytes",
        Long.toUnsignedString(length) + " bytes");
  }

  @Override
  public String toString() {
    return "InitData[" + algorithm.wireName() + ":" + digest() + ", " + data.keySet() + "]";
  }
}
