/// OCI images without a network: references, manifests, layouts and archives, layer encryption,
/// keyed signatures, the image policy, and unpacking that no entry escapes.
module io.vouchsafe.oci {
  requires transitive io.vouchsafe.encoding;
  requires static com.github.luben.zstd_jni;
  requires static org.jspecify;

  exports io.vouchsafe.oci;
}
