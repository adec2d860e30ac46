package io.vouchsafe.agent;

import io.vouchsafe.encoding.FormatException;

/// The way to whatever lies outside of the guest, as the measured init-data describes it.
interface GuestNetwork {

  /// The broker.
  ///
  /// @throws FormatException if its certificate does not parse
  BrokerTransport broker(GuestConfig config) throws FormatException;

  /// The registries.
  ///
  /// @throws FormatException if their description does not parse
  ImagePull.Registries registries(GuestConfig config) throws FormatException;
}
