package io.vouchsafe.conformance;

import java.util.List;
import java.util.Optional;

/// Cases whose expectation is wrong, each with the argument from its vendor's text. Known by what
/// they expect and by what is right instead, so that any other result still differs.
final class Disputes {
  private record Dispute(String kind, String expected, String right, String argument) {}

  private static final List<Dispute> ALL =
      List.of(
          new Dispute(
              TdxBootCases.MRTD,
              "64c6917f135c913b64829589d6c804fff0f8f9dc581d794db0a83436c8366000d2bd93a91e6cd1bc2a1d51a629c243d1",
              "e33f9524ac332b8fc9e51169a45cf470c89efe090cd810699f0b6c248e9995a412891be7e5b47c3de6982be22fc58a23",
              """
              the file is the code part of a flash image of 4 MiB; its metadata counts offsets from \
              the start of the whole (BFV at 0x84000, TDVF design guide §11). The expected value \
              reads at that offset of the part, runs past its end and goes on with records that \
              have less than 256 bytes of data, or none. TDH.MR.EXTEND always measures 256 bytes \
              (TDX module ABI), so no guest can have it. Read where the code is, BFV and file \
              agree in size and end at 4 GiB.\
              """));

  private Disputes() {}

  /// The argument against a case, if it came out as the argument says.
  static Optional<String> argument(String kind, String expected, String found) {
    return ALL.stream()
        .filter(dispute ->
            dispute.kind.equals(kind)
                && expected.endsWith(dispute.expected)
                && found.equals(dispute.right))
        .map(Dispute::argument)
        .findFirst();
  }
}
