package io.vouchsafe.trust.server;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;

/// The checks of the facades: what is found out about a request before the transaction is asked.
public enum FacadeCheck implements Check {
  REQUEST(
      "facade.request",
      "The body is of the form that the endpoint takes",
      Code.MALFORMED,
      Code.OVERSIZED,
      Code.UNSUPPORTED_ALGORITHM),
  VERSION(
      "facade.version", "The protocol version is spoken", Code.UNSUPPORTED_VERSION, Code.MALFORMED),
  TEE("facade.tee", "The kind of evidence is one that can be challenged", Code.UNSUPPORTED_TEE),
  SESSION("facade.session", "The request bears the cookie of a session", Code.SESSION_UNKNOWN),
  TOKEN_PRESENT("facade.token-present", "The request bears a result", Code.TOKEN_MISSING),
  TOKEN(
      "facade.token",
      "The token is ours or of an issuer that the operator trusts",
      Code.TOKEN_INVALID,
      Code.TOKEN_EXPIRED),
  SEAL_KEY(
      "facade.seal-key",
      "The result names a key that replies can be sealed to",
      Code.KEY_UNSUPPORTED),
  PATH(
      "facade.path",
      "The path is that of a resource",
      Code.RESOURCE_PATH_INVALID,
      Code.RESOURCE_NOT_FOUND),
  PLUGIN("facade.plugin", "There is a plugin of that name", Code.PLUGIN_NOT_FOUND),
  POLICY_TEXT("facade.policy-text", "The policy can be put in force", Code.POLICY_INVALID),
  ADMIN("facade.admin", "The caller is an administrator for this path", Code.ADMIN_DENIED),
  SERVED("facade.served", "The server itself did not fail", Code.INTERNAL);

  private final Definition definition;

  FacadeCheck(String id, String title, Code... codes) {
    definition = new Definition(id, title, codes);
  }

  @Override
  public Definition definition() {
    return definition;
  }
}
