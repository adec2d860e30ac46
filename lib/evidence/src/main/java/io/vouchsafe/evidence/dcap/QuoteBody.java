package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.Bytes;

/// What a quote is about: an enclave or a guest.
public sealed interface QuoteBody permits SgxReport, TdReport {

  /// 64 bytes that the enclave or guest chose.
  Bytes reportData();
}
