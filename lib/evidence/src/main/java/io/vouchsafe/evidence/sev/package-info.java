/// Legacy SEV and SEV-ES (specs/evidence-x86 §3): no report, but a launch that the owner of the
/// guest takes part in. The owner verifies the platform's certificates, wraps two keys for its
/// secure processor, compares the launch measure, and only then hands out a secret, sealed to this
/// one launch.
///
/// ```java
/// SevPlatform platform = SevPlatform.verify(certificates, SevRoots.amd(), checks);
/// try (SevLaunch launch = SevLaunch.open(platform, policy, random)) {
///   send(launch.session(), launch.ownerCertificate());  // LAUNCH_START
///   launch.measured(blob, expected, checks);            // LAUNCH_MEASURE
///   send(launch.seal(secrets, random));                 // LAUNCH_SECRET
/// }
/// ```
@NullMarked
package io.vouchsafe.evidence.sev;

import org.jspecify.annotations.NullMarked;
