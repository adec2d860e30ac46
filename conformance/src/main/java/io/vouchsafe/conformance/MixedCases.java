package io.vouchsafe.conformance;

import io.vouchsafe.encoding.Json;
import java.util.List;
import java.util.Optional;

/// Files whose items name their kind, some of which are handled here and some by nobody yet.
final class MixedCases {
  private MixedCases() {}

  static Optional<List<Case>> of(CaseFile file) {
    Optional<List<Json.Obj>> items = file.items();
    if (items.isEmpty()) {
      return Optional.empty();
    }
    List<Case> cases = CaseFile.each(items.get(), (item, id) -> make(file, item, id));
    return cases.stream().allMatch(Case::isUnknown) ? Optional.empty() : Optional.of(cases);
  }

  private static Case make(CaseFile file, Json.Obj item, String id) {
    String kind = UnknownCases.kindOf(file, item);
    return switch (kind) {
      case EventLogCases.KIND -> EventLogCases.of(file, item, id);
      case SnpCases.KIND -> SnpCases.of(file, item, id);
      case SnpCases.TABLE -> SnpCases.ofTable(file, item, id);
      case QuoteCases.SGX, QuoteCases.TDX -> QuoteCases.of(file, item, id, kind);
      case AzureCases.SNP, AzureCases.TDX -> AzureCases.of(file, item, id, kind);
      case GoogleCases.ENDORSEMENT -> GoogleCases.ofEndorsement(file, item, id);
      case GoogleCases.ATTESTATION -> GoogleCases.ofAttestation(file, item, id);
      case GoogleCases.CERTIFICATE -> GoogleCases.ofCertificate(file, item, id);
      case CcelCases.KIND -> CcelCases.of(file, item, id);
      case LaunchCases.DIGEST,
          LaunchCases.PARTS,
          LaunchCases.FIRMWARE,
          LaunchCases.HASH_TABLE,
          LaunchCases.VMSA,
          LaunchCases.MEASURE ->
          LaunchCases.of(file, item, id, kind);
      case TdxBootCases.MRTD,
          TdxBootCases.HOB,
          TdxBootCases.VARIABLE,
          TdxBootCases.REGISTERS,
          TdxBootCases.EVENT ->
          TdxBootCases.of(file, item, id, kind);
      case EnclaveCases.STREAM, EnclaveCases.SIGSTRUCT -> EnclaveCases.of(file, item, id, kind);
      case IdBlockCases.BLOCK, IdBlockCases.AUTH -> IdBlockCases.of(file, item, id, kind);
      case SevCases.CA_CHAIN,
          SevCases.CA_SIGNATURE,
          SevCases.PLATFORM,
          SevCases.SECRET,
          SevCases.KDF,
          SevCases.SESSION ->
          SevCases.of(file, item, id, kind);
      default -> Case.unknown(id, kind);
    };
  }
}
