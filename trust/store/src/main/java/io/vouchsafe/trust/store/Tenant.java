package io.vouchsafe.trust.store;

import io.vouchsafe.encoding.FormatException;
import java.util.regex.Pattern;

/// Whom a stored thing belongs to. Nothing is shared between tenants.
///
/// @param name 1 to 63 lower-case letters, digits and inner dashes
public record Tenant(String name) {
  // First, because the constant below needs it.
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  /// Where nobody names a tenant.
  public static final Tenant DEFAULT = new Tenant("default");

  /// @throws IllegalArgumentException if `name` is not of that form
  public Tenant {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("no name of a tenant: " + name);
    }
  }

  /// Parses a name.
  ///
  /// @throws FormatException if it is not of the form
  public static Tenant parse(String name) throws FormatException {
    if (!NAME.matcher(name).matches()) {
      throw FormatException.malformed(
          0, "1 to 63 lower-case letters, digits and inner dashes", '"' + name + '"');
    }
    return new Tenant(name);
  }

  @Override
  public String toString() {
    return name;
  }
}
