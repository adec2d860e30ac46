package io.vouchsafe.trust.core;

import io.vouchsafe.verdict.Check;
import io.vouchsafe.verdict.Code;

/// The checks of the transaction itself.
public enum TransactionCheck implements Check {
  STORE(
      "transaction.store",
      "The store answers and can be believed",
      Code.STORE_UNAVAILABLE,
      Code.STORE_CORRUPT),
  CLOCK("transaction.clock", "The clock did not go backwards", Code.CLOCK_STEPPED_BACK),
  LOAD("transaction.load", "There are not too many open sessions", Code.RATE_LIMITED),
  SESSION(
      "transaction.session",
      "The session is known and not past its end",
      Code.SESSION_UNKNOWN,
      Code.SESSION_EXPIRED),
  ATTEMPTS("transaction.attempts", "The challenge was not used up", Code.NONCE_CONSUMED),
  NONCE("transaction.nonce", "The nonce is that of the session", Code.NONCE_MISMATCH),
  TEE(
      "transaction.tee",
      "The evidence is of the kind that the challenge was asked for",
      Code.TEE_MISMATCH),
  VERIFIER(
      "transaction.verifier",
      "There is a verifier for this kind of evidence",
      Code.UNSUPPORTED_TEE),
  ATTESTATION_POLICY(
      "transaction.attestation-policy",
      "An attestation policy is in force",
      Code.POLICY_MISSING,
      Code.POLICY_REVOKED,
      Code.POLICY_INVALID),
  RELEASE_POLICY(
      "transaction.release-policy",
      "A release policy is in force",
      Code.POLICY_MISSING,
      Code.POLICY_REVOKED,
      Code.POLICY_INVALID),
  ATTESTATION_KEY(
      "transaction.attestation-key", "The attestation key is still trusted", Code.AK_NOT_TRUSTED),
  TOKEN(
      "transaction.token",
      "The attestation result is ours and not past its end",
      Code.TOKEN_EXPIRED,
      Code.TOKEN_INVALID),
  RESOURCE(
      "transaction.resource",
      "The resource is there",
      Code.RESOURCE_NOT_FOUND,
      Code.RESOURCE_PATH_INVALID),
  SNAPSHOT(
      "transaction.snapshot",
      "Policy, reference values and resource hold still for one decision",
      Code.STORE_UNAVAILABLE);

  private final Definition definition;

  TransactionCheck(String id, String title, Code... codes) {
    definition = new Definition(id, title, codes);
  }

  @Override
  public Definition definition() {
    return definition;
  }
}
