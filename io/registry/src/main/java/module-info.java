/// Images in registries: the client of the OCI distribution protocol, and the operations on images
/// that need one.
module io.vouchsafe.registry {
  requires transitive io.vouchsafe.oci;
  requires transitive io.vouchsafe.http;
  requires io.vouchsafe.protocol;
  requires static org.jspecify;

  exports io.vouchsafe.registry;
}
