package io.vouchsafe.verdict;

/// Every reason for which Vouchsafe refuses something. Names are stable: scripts, dashboards and
/// other people's tests may depend on them. `vouchsafe explain CODE` and the catalogue in the
/// documentation print what stands here.
public enum Code {
  // What arrived cannot be read.
  MALFORMED(
      "The input is not of the format that it claims to be.",
      "Compare the input with the specification named by the check; it may have been cut or re-encoded on its way."),
  OVERSIZED(
      "The input is larger, deeper or more numerous than the stated bound.",
      "Send less at once. The bounds are listed in the documentation; they exist so that hostile input cannot exhaust memory."),
  UNSUPPORTED_VERSION(
      "The input is well formed but of a version that is not handled.",
      "Use a version that this release supports, or update Vouchsafe."),
  UNSUPPORTED_ALGORITHM(
      "A key, signature, hash or cipher is of a kind that is not accepted.",
      "Use one of the algorithms that the check names."),
  UNSUPPORTED_TEE(
      "No verifier is enabled for this kind of evidence.",
      "Name a TEE that the server verifies; the kind `sample` proves nothing and needs the server's insecure flag."),

  // Evidence is not genuine.
  QUOTE_MALFORMED(
      "The TPM quote is not a well-formed TPMS_ATTEST of type quote.",
      "The attester must send the bytes that TPM2_Quote returned, unchanged."),
  QUOTE_SIGNATURE_INVALID(
      "The signature over the quote does not verify with the attestation key.",
      "The quote was changed, or another key signed it. Ask the guest for fresh evidence."),
  SIGNATURE_INVALID(
      "A signature does not verify.", "The signed content was changed or another key signed it."),
  UNSUPPORTED_CERTIFICATION_DATA(
      "The quote names its platform but brings no PCK certificate chain.",
      "Let the attester send quotes with certification data of type 5, or hand the PCK certificate chain in with the collateral."),
  QE_VENDOR(
      "The quoting enclave is not one of Intel.",
      "Use the quoting enclave that Intel signs; treat quotes of others as forged."),
  REVOKED(
      "A certificate is on the revocation list of its issuer.",
      "The issuer no longer vouches for this platform or key. Take the platform out of service and ask its vendor."),
  QE_REPORT_SIGNATURE_INVALID(
      "The platform did not sign the report of the quoting enclave.",
      "The quote was changed or put together from parts. Ask the guest for fresh evidence."),
  QE_BINDING_INVALID(
      "The report of the quoting enclave names another attestation key.",
      "The quote was put together from parts. Treat this as an attack."),
  QE_IDENTITY_MISMATCH(
      "The quoting enclave is not the one that Intel published.",
      "Update the quoting enclave of the platform, and see that the collateral is for this kind of TEE."),
  TDX_MODULE_MISMATCH(
      "The TDX module is not one that Intel published.",
      "Update the TDX module of the host and the collateral."),
  SIGNER_MISMATCH(
      "The report says that another kind of key signed it than the certificate is for.",
      "Send the certificate of the key that signed: VCEK or VLEK, as the report says. A report that no key signed proves nothing."),
  PRODUCT_MISMATCH(
      "Processor, certificate and issuing authority are not of one product line.",
      "Send the certificates of this processor's product line. For a line that this release does not know, name its root."),
  CHIP_MISMATCH(
      "The report is not of the chip that the certificate is for, or hides which chip it is of.",
      "Fetch the certificate of the chip that the report names; let the host stop masking chip ids, or allow that in the policy."),
  TCB_MISMATCH(
      "The report was signed under another security level than the certificate is for.",
      "Fetch the certificate for the reported TCB; after a firmware update the old one no longer fits."),
  TCB_INCONSISTENT(
      "The report names security levels that no firmware has at once.",
      "Treat the evidence as forged."),
  TCB_NOT_SUPPORTED(
      "The platform is older than every level that its vendor lists.",
      "Update firmware and microcode of the host."),
  TCB_REVOKED(
      "The vendor revoked the security level of this platform.",
      "Update firmware and microcode of the host; until then nothing that it says counts."),
  TCB_NOT_UP_TO_DATE(
      "The vendor lists the security level of this platform as one with known weaknesses.",
      "Read the advisories that the check names; update firmware and microcode of the host, or change its settings where configuration is what is needed."),
  TCB_EVALUATION_NUMBER(
      "The collateral is of an older TCB recovery than the policy asks for, or its parts are of different ones.",
      "Fetch the collateral again, with the evaluation number that the policy names."),
  TCB_BELOW_MINIMUM(
      "A component of the platform is older than the minimum of the policy.",
      "Update firmware and microcode of the host, or lower the minimum."),
  SVN_BELOW_MINIMUM(
      "A security version is below the minimum of the policy.",
      "Update the enclave, or lower the minimum."),
  COLLATERAL_MISSING(
      "There is no collateral for this platform, so its security level is unknown; or no revocation list, which is demanded.",
      "Fetch or import it: `vouchsafe collateral fetch`, `collateral import`. A list of AMD's is optional if the server's policy says so: `--evidence-policy`, `requireRevocationList` false."),
  COLLATERAL_INVALID(
      "A collateral document cannot be read.",
      "Fetch it again from its vendor; whoever served it changed it or is broken."),
  COLLATERAL_SIGNATURE_INVALID(
      "The signature over a collateral document does not verify.",
      "Fetch it again from its vendor; whoever served it changed it."),
  COLLATERAL_CHAIN_INVALID(
      "The certificate that signed the collateral does not lead to the root of the evidence.",
      "Fetch it again from the vendor of the platform."),
  COLLATERAL_EXPIRED(
      "A collateral document is past its next update.",
      "Refresh the collateral; a bundle for machines without network has to be renewed every month."),
  COLLATERAL_NOT_YET_VALID("A collateral document is of the future.", "Check the clock."),
  COLLATERAL_MISMATCH(
      "A collateral document is for another platform, issuer or kind of TEE.",
      "Fetch the collateral of the FMSPC and TEE that the check names."),
  COLLATERAL_DUPLICATE(
      "A bundle of collateral has the same document twice.",
      "Export the bundle again; whoever made this one is broken or wants to confuse."),
  COLLATERAL_ROLLBACK(
      "A collateral document is older than the one that is held already.",
      "Nothing if it passes: a cache lags behind. If it stays, ask another server: this one may hide news."),
  COLLATERAL_UNAVAILABLE(
      "The collateral service does not answer, or asks to come back later.",
      "Check its address and the network, wait, or import a bundle: `vouchsafe collateral import`."),
  COLLATERAL_UNKNOWN(
      "The collateral service does not know this platform.",
      "Check that the evidence is of a real platform; a new one may take its vendor some days."),
  BUNDLE_SIGNER_UNTRUSTED(
      "The bundle of collateral is signed by none of the keys that are named.",
      "Name the key of whoever exported it with --key, after comparing it with them."),
  CHAIN_INVALID(
      "The certificate chain does not lead to a root that is trusted for this purpose.",
      "If the issuer is yours, name its root on the server; otherwise treat the evidence as forged."),
  CERT_EXPIRED("A certificate is past its end date.", "Renew the certificate."),
  CERT_NOT_YET_VALID(
      "A certificate is not valid yet.",
      "Check the clocks of both machines, then the certificate."),
  WEAK_KEY("A key is too short to be trusted.", "Use RSA of at least 2048 bits or a NIST curve."),
  KEY_ATTRIBUTES(
      "The attestation key is not restricted to its TPM.",
      "Create the key with fixedTPM, fixedParent, sensitiveDataOrigin, restricted and sign, and without decrypt."),
  AK_NOT_TRUSTED(
      "The attestation key is neither enrolled against an endorsement key nor on the tenant's list.",
      "Let the guest enrol first, or put the key on the tenant's list of trusted keys. A key that anybody can make proves nothing."),
  AK_BOUND_TO_OTHER_EK(
      "The attestation key is already bound to another endorsement key.",
      "One attestation key belongs to one TPM for good. Make a new key on the other TPM."),
  CREDENTIAL_INVALID(
      "The secret that came back is not the one that was wrapped for this key.",
      "The guest must activate the credential with the endorsement key and the attestation key that it enrolled."),
  NONCE_MISMATCH(
      "The evidence was made for another challenge.",
      "Ask for a challenge and answer that one. Evidence cannot be reused."),
  REPORT_DATA_MISMATCH(
      "The evidence does not bind the key and data that came with it.",
      "The key, the nonce or the additional evidence was exchanged after the evidence was made. Treat this as an attack unless you are developing a client."),
  USER_DATA_MISMATCH(
      "The user data that the hardware report binds is not the expected one.",
      "The guest must write its report data to the virtual TPM and wait for a new hardware report before it quotes."),
  BINDING_MISMATCH(
      "The key of the virtual TPM, or the data beside it, is not the one that is vouched for.",
      "The evidence was put together from parts of several machines, or edited. Treat this as an attack."),
  INIT_DATA_MISMATCH(
      "The init-data sent is not the one that was measured.",
      "Send the same bytes that the guest was started with."),
  TEE_MISMATCH(
      "The evidence is of another kind than the request said.",
      "Send the TEE name that belongs to the evidence."),
  PCR_SELECTION_MISMATCH(
      "The quote does not cover the registers that are needed.",
      "Quote at least the PCRs named, in the SHA-256 bank."),
  PCR_BANK_WEAK(
      "Only the SHA-1 bank was quoted.", "Enable the SHA-256 bank of the TPM and quote it."),
  PCR_DIGEST_MISMATCH(
      "The register values are not those that the TPM signed.",
      "Send the values that were read together with the quote."),
  EVENTLOG_MISMATCH(
      "The event log does not replay to the signed registers.",
      "Send the complete log of this boot. A changed log means that somebody hides what was started."),
  TPM_RESET(
      "The TPM was restarted between two steps that belong to one boot.",
      "Start over: enrol and attest within one boot."),

  // Evidence is genuine but not what was expected.
  NO_REFERENCE_VALUE(
      "There is no reference value to compare with.",
      "Register the reference values of this image: `vouchsafe run` does it by itself; for other guests use the reference-value endpoint."),
  REFERENCE_VALUE_EXPIRED(
      "The only matching reference value is past its end date.",
      "Register it again if the build is still wanted."),
  REFERENCE_VALUE_NOT_YET_VALID(
      "A statement or bundle of reference values is of the future.",
      "Check the clock here and where it was signed."),
  REFERENCE_VALUE_SIGNER_UNTRUSTED(
      "Reference values are signed, but by no key that was named.",
      "Name the public key of who signs them with --signer; `vouchsafe rv provenance` shows who signed earlier ones."),
  REFERENCE_VALUE_CONTRADICTION(
      "A statement or bundle says two things about the same reference value.",
      "Ask who signed it for one that agrees with itself; nothing of it was taken."),
  REFERENCE_VALUE_ROLLBACK(
      "A statement or bundle is older than one of the same name that was taken before.",
      "Import the newest one. To go back to one that was taken before: `vouchsafe rv rollback SET VERSION`."),
  FIRMWARE_UNEXPECTED(
      "The firmware or its settings are not among the reference values.",
      "Record the firmware of this machine type and size, or find out who changed it."),
  KERNEL_UNEXPECTED(
      "The kernel is not among the reference values.",
      "Register the image's reference values, or find out who exchanged the kernel."),
  COMMAND_LINE_UNEXPECTED(
      "The kernel command line is not among the reference values.",
      "Start the image with the command line that it was built with."),
  INITRD_UNEXPECTED(
      "The initrd is not among the reference values.",
      "Start the image with the initrd that it was built with."),
  INIT_DATA_UNEXPECTED(
      "The guest was started with init-data that nobody registered.",
      "Register the digest of the init-data, or find out who started this guest."),
  BOOT_STATE_UNEXPECTED(
      "A boot register holds a value that is not among the reference values.",
      "Compare the event log with that of a known boot."),
  MEASUREMENT_MISMATCH(
      "A measurement is not among the reference values.",
      "Register the measurement of this build, or find out what was started instead."),
  MEASUREMENT_NOT_ENDORSED(
      "The vendor of the firmware does not endorse this measurement for a machine of this size.",
      "Fetch the endorsement of this firmware build, and compare the number of processors and the memory size."),
  POLICY_DEBUG(
      "The guest can be debugged or profiled from outside, so it keeps no secret.",
      "Start it without debug. For development the policy can allow it, and the result says so."),
  POLICY_MIGRATION(
      "The guest can be moved to another machine by a helper that is not judged here.",
      "Start it without migration, or allow it in the policy."),
  POLICY_VMPL(
      "The report was asked for at another privilege level than the policy takes, or by the host.",
      "Ask for the report at the level that the policy names. What the host asked for binds nothing of the guest."),
  POLICY_PROVISIONAL(
      "The platform runs firmware that can still be rolled back.",
      "Let the host commit its firmware, or allow provisional firmware in the policy, and the result says so."),
  POLICY_PLATFORM_INFO(
      "The platform lacks a protection that the policy demands.",
      "Enable it in the firmware of the host, or do not demand it."),
  POLICY_UNKNOWN_BITS(
      "The guest policy has bits whose meaning is not known here.",
      "Update Vouchsafe, or allow unknown bits in the policy."),
  POLICY_ATTRIBUTES(
      "The guest has an attribute that is unknown or not allowed, or lacks one that it needs.",
      "Compare the attributes that the check names with the policy of the guest."),
  POLICY_SERVICE_TD(
      "The guest accepts a service TD, for example one for migration.",
      "Start it without one, or allow it in the policy."),
  NOT_AFFIRMING(
      "The attestation result is not affirming.",
      "See the checks of the appraisal that belongs to it: the first that failed says why."),

  // The request is not allowed.
  POLICY_DENIED(
      "A policy does not take this evidence, or does not allow this guest to have this resource.",
      "Compare what the check found with the policy; `vouchsafe why ID` shows a broker's decision."),
  POLICY_MISSING(
      "No policy is in force, so nothing is released.", "Put a policy, or restore the default."),
  POLICY_REVOKED("The policy was revoked.", "Put a policy again when releases may go on."),
  POLICY_INVALID("The policy cannot be read.", "Correct it at the position named."),
  POLICY_CHANGED(
      "The policy in force is not the one that the change was made for.",
      "Look at what is in force now with `vouchsafe policy list` and make the change again."),
  REFERENCE_VALUES_CHANGED(
      "The reference values in force are not those that the change was made for.",
      "Look at what is in force now with `vouchsafe rv history`, withdraw the proposal and make the change again."),
  APPROVAL_MISSING(
      "The change needs the approval of a second subject.",
      "Propose it by `vouchsafe policy` or `vouchsafe rv` and let another administrator approve it; `vouchsafe trust admin add NAME` makes one."),
  APPROVAL_SAME_SUBJECT(
      "Who proposed a change cannot approve it.",
      "Let another administrator approve it, or withdraw it."),
  NO_SUCH_ENTRY("There is nothing of that name or number.", "List what there is and compare."),
  RESOURCE_NOT_FOUND(
      "There is no such resource.", "List the resources and compare the path, or put it first."),
  RESOURCE_PATH_INVALID(
      "The resource path is not of the form repository/type/tag.",
      "Use three segments of letters, digits, dots, dashes and underscores that do not start with a dot."),
  PLUGIN_NOT_FOUND("No plugin has that name.", "Use the plugin `resource`."),
  ADMIN_DENIED(
      "The caller is not an administrator.",
      "Send a bearer token of a configured identity provider with a role that allows this path."),
  TOKEN_MISSING("No session and no bearer token came with the request.", "Attest first."),
  TOKEN_INVALID(
      "The token does not verify.",
      "Attest again. Tokens of other servers need their certificate configured here."),
  TOKEN_EXPIRED("The token is past its end.", "Attest again."),
  SESSION_UNKNOWN("The session is unknown here.", "Ask for a new challenge."),
  SESSION_EXPIRED("The session is past its end.", "Ask for a new challenge and answer it in time."),
  NONCE_CONSUMED(
      "This challenge was used up by failed attempts or by a finished attestation.",
      "Ask for a new challenge. Each is good for one result."),
  KEY_UNSUPPORTED(
      "The key to seal the reply to is of a kind that is not supported.",
      "Use EC P-256, P-384 or P-521 with ECDH-ES+A256KW, or RSA with RSA-OAEP-256."),
  SEAL_INVALID(
      "A sealed reply does not open with this key.",
      "It was sealed to another key or changed on its way: attest again with the key that you hold."),

  // The server cannot vouch for itself.
  STORE_UNAVAILABLE(
      "The store cannot be read or written, so nothing is released.",
      "Check disk space, permissions and whether another process holds the store."),
  STORE_CORRUPT(
      "The store does not hold what was written to it.",
      "Stop the server and restore a backup. Keep the damaged file for examination."),
  CLOCK_STEPPED_BACK(
      "The clock went backwards, so time limits cannot be trusted.",
      "Correct the clock; the server goes on when time has passed the last decision."),
  RATE_LIMITED("Too many requests.", "Try again later."),
  INTERNAL("Something failed that should not.", "Report it with the id; the log has the cause."),

  // Images.
  REFERENCE_INVALID(
      "The image reference cannot be read.",
      "Use name[:tag][@digest], oci:DIR[:TAG], oci-archive:FILE or docker-archive:FILE."),
  MANIFEST_INVALID("The image manifest cannot be read.", "Rebuild or re-push the image."),
  MANIFEST_UNKNOWN("There is no such image.", "Check name and tag."),
  PLATFORM_MISSING(
      "The image has no variant for this platform.",
      "Build the image for linux on this architecture."),
  DIGEST_MISMATCH(
      "Content does not have the digest that its descriptor promises.",
      "Pull again. If it persists, the registry serves something else than was pushed."),
  SIZE_MISMATCH(
      "Content does not have the length that its descriptor promises.",
      "Pull again. If it persists, the registry serves something else than was pushed."),
  DIFF_ID_MISMATCH(
      "The unpacked layer is not the one that the image configuration names.",
      "Rebuild the image; layers were exchanged or damaged."),
  HMAC_MISMATCH("The encrypted layer was changed.", "Encrypt and push the image again."),
  LAYER_KEY_UNAVAILABLE(
      "No key opens the layer.",
      "The broker refused the key, or the layer was encrypted for somebody else; the refusal before this one says which."),
  LAYER_ENCRYPTION_INVALID(
      "The layer's encryption annotations cannot be used.",
      "Encrypt the image again with a supported tool."),
  SIGNATURE_MISSING("The image has no signature.", "Sign it: `vouchsafe image sign`."),
  SIGNER_UNTRUSTED(
      "The image is signed, but by none of the keys that the image policy names.",
      "Sign the image with the right key, or name the signer in the image policy."),
  SIGNATURE_IDENTITY_MISMATCH(
      "The signature is for another image name.",
      "Sign the image under the name that it is pulled by."),
  IMAGE_POLICY_REJECTS("The image policy rejects this image.", "Change the policy or the image."),
  IMAGE_POLICY_INVALID("The image policy cannot be read.", "Correct it at the position named."),
  UNSAFE_PATH(
      "A layer entry would be written outside of the image's folder.",
      "Do not use this image: a well-meaning tool does not make such layers."),
  DISK_FULL(
      "There is no space left to unpack the image.",
      "Give the guest more memory or a larger scratch disk."),
  REGISTRY_UNREACHABLE("The registry does not answer.", "Check its address and the network."),
  REGISTRY_DENIED("The registry refuses access.", "Check the credentials."),
  REGISTRY_TIMEOUT(
      "The registry stopped sending.", "Try again; raise the limit if the link is slow."),
  REGISTRY_REDIRECT(
      "The registry redirects to a place that is not allowed.",
      "Allow the host, or use a registry that serves its blobs itself."),

  // Guest and VM.
  WORKLOAD_MISMATCH(
      "The container that the host asked for is not the one that was measured.",
      "Start the guest again with the init-data of this workload."),
  CONTAINER_FAILED("The container could not be started.", "See the message of the runtime."),
  TPM_ERROR(
      "The TPM answered with an error.",
      "See the return code; a restart of the guest helps with transient ones."),
  BROKER_UNREACHABLE(
      "The key broker does not answer.", "Check its address, its certificate and the network."),
  VM_START_FAILED(
      "The virtual machine did not start.",
      "See the hypervisor's message; `vouchsafe doctor` checks the machine."),
  VM_DIED("The virtual machine ended before its time.", "See its console log."),
  VM_TIMEOUT(
      "The guest did not answer in time.",
      "See the last lines of its console and how much it computed: little means that the machine is"
          + " overloaded; try again when it is not. `vouchsafe doctor` tells whether it emulates."),
  TOOL_MISSING(
      "A program that is needed is not installed.",
      "Install the package named; `vouchsafe doctor` lists all.");

  private final String meaning;
  private final String remedy;

  Code(String meaning, String remedy) {
    this.meaning = meaning;
    this.remedy = remedy;
  }

  /// What the code says about the input, in one sentence.
  public String meaning() {
    return meaning;
  }

  /// What an operator can do about it.
  public String remedy() {
    return remedy;
  }
}
