package io.vouchsafe.rego.internal.builtin;

import static io.vouchsafe.rego.internal.builtin.Type.ANY;
import static io.vouchsafe.rego.internal.builtin.Type.BOOLEAN;
import static io.vouchsafe.rego.internal.builtin.Type.COLLECTION;
import static io.vouchsafe.rego.internal.builtin.Type.OBJECT;
import static io.vouchsafe.rego.internal.builtin.Type.SET;
import static io.vouchsafe.rego.internal.builtin.Type.STRING;

import io.vouchsafe.rego.ArrayValue;
import io.vouchsafe.rego.BooleanValue;
import io.vouchsafe.rego.NumberValue;
import io.vouchsafe.rego.ObjectValue;
import io.vouchsafe.rego.SetValue;
import io.vouchsafe.rego.StringValue;
import io.vouchsafe.rego.Value;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/// `net.cidr_*`. Names are never looked up, and `http.send` never gets an answer: a decision stands
/// on what it was given, and can be repeated.
final class Nets {
  private static final List<Type> TWO = List.of(STRING, STRING);

  private Nets() {}

  static void register(Family family) {
    Type networks = Type.oneOf(STRING, COLLECTION, OBJECT);
    family
        .function("net.cidr_contains", TWO, BOOLEAN, Nets::contains)
        .function("net.cidr_intersects", TWO, BOOLEAN, Nets::intersects)
        .function("http.send", List.of(OBJECT), OBJECT, Nets::send)
        .function("net.cidr_overlap", TWO, BOOLEAN, Nets::contains)
        .function("net.cidr_is_valid", List.of(ANY), BOOLEAN, Nets::isValid)
        .function("net.cidr_expand", List.of(STRING), SET, Nets::expand)
        .function("net.cidr_merge", List.of(COLLECTION), SET, Nets::merge)
        .function(
            "net.cidr_contains_matches", List.of(networks, networks), SET, Nets::containsMatches);
  }

  private static Value send(Operands in) throws BuiltinException {
    ObjectValue request = in.object(0);
    for (int i = 0; i < request.size(); i++) {
      if (!(request.keyAt(i) instanceof StringValue name) || !REQUEST.contains(name.text())) {
        throw BuiltinException.operand(
            0, "invalid request parameters(s): {" + request.keyAt(i) + "}");
      }
    }
    for (String name : List.of("method", "url")) {
      if (request.get(name) == null) {
        throw BuiltinException.operand(
            0, "missing required request parameters(s): {\"" + name + "\"}");
      }
    }
    throw BuiltinException.failed("policies have no network here");
  }

  /// What a request may say, of what a policy for servers would.
  private static final Set<String> REQUEST =
      Set.of(
          "method",
          "url",
          "body",
          "raw_body",
          "headers",
          "timeout",
          "cache",
          "raise_error",
          "enable_redirect",
          "max_retry_attempts",
          "force_json_decode",
          "force_yaml_decode",
          "tls_ca_cert",
          "tls_client_cert",
          "tls_client_key",
          "tls_insecure_skip_verify",
          "tls_server_name",
          "tls_use_system_certs",
          "caching_mode",
          "force_cache",
          "force_cache_duration_seconds",
          "cache_ignored_headers");

  private static Network network(String text) throws BuiltinException {
    Network network = Network.parse(text);
    if (network == null) {
      throw BuiltinException.failed("invalid CIDR address: " + text);
    }
    return network;
  }

  private static Network networkOrAddress(String text) throws BuiltinException {
    Network network = text.indexOf('/') < 0 ? Network.ofAddress(text) : Network.parse(text);
    if (network == null) {
      throw BuiltinException.failed(
          "not a valid textual representation of an IP address or CIDR: " + text);
    }
    return network;
  }

  private static Value contains(Operands in) throws BuiltinException {
    return BooleanValue.of(network(in.string(0)).contains(networkOrAddress(in.string(1))));
  }

  private static Value intersects(Operands in) throws BuiltinException {
    Network a = network(in.string(0));
    Network b = network(in.string(1));
    return BooleanValue.of(a.contains(b) || b.contains(a));
  }

  private static Value isValid(Operands in) {
    return BooleanValue.of(
        in.value(0) instanceof StringValue text && Network.parse(text.text()) != null);
  }

  private static Value expand(Operands in) throws BuiltinException {
    Network network = network(in.string(0));
    BigInteger size = network.last().subtract(network.first()).add(BigInteger.ONE);
    in.budget().cells(size.bitLength() < 40 ? size.longValue() * 4 : Long.MAX_VALUE / 2);
    SetValue.Builder addresses = new SetValue.Builder();
    for (BigInteger at = network.first();
        at.compareTo(network.last()) <= 0;
        at = at.add(BigInteger.ONE)) {
      addresses.add(StringValue.of(Network.text(at, network.bits())));
    }
    return addresses.build();
  }

  /// The fewest networks that have the same addresses.
  private static Value merge(Operands in) throws BuiltinException {
    List<Network> networks = new ArrayList<>();
    for (Value item : in.items(0)) {
      if (!(item instanceof StringValue text)) {
        throw BuiltinException.operand(0, "must be strings but got " + item.typeName());
      }
      networks.add(classful(text.text()));
    }
    in.budget().cells(networks.size() * 2L);
    Collections.sort(networks);
    SetValue.Builder merged = new SetValue.Builder();
    int i = 0;
    while (i < networks.size()) {
      BigInteger first = networks.get(i).first();
      BigInteger last = networks.get(i).last();
      int bits = networks.get(i).bits();
      for (i++;
          i < networks.size()
              && networks.get(i).bits() == bits
              && networks.get(i).first().compareTo(last.add(BigInteger.ONE)) <= 0;
          i++) {
        last = last.max(networks.get(i).last());
      }
      for (Network network : Network.covering(first, last, bits)) {
        in.budget().cells(1);
        merged.add(StringValue.of(network.toString()));
      }
    }
    return merged.build();
  }

  /// A network, or the one of its class that an IPv4 address lies in.
  private static Network classful(String text) throws BuiltinException {
    Network address = text.indexOf('/') < 0 ? Network.ofAddress(text) : null;
    if (address == null) {
      return network(text);
    }
    if (address.bits() != 32) {
      throw BuiltinException.failed("IPv6 invalid: needs prefix length");
    }
    int first = address.first().shiftRight(24).intValue();
    return network(text + (first < 128 ? "/8" : first < 192 ? "/16" : "/24"));
  }

  /// Pairs of a key of the first and a key of the second whose network or address lies in it.
  private static Value containsMatches(Operands in) throws BuiltinException {
    List<Value[]> outer = keyed(in, 0);
    List<Value[]> inner = keyed(in, 1);
    in.budget().steps((long) outer.size() * inner.size());
    SetValue.Builder pairs = new SetValue.Builder();
    for (Value[] a : outer) {
      Network network = network(((StringValue) a[1]).text());
      for (Value[] b : inner) {
        if (network.contains(networkOrAddress(((StringValue) b[1]).text()))) {
          in.budget().cells(3);
          pairs.add(ArrayValue.of(a[0], b[0]));
        }
      }
    }
    return pairs.build();
  }

  /// Each network with its key: an index, a member's name, or itself.
  private static List<Value[]> keyed(Operands in, int operand) throws BuiltinException {
    List<Value[]> keyed = new ArrayList<>();
    switch (in.value(operand)) {
      case StringValue text -> keyed.add(new Value[] {text, text});
      case ArrayValue array -> {
        for (int i = 0; i < array.size(); i++) {
          keyed.add(new Value[] {NumberValue.of(i), text(operand, array.get(i))});
        }
      }
      case SetValue set -> {
        for (Value item : set.items()) {
          keyed.add(new Value[] {item, text(operand, item)});
        }
      }
      case ObjectValue object -> {
        for (int i = 0; i < object.size(); i++) {
          keyed.add(new Value[] {object.keyAt(i), text(operand, object.valueAt(i))});
        }
      }
      default -> throw in.wrong(operand, "array", "object", "set", "string");
    }
    return keyed;
  }

  /// The network of an element: text, or an array that begins with it.
  private static Value text(int operand, Value element) throws BuiltinException {
    if (element instanceof ArrayValue array
        && array.size() > 0
        && array.get(0) instanceof StringValue) {
      return array.get(0);
    }
    if (element instanceof StringValue) {
      return element;
    }
    throw BuiltinException.failed(
        "operand " + (operand + 1) + ": element must be string or non-empty array");
  }
}
