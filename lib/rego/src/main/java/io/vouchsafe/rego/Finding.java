package io.vouchsafe.rego;

/// Something in a policy that compiles and yet is hardly meant.
///
/// @param problem what is odd, in words
/// @param hint what to do about it
public record Finding(Position position, String problem, String hint) {
  @Override
  public String toString() {
    return position + ": " + problem + " (" + hint + ")";
  }
}
