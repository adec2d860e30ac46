package io.vouchsafe.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.encoding.JsonLimits;
import io.vouchsafe.testkit.Vectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceUriTest {

  private static Json.Obj vectors() throws Exception {
    return Json.parseObject(
        Bytes.of(Vectors.bytes("guest-components/generated/resource-uri/cases.json")),
        JsonLimits.MESSAGE);
  }

  @Test
  void vectors_valid_haveTheirParts() throws Exception {
    for (Json item : vectors().array("valid")) {
      Json.Obj vector = item.asObject("case");
      ResourceUri uri = ResourceUri.parse(vector.string("uri"));

      assertThat(uri.plugin()).isEqualTo(vector.string("plugin"));
      assertThat(uri.host()).isEqualTo(vector.string("host"));
      assertThat(uri.path()).isEqualTo(vector.string("path"));
      assertThat(uri.query()).isEqualTo(vector.optionalString("query"));
      assertThat(uri.brokerPath()).isEqualTo(vector.string("kbs_url_path"));
      assertThat(ResourceUri.parse(uri.toString())).isEqualTo(uri);
    }
  }

  @Test
  void vectors_invalid_areRefused() throws Exception {
    for (Json item : vectors().array("invalid")) {
      String uri = item.asObject("case").string("uri");
      assertThatThrownBy(() -> ResourceUri.parse(uri)).as(uri).isInstanceOf(FormatException.class);
    }
    for (String list : new String[] {"resource_plugin_needs_three_segments", "must_not_traverse"}) {
      for (Json item : vectors().array(list)) {
        String uri = item.asString("uri");
        assertThatThrownBy(() -> ResourceUri.parse(uri))
            .as(uri)
            .isInstanceOf(FormatException.class);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kbs:///a//c",
        "kbs:///a/b/c/",
        "kbs:///a/b/.c",
        "kbs:///a/b/c#f",
        "kbs:///a/b/c d",
        "KBS:///a/b/c",
        "kbs:/a/b/c",
        "kbs://host",
        "kbs+a/b:///x",
        "kbs+p:///",
        "kbs+p:///a/./b",
        "kbs:///a/b/\u00e4"
      })
  void parse_otherForms_areRefused(String uri) {
    assertThatThrownBy(() -> ResourceUri.parse(uri)).isInstanceOf(FormatException.class);
  }

  @Test
  void resourcePath_ofAnotherPlugin_isRefused() throws Exception {
    ResourceUri uri = ResourceUri.parse("kbs+pkcs11:///a/b/c");

    assertThatThrownBy(uri::resourcePath).isInstanceOf(FormatException.class);
    assertThat(ResourceUri.parse("kbs:///a/b/c").resourcePath())
        .isEqualTo(new ResourcePath("a", "b", "c"));
  }

  @Test
  void resourcePath_constructedWithBadSegment_throws() {
    assertThatThrownBy(() -> new ResourcePath("a", "..", "c"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
