/// A registry for tests.
///
/// Start from [io.vouchsafe.testkit.registry.RegistryDouble]:
///
/// ```java
/// try (RegistryDouble registry = RegistryDouble.start()) {
///   registry.misbehave(RegistryDouble.Fault.CUT_BLOBS);
/// }
/// ```
@NullMarked
package io.vouchsafe.testkit.registry;

import org.jspecify.annotations.NullMarked;
