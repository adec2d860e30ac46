package io.vouchsafe.agent;

import io.vouchsafe.encoding.FormatException;
import java.io.IOException;
import java.security.GeneralSecurityException;

/// Broker and registries over HTTP.
final class HttpNetwork implements GuestNetwork {

  @Override
  public BrokerTransport broker(GuestConfig config) throws FormatException {
    try {
      return HttpBroker.of(config);
    } catch (GeneralSecurityException | IOException e) {
      throw FormatException.malformed(
          0, "a certificate for the broker", String.valueOf(e.getMessage()));
    }
  }

  @Override
  public ImagePull.Registries registries(GuestConfig config) {
    return name -> {
      throw new IOException("no registry client in this build");
    };
  }
}
