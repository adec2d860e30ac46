package io.vouchsafe.conformance;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.measure.EfiGuid;
import io.vouchsafe.measure.MeasuredPart;
import io.vouchsafe.measure.OvmfImage;
import io.vouchsafe.measure.tdx.EfiVariable;
import io.vouchsafe.measure.tdx.Mrtd;
import io.vouchsafe.measure.tdx.Rtmr;
import io.vouchsafe.measure.tdx.TdHob;
import io.vouchsafe.measure.tdx.TdxBoot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Predicted measurements of Intel TDX guests: MRTD of a firmware, its list of memory, what
/// variables and events extend, and whole registers.
final class TdxBootCases {
  static final String MRTD = "mrtd";
  static final String HOB = "td-hob";
  static final String VARIABLE = "efi-variable-digest";
  static final String REGISTERS = "rtmr-prediction";
  static final String EVENT = "event-digest";
  private static final String DIGEST = "expectedSha384";

  private TdxBootCases() {}

  /// An item of one of the kinds.
  static Case of(CaseFile file, Json.Obj item, String id, String kind) {
    return new Case(
        id,
        kind,
        switch (kind) {
          case MRTD -> () -> mrtd(file, item);
          case HOB -> () -> hob(item);
          case VARIABLE -> () -> variable(item);
          case REGISTERS -> () -> registers(item);
          default -> () -> event(item);
        });
  }

  private static void mrtd(CaseFile file, Json.Obj item)
      throws Difference, FormatException, IOException {
    OvmfImage firmware = LaunchCases.firmware(file, item);
    Difference.require(
        "in a single pass",
        item.string("expectedSinglePass"),
        Mrtd.predict(firmware, Mrtd.Order.SINGLE_PASS).value().hex());
    Difference.require(
        "in two passes",
        item.string("expectedTwoPass"),
        Mrtd.predict(firmware, Mrtd.Order.TWO_PASSES).value().hex());
  }

  private static void hob(Json.Obj item) throws Difference, FormatException {
    List<TdHob.Range> accepted = new ArrayList<>();
    for (Json each : item.array("acceptedRanges")) {
      Json.Obj range = each.asObject("acceptedRanges");
      accepted.add(new TdHob.Range(range.integer("start"), range.integer("length")));
    }
    Bytes hob = TdHob.of(accepted, item.integer("tdHobAddress"), item.integer("memoryBytes"));
    Difference.require("digest", item.string(DIGEST), TdHob.digest(hob).hex());
  }

  private static void variable(Json.Obj item) throws Difference, FormatException {
    EfiVariable variable =
        new EfiVariable(
            EfiGuid.parse(item.string("vendorGuid")),
            item.string("name"),
            Bytes.fromHex(item.string("dataHex")));
    Difference.require("digest", item.string(DIGEST), variable.digest().hex());
  }

  /// What an event that measures plain data extends.
  private static void event(Json.Obj item) throws Difference, FormatException {
    Bytes found = Rtmr.event(Bytes.fromHex(item.string("dataHex")));
    Difference.require("digest", item.string(DIGEST), found.hex());
  }

  private static void registers(Json.Obj item) throws Difference, FormatException {
    List<MeasuredPart> first = new ArrayList<>();
    for (Json digest : item.array("rtmr0Digests")) {
      first.add(new MeasuredPart("event", Bytes.fromHex(digest.asString("rtmr0Digests"))));
    }
    Json.Obj second = item.object("rtmr2");
    TdxBoot boot =
        TdxBoot.of(
            Bytes.fromHex(item.object("rtmr1").string("kernelAuthenticodeSha384")),
            Bytes.fromHex(second.string("cmdlineUtf16Sha384")),
            Bytes.fromHex(second.string("initrdSha384")));
    Json.Obj expected = item.object("expected");
    Difference.require("rtmr0", expected.string("rtmr0"), Rtmr.of(first).value().hex());
    Difference.require("rtmr1", expected.string("rtmr1"), boot.rtmr1().value().hex());
    Difference.require("rtmr2", expected.string("rtmr2"), boot.rtmr2().value().hex());
  }
}
