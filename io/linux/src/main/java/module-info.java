/// The system calls that Java does not offer, each family behind a small class, and the TPM device.
/// Start with `--enable-native-access`.
module io.vouchsafe.linux {
  requires transitive io.vouchsafe.encoding;
  requires static org.jspecify;

  exports io.vouchsafe.linux;
}
