package io.vouchsafe.evidence.dcap;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.DerReader;
import io.vouchsafe.encoding.FormatException;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/// What a PCK certificate says about its platform (specs/evidence-x86 §4.5).
///
/// @param ppid 16 bytes that name the platform
/// @param components the 16 security versions, 0 to 255
/// @param pceSvn security version of the provisioning enclave
/// @param cpuSvn 16 bytes; for display, levels are compared with the components
/// @param pceId 2 bytes
/// @param fmspc 6 bytes that name the family, model, stepping and platform
/// @param sgxType 0 standard, 1 scalable, 2 scalable with integrity
/// @param platformInstanceId 16 bytes, for platforms with several packages
/// @param configuration how the platform is set up, as far as the certificate says it
public record PckExtension(
    Bytes ppid,
    List<Integer> components,
    int pceSvn,
    Bytes cpuSvn,
    Bytes pceId,
    Bytes fmspc,
    int sgxType,
    Optional<Bytes> platformInstanceId,
    Configuration configuration) {

  static final int COMPONENTS = 16;
  private static final int MAX_SVN = 255;
  private static final int MAX_PCE_SVN = 0xffff;
  private static final int MAX_SGX_TYPE = 2;
  private static final String PREFIX = "1.2.840.113741.1.13.1.";

  /// How a platform is set up; empty where the certificate does not say.
  public record Configuration(
      Optional<Boolean> dynamicPlatform, Optional<Boolean> cachedKeys, Optional<Boolean> smt) {}

  public PckExtension {
    components = List.copyOf(components);
  }

  static PckExtension parse(Bytes content) throws FormatException {
    return new Parser().read(DerReader.of(content).onlySequence());
  }

  /// Collects the members, which come in any order, each once.
  private static final class Parser {
    private final Set<String> seen = new HashSet<>();
    private final int[] components = new int[COMPONENTS];
    private int pceSvn;
    private int sgxType;
    private Bytes ppid = Bytes.EMPTY;
    private Bytes cpuSvn = Bytes.EMPTY;
    private Bytes pceId = Bytes.EMPTY;
    private Bytes fmspc = Bytes.EMPTY;
    private Optional<Bytes> instance = Optional.empty();
    private Optional<Boolean> dynamic = Optional.empty();
    private Optional<Boolean> cached = Optional.empty();
    private Optional<Boolean> smt = Optional.empty();

    PckExtension read(DerReader members) throws FormatException {
      while (members.hasMore()) {
        DerReader member = members.sequence("member");
        readMember(name(member), member);
        member.end();
      }
      List<String> needed = List.of("1", "2", "3", "4", "5", "2.17", "2.18");
      for (String name : needed) {
        require(name);
      }
      for (int i = 1; i <= COMPONENTS; i++) {
        require("2." + i);
      }
      return new PckExtension(
          ppid,
          IntStream.of(components).boxed().toList(),
          pceSvn,
          cpuSvn,
          pceId,
          fmspc,
          sgxType,
          instance,
          new Configuration(dynamic, cached, smt));
    }

    private void require(String name) throws FormatException {
      if (!seen.contains(name)) {
        throw FormatException.unexpected("member ." + name + " of the SGX extension", "none");
      }
    }

    /// The part of the object identifier that tells the members apart.
    private String name(DerReader member) throws FormatException {
      String oid = member.oid("name of a member");
      if (!oid.startsWith(PREFIX)) {
        throw FormatException.unexpected("a member below " + PREFIX + "*", oid);
      }
      String name = oid.substring(PREFIX.length());
      if (!seen.add(name)) {
        throw FormatException.unexpected("each member of the SGX extension once", oid + " twice");
      }
      return name;
    }

    private void readMember(String name, DerReader in) throws FormatException {
      switch (name) {
        case "1" -> ppid = octets(in, "PPID", 16);
        case "2" -> readTcb(in.sequence("TCB"));
        case "3" -> pceId = octets(in, "PCEID", 2);
        case "4" -> fmspc = octets(in, "FMSPC", 6);
        case "5" -> sgxType = bounded(in.enumerated("SGX type"), "SGX type", MAX_SGX_TYPE);
        case "6" -> instance = Optional.of(octets(in, "platform instance id", 16));
        case "7" -> readConfiguration(in.sequence("configuration"));
        // A later member: it can say nothing that today's levels ask for.
        default -> in.element("member ." + name);
      }
    }

    private void readTcb(DerReader members) throws FormatException {
      while (members.hasMore()) {
        DerReader member = members.sequence("TCB member");
        String name = name(member);
        switch (name) {
          case "2.17" -> pceSvn = svn(member, "PCESVN", MAX_PCE_SVN);
          case "2.18" -> cpuSvn = octets(member, "CPUSVN", 16);
          default -> components[index(name)] = svn(member, "component SVN", MAX_SVN);
        }
        member.end();
      }
    }

    private static int index(String name) throws FormatException {
      for (int i = 0; i < COMPONENTS; i++) {
        if (name.equals("2." + (i + 1))) {
          return i;
        }
      }
      throw FormatException.unexpected("a TCB member from .2.1 to .2.18", "." + name);
    }

    private void readConfiguration(DerReader members) throws FormatException {
      while (members.hasMore()) {
        DerReader member = members.sequence("configuration member");
        String name = name(member);
        switch (name) {
          case "7.1" -> dynamic = Optional.of(member.bool("dynamic platform"));
          case "7.2" -> cached = Optional.of(member.bool("cached keys"));
          case "7.3" -> smt = Optional.of(member.bool("SMT enabled"));
          default -> member.element("member ." + name);
        }
        member.end();
      }
    }

    private static Bytes octets(DerReader in, String what, int size) throws FormatException {
      Bytes value = in.octetString(what);
      if (value.size() != size) {
        throw FormatException.unexpected(what + " of " + size + " bytes", value.size() + " bytes");
      }
      return value;
    }

    private static int svn(DerReader in, String what, int max) throws FormatException {
      BigInteger value = in.integer(what);
      if (value.signum() < 0 || value.bitLength() > Integer.SIZE - 1) {
        throw FormatException.unexpected(what + " from 0 to " + max, "another number");
      }
      return bounded(value.intValue(), what, max);
    }

    private static int bounded(int value, String what, int max) throws FormatException {
      if (value < 0 || value > max) {
        throw FormatException.unexpected(what + " from 0 to " + max, value + "");
      }
      return value;
    }
  }
}
