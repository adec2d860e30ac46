/// The HTTP client: certificates, time limits and body bounds of our own over that of the JDK.
module io.vouchsafe.http {
  requires transitive io.vouchsafe.encoding;
  requires java.net.http;
  requires static org.jspecify;

  exports io.vouchsafe.http;
}
