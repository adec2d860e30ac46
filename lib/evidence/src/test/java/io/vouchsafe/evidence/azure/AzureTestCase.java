package io.vouchsafe.evidence.azure;

import static io.vouchsafe.evidence.azure.Azure.NONCE;
import static io.vouchsafe.evidence.azure.Azure.TPM;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.tpm.HashAlg;
import io.vouchsafe.tpm.PcrSelection;
import java.util.List;

/// What tests of evidence on Azure share.
abstract class AzureTestCase {
  static final HashAlg BANK = HashAlg.SHA256;
  static final PcrSelection ALL = PcrSelection.all(BANK);

  static Json.Obj quoting(List<PcrSelection> selections, List<Bytes> values) {
    Bytes joined = Bytes.EMPTY;
    for (Bytes value : values) {
      joined = joined.concat(value);
    }
    Bytes message = TPM.quote(NONCE, selections, BANK.digest(joined));
    return Azure.snp().evidence(1, message, TPM.sign(message), values);
  }

  static Json.Obj with(Bytes hcl) {
    return Azure.snp().withHcl(hcl).evidence(NONCE);
  }

  static Bytes set(Bytes bytes, int at, int... values) {
    byte[] changed = bytes.toByteArray();
    for (int i = 0; i < values.length; i++) {
      changed[at + i] = (byte) values[i];
    }
    return Bytes.of(changed);
  }
}
