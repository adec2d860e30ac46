package io.vouchsafe.encoding;

/// One block of a PEM text.
///
/// @param label what the block says it is, for example `CERTIFICATE`
/// @param content the decoded bytes: public data, see [Pem#secret(SecretBytes, String)] for the
///   rest
public record PemBlock(String label, Bytes content) {}
