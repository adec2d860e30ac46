package io.vouchsafe.evidence.forms;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The JSON shapes of guests (specs/kbs-protocol §10, specs/evidence-x86 §7.4), by their members.
/// What else stands in the object is not looked at.
final class JsonForms {
  private static final String QUOTE = "quote";
  private static final String TPM_QUOTE = "tpm_quote";
  private static final String HCL_REPORT = "hcl_report";

  private JsonForms() {}

  /// A shape: whose it is, and which members make it out.
  private record Shape(String tee, List<Member> members) {
    boolean fits(Json.Obj object) {
      return members.stream().allMatch(member -> member.isIn(object));
    }

    private String text() {
      return tee + " " + members.stream().map(Member::name).toList();
    }
  }

  private enum Type {
    TEXT,
    OBJECT,
    ARRAY,
    ANY;

    private boolean is(Json value) {
      return switch (this) {
        case TEXT -> value instanceof Json.Str;
        case OBJECT -> value instanceof Json.Obj;
        case ARRAY -> value instanceof Json.Arr;
        case ANY -> true;
      };
    }
  }

  private record Member(String name, Type type) {
    boolean isIn(Json.Obj object) {
      return object.present(name).filter(type::is).isPresent();
    }
  }

  private static Shape shape(String tee, Member... members) {
    return new Shape(tee, List.of(members));
  }

  private static Member text(String name) {
    return new Member(name, Type.TEXT);
  }

  private static Member object(String name) {
    return new Member(name, Type.OBJECT);
  }

  private static Member array(String name) {
    return new Member(name, Type.ARRAY);
  }

  private static Member any(String name) {
    return new Member(name, Type.ANY);
  }

  private static final String DCAP = "tdx or sgx";
  private static final String COLLATERAL = "collateral";
  private static final String TCB_INFO = "tcbInfo";
  private static final String QE_IDENTITY = "enclaveIdentity";

  private static final List<Shape> SHAPES =
      List.of(
          shape("snp", object("attestation_report")),
          shape(DCAP, text(QUOTE)),
          shape("az-snp-vtpm", object(QUOTE), array("report")),
          shape("az-snp-vtpm", object(TPM_QUOTE), any(HCL_REPORT), any("vcek")),
          shape("az-tdx-vtpm", object(TPM_QUOTE), any(HCL_REPORT), any("td_quote")),
          shape("tpm", object(TPM_QUOTE), text("ak_public")),
          shape("sample", text("svn"), text("report_data")),
          shape("cca", array("token")),
          shape("hygondcu", array("attestation_reports")),
          shape("se", text("measurement"), text("image_hdr_tags")),
          shape("nvidia", array("device_evidence_list")),
          shape("nvidiadpu", array("devices")),
          shape(COLLATERAL, text(TCB_INFO), text("qeIdentity")),
          shape(TCB_INFO, object(TCB_INFO), text("signature")),
          shape(QE_IDENTITY, object(QE_IDENTITY), text("signature")));

  /// @param text the document as it came
  /// @throws FormatException if it has the members of no shape or of more than one
  static EvidenceForm of(Json.Obj document, Bytes text) throws FormatException {
    List<Shape> fitting = SHAPES.stream().filter(shape -> shape.fits(document)).toList();
    if (fitting.size() != 1) {
      throw FormatException.unexpected(
          fitting.isEmpty()
              ? "the members of one of: " + texts(SHAPES)
              : "the members of one kind of evidence",
          fitting.isEmpty()
              ? "members " + document.members().keySet()
              : "those of " + texts(fitting));
    }
    String tee = fitting.getFirst().tee();
    return switch (tee) {
      case COLLATERAL -> new EvidenceForm.DcapCollateral(document);
      case TCB_INFO, QE_IDENTITY -> new EvidenceForm.DcapDocument(tee, text);
      case DCAP -> new EvidenceForm.GuestEvidence(quoted(document), document);
      case "snp" ->
          new EvidenceForm.GuestEvidence(
              document.object("attestation_report").get("data").isPresent() ? "csv" : tee,
              document);
      case "sample" ->
          new EvidenceForm.GuestEvidence(
              document.string("svn").equals("2") ? "sampledevice" : tee, document);
      default -> new EvidenceForm.GuestEvidence(tee, document);
    };
  }

  private static List<String> texts(List<Shape> shapes) {
    List<String> texts = new ArrayList<>();
    shapes.forEach(shape -> texts.add(shape.text()));
    return texts;
  }

  /// TDX and SGX send the same members; the quote says which of them it is about.
  private static String quoted(Json.Obj document) throws FormatException {
    Optional<Bytes> quote = Recogniser.base64(document.string(QUOTE));
    if (quote.isEmpty()) {
      throw FormatException.unexpected("base64 in \"quote\"", "other text");
    }
    Optional<EvidenceForm> form = BinaryForms.of(quote.get());
    if (form.isPresent() && form.get() instanceof EvidenceForm.DcapQuote dcap) {
      return dcap.tee();
    }
    throw FormatException.unexpected(
        "a DCAP quote in \"quote\"", form.map(EvidenceForm::what).orElse("other bytes"));
  }
}
