package io.vouchsafe.evidence.internal;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.evidence.Anchor;
import io.vouchsafe.evidence.RootKeys;
import io.vouchsafe.tpm.HashAlg;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;

/// Root keys of clouds, by which they vouch for firmware and virtual TPMs (specs/evidence-x86
/// §0.4). Each is compared with its fingerprint when it is loaded.
public enum VendorKey {
  AZURE_VIRTUAL_TPM_2023(
      "Azure Virtual TPM Root Certificate Authority 2023",
      "2023-06-01T18:08:53Z",
      "2048-06-01T18:15:41Z",
      "5cbc52672ae101263c2976736044a964c1182ce9412c39937183baddcccb8cdf",
      """
      MIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEAugwzC91Env5tbTRp0oTVV6Y2olL7brxSt7xB
      x9ldU6xU7bb48v1ZGg+dajSvl1WiiZgZuhuHgcLvaz2wZjoEZF75SLYszC5aeKsG06NonfivVmJ40xxU
      0lP91dbkc38cuWb+BIqVbOoITHqAUUBBO/JiX/mNgjg57TnMnuiOCMr/pkdekXKxefJQhMn2qCOfnjog
      mH8bk4wLeYN8VTsD8YCL4tho4dLNePr0uTW8J+02r0NxAe0Hui07RXEWREtpQtx+78BgczsUL9Krpwlv
      0C7wr8hSHD/mUlJdlrAsnAelwRjMRObZuVp3RUewAJos25xkvnAGLwYS6xD1ajxbWnWtQIynz2m5/Frc
      Cv2xhm9Z4mW8qCBZxBVSWG+8hkSdP5+14S/BN2hqOXmpK9lsM8YI+Nv3WtLOeiIurxeqBAEEWOcSJMv5
      WJpmbJk9hSwG8FjeUpcHWXaGCBqF8EhqDiPTByCqUvzZIvukB0aOrQWi7pIqAeeSStXkI3FQEFUw0LBS
      iPma8SN3mYXtc+B8z3yo0AFvYCq1+X5W4KRT8bVe8WhOpL0CTBstMYUxL36MIRTavDrCcq4a/VPH2K5J
      02+xe3yy3Hh+RV4m+cWkl4AjAFlWApFJNrfDfT32TSZbyoaIyfAIjlJ91nZInIPi4SazOyeJ4TrABZ3W
      0suDWO8CAwEAAQ==
      """),
  MICROSOFT_RSA_DEVICES_2021(
      "Microsoft RSA Devices Root CA 2021",
      "2021-08-26T23:39:18Z",
      "2046-08-26T23:47:14Z",
      "d61ed293962f1f6ceb26ea9ec1c5a8c6cab38e73671f27c22df90e47977707ff",
      """
      MIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEAsXiSCvdsCm2itaaSszq7juiyYt+DrsrFk8Th
      bvhnDkG7ri2MS7N6BwHqUWSheLZXh4t0hGyGTeXXiO6XqCEIwv/qCHiFiJMTGTLdcxjTnCDR3Wj4B2G7
      K8Jqde9Bmtq2iycv4qFHaoV5qC2FyIisKJsggpf3Uu+pGX8SDy6jzZ+XfSCJ4HjRK6c979J8wktvsBht
      D3nIcrwbWVMVQeQh89sBjpJ+Q4FSk0npQC2OUCYhodil1x05rJ+pfKFbf4d/Q67bCIpgmKEKqHdNojaG
      qaK/ingJJy6D2wNxPJp8Do5gvJN7e/HsqucE5S+RKROPzQatdIoJaevD5sTvPR16m0+4tLr6fzciYuwF
      nddiFfiJQ+ZNFJT2+vurRxkDw/zMDMtp4364rXiX3a7/tMyGSnl62YsT0Mx30y2ewtlLLXxSlbhmUFfG
      31nD9EUpK2U1srkguwjYd1KOCQXQPFm02cKIRB6Ey7kMF8J1ejU/3SImF8XUwP7YqHnF64NAQLsOHeBR
      JciQ6b/va7V8TnavS5j5ofVMJAZsKuKMj0l/vyUVsjsvouXdgBrz0ysOza0BAbRJol1puHiTmiupok6B
      qquurrVHNwyOVkYjd050v5/quiYo5xwWSbST6DCO9n3FonmL1IHour8asDxjHOOYocdU+YYZ2b+/3dHS
      g0Z/K/ECAwEAAQ==
      """),
  GOOGLE_FIRMWARE(
      "GCE-cc-tcb-root",
      "2023-10-16T21:54:25Z",
      "2048-10-15T21:54:25Z",
      "910dcbe4b31f3d98d5179dca3b988611bb4b0cf9bc9e0ae8f23e411719544f1c",
      """
      MIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEAthri5yuqVSlw3AyqaPJeDWRfIRuKFir+djzt
      PBLvtUwGB9wAE6wiVAmgcQQ8oEgs1M0JN3bqbON/h2fUyYeVuoy3lTnRde8ZMYERwluFDxLtFK6DcoUU
      PoD48kueVOCCZpNbOkrfZuHiCF9jifPnV95U4MZ//iJ5obIRez7Bp6NuP2QwVxsFPqeFN17yBuZgCr8Y
      dXwSQffJbm1R2bAB8kl5C2Nj2OJmS4z4IxD/75OqJt7HNEIvl4EAsOO2037VEcdcYcFRY+v46d6lj/Ee
      +k7BH31uvHbEVTQOnuGILTLTEVyHtryLgHgKvj2+HvBf6SBITkJO+bnZCe7jup4WrtuiohiHkmRgThZw
      6M8a0mJrJhmD17m/NiVxHG2aYYbqqVixnT5kHb3LlfIVibp2JKLIkRFQxcwLawQKK1eRbzTMBO28IYWh
      S/twx3rphRW1KwSIyuDwNkIwuW/JArSx1kptw1FBxSSluG+9mevirdYxe/quQCTiJWxJYxsjh1S1Oe+Z
      Rmdhj/3MRmB1JUbKHwz8d3rndZvqA7O3b6gKrrgwVOV539GQFew56C00tMcqUduHIL6UlFI+4W8pMy2r
      LsDQ9HZcKpYx1Z5OjV5biUJu9HyKzIZZKAr5lTFpyFJGNUVGMz1i5Pdlwnti9QC+Zh0i6tG0ChGyfJUb
      8VqE4MsCAwEAAQ==
      """),
  GOOGLE_EK_AK(
      "EK/AK CA Root",
      "2022-07-08T00:40:34Z",
      "2122-07-08T05:57:23Z",
      "56a613f57126a385dd6949294e93b0b566f96ab0573be0c2368e6f5ca779831f",
      """
      MIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEAnSX1UKjIlktKiXwrKE2ltLukGe6JwTqm2t23
      EBYhHZOcvFKDE0WJHt2u2h/EjSu5x6gIimxr00cgqvPewz838TyYU0eIkC7JV/ek+mYOksllDWp7zIeS
      kZKzcqPezlhha0R5wJV/M2zgy0q8Z8D5YoHj0Do2iLxH1HUaicsg3rBJdfeQ/WJtGfQ0aB2qB+BF7kcL
      eQoCGNnqxxPwRvVIaVoHIbMTlagZOc1vKJ+TLH2hRnFdUmyq/arrXVbdqls/FyB6/zPkldBRuutDsRs7
      RK0rUOwpGwou4P5gvGOsFFDhR4g3lYenobS+BiI6m0ebpgpnFB6Y7+RUwtHOybUBgft404V6RwEgpGNK
      qmTmbi53Tiq6bp/SEGPeIT8974O8htWEuH0i0C6chIZA8D11gSB8D+paKv6lTstXemGkt4aG6WXwb/Ni
      ZCEXeF6DRu4hHvRpq/NPyIsBCvFUw1FkkQYzAg3+2rxiJPf7cRkhxKqroYAaOK5XDc0ixcLf4K5IkZDk
      ZsOnj0tzpVY8d5Z4W/BJQaDEpermvX49GyhiArpLiGF5yBcRflztG1rpNwWUQVvRcr1+nLV2vz0t4UbF
      QGl0O8rENEsybcVB6fyuZH89JF4RwmxqptQ/+rs9zuTRF8X0xvoB89l+eqClglD4gVKv0SNFJbXA9wvT
      fOhM/jsCAwEAAQ==
      """),
  GOOGLE_CLOUD_HOST(
      "tpm_ek_v1_cloud_host_root",
      "2018-04-06T17:58:26Z",
      "2118-04-06T18:58:26Z",
      "f23057f4f97d1d90e4cae0ce91d5a0fc99069f0a1bc147021dca33b1e9c4d0d9",
      """
      MIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEA+8I7pO5X+Oknhq5hWj70Mq12wLsQ/mle3JfC
      9ucKPaRP7wk8Zv7604nKWKENI7YE2u2pW6SSJXx1dhjQxA258+KdKcFk/uzVFc3gX32TS1Ijd7lMjYPB
      EUFXSNy7uthmXPHeY7WW02n/1RUDfPEvPrrdI+egEFRQ2Vedj3Qm504t/Bc0/rwqIK39ggbteshExjyJ
      c0WtNL0EiVotv4siCaHb0U39hxCxewDK6bzfkWhQtwMurOtOMD7et9G9AvCurlCwlwRW5lhVFBLm13hF
      tEPPgYtDMe1FPQNJ7z1oUCd1oryHiL9YsOg4jxInwHyb5W85YNifH/uo/o2wKeJxWDsFDNioC2VNMdTO
      Lk13ansdzcVtuphTvgR01O0UDAOwj3k3R/4sLfBErXG8aBpFJ2cl6SWE1Wx07TRMOSYBV2SQr6js+KPZ
      KzbLBb25EfmCeiyd+zCJbEB70u/Al8Gvgw22Frt68DBy+qRG8EkWB34BW6A67A4ILescUSq5qhRak2u9
      IEUxWihaCzR8wxxK1hiP69F31o0O2AexuBJC8IUOaj3WVypEVzBioN/wmZDBk73Jg7ONv/vcwGzFHO5e
      l5D38v9KsiAvfNLsstPJttDcsk7n3a/P6wSTr8/8g5lIY9KHk0tUtLOMd9S4xHrSEnzMajfhAcn+nWbp
      od+TnaECAwEAAQ==
      """);

  private final String commonName;
  private final Instant from;
  private final Instant until;
  private final String fingerprint;
  private final String spki;

  VendorKey(String commonName, String from, String until, String fingerprint, String spki) {
    this.commonName = commonName;
    this.from = Instant.parse(from);
    this.until = Instant.parse(until);
    this.fingerprint = fingerprint;
    this.spki = spki;
  }

  /// The key as a root.
  public RootKeys.Root root() {
    try {
      Bytes encoded = Bytes.fromBase64(spki.replace("\n", ""));
      if (!HashAlg.SHA256.digest(encoded).hex().equals(fingerprint)) {
        throw new IllegalStateException("the key of " + commonName + " is not the pinned one");
      }
      return new RootKeys.Root(
          commonName,
          KeyFactory.getInstance("RSA")
              .generatePublic(new X509EncodedKeySpec(encoded.toByteArray())),
          from,
          until,
          Anchor.PRODUCTION);
    } catch (FormatException | GeneralSecurityException e) {
      throw new IllegalStateException("the key of " + commonName + " cannot be read", e);
    }
  }
}
