package io.vouchsafe.evidence.dcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.testkit.intel.SimulatedIntel;
import org.junit.jupiter.api.Test;

class IntelCertificateTest {
  @Test
  void chain_inDer_whoseSignatureEndsInAZero_isRead() throws FormatException {
    SimulatedIntel intel = SimulatedIntel.create();
    Bytes certificate = intel.root();
    while (certificate.at(certificate.size() - 1) != 0) {
      certificate = intel.root();
    }
    assertThat(IntelCertificate.chain(certificate)).hasSize(1);
    assertThat(IntelCertificate.chain(certificate.concat(Bytes.zeros(1)))).hasSize(1);
    assertThat(IntelCertificate.chain(certificate.concat(certificate))).hasSize(2);
  }

  @Test
  void chain_inDer_withOtherBytesBehind_isRefused() {
    Bytes root = SimulatedIntel.create().root();
    assertThatThrownBy(() -> IntelCertificate.chain(root.concat(Bytes.of((byte) 1))))
        .isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> IntelCertificate.chain(root.slice(0, root.size() - 1)))
        .isInstanceOf(FormatException.class);
  }
}
