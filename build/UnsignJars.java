import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// Takes the signatures out of the archives of a folder. OpenJDK asks none of them of a provider of
/// cryptography, Maven has compared their checksums when they were fetched, and the JVM keeps no
/// class of a signed archive in its cache: every start would read and check them again.
public class UnsignJars {
  private UnsignJars() {}

  /// @param arguments the folder
  public static void main(String[] arguments) throws IOException {
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(Path.of(arguments[0]), "*.jar")) {
      for (Path jar : jars) {
        if (isSigned(jar)) {
          unsign(jar);
        }
      }
    }
  }

  private static boolean isSignature(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    return upper.startsWith("META-INF/")
        && (upper.endsWith(".SF") || upper.endsWith(".RSA") || upper.endsWith(".DSA") || upper.endsWith(".EC"));
  }

  private static boolean isSigned(Path jar) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      return zip.stream().anyMatch(entry -> isSignature(entry.getName()));
    }
  }

  private static void unsign(Path jar) throws IOException {
    Path unsigned = jar.resolveSibling(jar.getFileName() + ".unsigned");
    try (ZipFile zip = new ZipFile(jar.toFile());
        OutputStream file = Files.newOutputStream(unsigned);
        ZipOutputStream out = new ZipOutputStream(file)) {
      List<? extends ZipEntry> entries = Collections.list(zip.entries());
      for (ZipEntry entry : entries) {
        if (isSignature(entry.getName())) {
          continue;
        }
        ZipEntry copy = new ZipEntry(entry.getName());
        copy.setTime(entry.getTime());
        out.putNextEntry(copy);
        try (InputStream in = zip.getInputStream(entry)) {
          if (entry.getName().equals("META-INF/MANIFEST.MF")) {
            withoutDigests(in).write(out);
          } else {
            in.transferTo(out);
          }
        }
        out.closeEntry();
      }
    }
    Files.move(unsigned, jar, StandardCopyOption.REPLACE_EXISTING);
  }

  /// The manifest names the digest of every class.
  private static Manifest withoutDigests(InputStream in) throws IOException {
    Manifest manifest = new Manifest(in);
    manifest.getEntries().values().forEach(attributes -> attributes.keySet().removeIf(
        name -> ((Attributes.Name) name).toString().toUpperCase(Locale.ROOT).endsWith("-DIGEST")));
    manifest.getEntries().values().removeIf(Attributes::isEmpty);
    return manifest;
  }
}
