/// Registries of the OCI distribution protocol.
///
/// Start from [io.vouchsafe.registry.RegistryClient]; for whole images see
/// [io.vouchsafe.registry.ImageCopy]:
///
/// ```java
/// try (RegistryClient registries = RegistryClient.create(RegistryOptions.DEFAULT)) {
///   ImageName name = ImageName.parse("registry.example/team/app:1");
///   Image image = Image.load(registries.repository(name), name.selector(), Platform.LINUX_AMD64);
/// }
/// ```
@NullMarked
package io.vouchsafe.registry;

import org.jspecify.annotations.NullMarked;
