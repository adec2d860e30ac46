package io.vouchsafe.agent;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.protocol.InitData;
import io.vouchsafe.protocol.Toml;
import java.net.URI;
import java.util.Optional;

/// What the init-data says about broker and images: `aa.toml` and `cdh.toml`. Both may name the
/// broker; the data hub's is used for resources upstream, so it wins.
///
/// @param broker base address without path
/// @param brokerCertificate PEM of what to trust for it; the JDK's roots if empty
/// @param imagePolicy the text of `policy.json`
/// @param registries the text of a registries.conf (version 2), empty if there is none
record GuestConfig(
    URI broker,
    Optional<String> brokerCertificate,
    Optional<String> imagePolicy,
    Optional<String> registries) {

  private static final String URL = "url";

  /// Reads the members of the init-data.
  ///
  /// @throws FormatException if they do not parse, or name no broker
  static GuestConfig of(InitData initData) throws FormatException {
    Json.Obj aa = toml(initData, InitData.AA_TOML);
    Json.Obj cdh = toml(initData, InitData.CDH_TOML);
    Json.Obj kbs = section(section(aa, "token_configs"), "kbs");
    Json.Obj kbc = section(cdh, "kbc");
    Json.Obj image = section(cdh, "image");
    Optional<String> url = kbc.optionalString(URL);
    Optional<String> certificate = kbc.optionalString("kbs_cert");
    if (url.isEmpty()) {
      url = kbs.optionalString(URL);
    }
    if (certificate.isEmpty()) {
      certificate = kbs.optionalString("cert");
    }
    if (url.isEmpty()) {
      throw FormatException.malformed(0, "the address of a broker in cdh.toml or aa.toml", "none");
    }
    return new GuestConfig(
        address(url.get()),
        certificate,
        image.optionalString("image_security_policy"),
        image.optionalString("registry_configuration"));
  }

  private static URI address(String url) throws FormatException {
    try {
      URI uri = URI.create(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
      boolean http = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
      if (http && uri.getHost() != null && uri.getRawQuery() == null) {
        return uri;
      }
    } catch (IllegalArgumentException _) {
      // The same answer as for an address of another kind.
    }
    throw FormatException.malformed(0, "an address https://HOST[:PORT]", "\"" + url + "\"");
  }

  private static Json.Obj toml(InitData initData, String member) throws FormatException {
    String text = initData.data().get(member);
    return text == null ? Json.object().build() : Toml.parse(Bytes.utf8(text));
  }

  private static Json.Obj section(Json.Obj toml, String name) throws FormatException {
    return toml.present(name).isPresent() ? toml.object(name) : Json.object().build();
  }
}
