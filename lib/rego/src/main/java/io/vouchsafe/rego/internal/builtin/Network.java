package io.vouchsafe.rego.internal.builtin;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A block of addresses that share a prefix.
///
/// @param first its first address, as a number
/// @param prefix how many bits are shared
/// @param bits of an address: 32 or 128
record Network(BigInteger first, int prefix, int bits) implements Comparable<Network> {
  private static final int V4 = 32;
  private static final int V6 = 128;
  private static final int GROUPS = 8;
  private static final BigInteger MAPPED = BigInteger.valueOf(0xffff);
  private static final BigInteger MAPPED_PART = BigInteger.valueOf(0xffff_ffffL);

  /// `address/prefix`; null if it is none.
  static @Nullable Network parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return null;
    }
    BigInteger number = number(text.substring(0, slash));
    int prefix = decimal(text.substring(slash + 1).replaceFirst("^0+(?=.)", ""), V6);
    int bits = text.lastIndexOf(':', slash) >= 0 ? V6 : V4;
    if (number == null || prefix < 0 || prefix > bits) {
      return null;
    }
    Network address =
        bits == V6 && prefix >= V6 - V4 ? of(number) : new Network(number, bits, bits);
    prefix -= bits - address.bits;
    int host = address.bits - prefix;
    return new Network(address.first.shiftRight(host).shiftLeft(host), prefix, address.bits);
  }

  /// One address; null if it is none.
  static @Nullable Network ofAddress(String text) {
    BigInteger number = number(text);
    if (number == null) {
      return null;
    }
    return text.indexOf(':') >= 0 ? of(number) : new Network(number, V4, V4);
  }

  private static @Nullable BigInteger number(String text) {
    return text.indexOf(':') >= 0 ? v6(text) : v4(text);
  }

  /// An IPv6 address; one that stands for an IPv4 address (RFC 4291 §2.5.5.2) is that address.
  private static Network of(BigInteger number) {
    return number.shiftRight(V4).equals(MAPPED)
        ? new Network(number.and(MAPPED_PART), V4, V4)
        : new Network(number, V6, V6);
  }

  private static int decimal(String text, int most) {
    if (text.isEmpty()
        || text.length() > 3
        || text.length() > 1 && text.charAt(0) == '0'
        || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return -1;
    }
    int value = Integer.parseInt(text);
    return value <= most ? value : -1;
  }

  private static @Nullable BigInteger v4(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return null;
    }
    long number = 0;
    for (String part : parts) {
      int octet = decimal(part, 255);
      if (octet < 0) {
        return null;
      }
      number = number << 8 | octet;
    }
    return BigInteger.valueOf(number);
  }

  private static @Nullable BigInteger v6(String text) {
    int gap = text.indexOf("::");
    if (gap >= 0 && text.indexOf("::", gap + 1) >= 0 || text.length() > 45) {
      return null;
    }
    List<Integer> head = gap < 0 ? groups(text) : groups(text.substring(0, gap));
    List<Integer> tail = gap < 0 ? List.of() : groups(text.substring(gap + 2));
    if (head == null || tail == null) {
      return null;
    }
    int missing = GROUPS - head.size() - tail.size();
    if (gap < 0 ? missing != 0 : missing < 1) {
      return null;
    }
    List<Integer> all = new ArrayList<>(head);
    for (int i = 0; i < missing; i++) {
      all.add(0);
    }
    all.addAll(tail);
    BigInteger number = BigInteger.ZERO;
    for (int group : all) {
      number = number.shiftLeft(16).or(BigInteger.valueOf(group));
    }
    return number;
  }

  /// Groups of 16 bits; the last two may be written as an IPv4 address.
  private static @Nullable List<Integer> groups(String text) {
    List<Integer> groups = new ArrayList<>();
    if (text.isEmpty()) {
      return groups;
    }
    String[] parts = text.split(":", -1);
    for (int i = 0; i < parts.length; i++) {
      if (i == parts.length - 1 && parts[i].indexOf('.') >= 0) {
        BigInteger four = v4(parts[i]);
        if (four == null) {
          return null;
        }
        groups.add(four.intValue() >>> 16);
        groups.add(four.intValue() & 0xffff);
      } else {
        boolean hex =
            !parts[i].isEmpty()
                && parts[i].length() <= 4
                && parts[i].chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 128);
        if (!hex) {
          return null;
        }
        groups.add(Integer.parseInt(parts[i], 16));
      }
    }
    return groups;
  }

  BigInteger last() {
    return first.add(BigInteger.ONE.shiftLeft(bits - prefix)).subtract(BigInteger.ONE);
  }

  boolean contains(Network other) {
    return bits == other.bits
        && first.compareTo(other.first) <= 0
        && last().compareTo(other.last()) >= 0;
  }

  /// The fewest networks that have exactly the addresses from `first` to `last`.
  static List<Network> covering(BigInteger first, BigInteger last, int bits) {
    List<Network> networks = new ArrayList<>();
    BigInteger at = first;
    while (at.compareTo(last) <= 0) {
      int free = at.signum() == 0 ? bits : Math.min(bits, at.getLowestSetBit());
      BigInteger room = last.subtract(at).add(BigInteger.ONE);
      int size = Math.min(free, room.bitLength() - 1);
      networks.add(new Network(at, bits - size, bits));
      at = at.add(BigInteger.ONE.shiftLeft(size));
    }
    return networks;
  }

  /// Order of addresses; IPv4 first.
  @Override
  public int compareTo(Network other) {
    if (bits != other.bits) {
      return Integer.compare(bits, other.bits);
    }
    int order = first.compareTo(other.first);
    return order != 0 ? order : Integer.compare(prefix, other.prefix);
  }

  static String text(BigInteger address, int bits) {
    if (bits == V4) {
      int number = address.intValue();
      return (number >>> 24)
          + "."
          + (number >>> 16 & 255)
          + "."
          + (number >>> 8 & 255)
          + "."
          + (number & 255);
    }
    int[] groups = new int[GROUPS];
    for (int i = 0; i < GROUPS; i++) {
      groups[i] = address.shiftRight(16 * (GROUPS - 1 - i)).intValue() & 0xffff;
    }
    return compressed(groups);
  }

  /// The longest run of two or more zero groups becomes `::` (RFC 5952 §4.2).
  private static String compressed(int[] groups) {
    int from = -1;
    int length = 1;
    for (int i = 0; i < GROUPS; i++) {
      int run = 0;
      while (i + run < GROUPS && groups[i + run] == 0) {
        run++;
      }
      if (run > length) {
        from = i;
        length = run;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < GROUPS; i++) {
      if (i == from) {
        text.append("::");
        i += length - 1;
      } else {
        text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":");
        text.append(Integer.toHexString(groups[i]));
      }
    }
    return text.toString();
  }

  @Override
  public String toString() {
    return text(first, bits) + "/" + prefix;
  }
}
