/// Container images, wherever they come from.
///
/// Start from [io.vouchsafe.oci.ImageReference] (what a user names), [io.vouchsafe.oci.OciLayout]
/// (images in a folder), [io.vouchsafe.oci.ImagePolicy] (who must have signed) and
/// [io.vouchsafe.oci.LayerUnpacker] (layers to a root folder):
///
/// ```java
/// OciLayout layout = OciLayout.open(folder);
/// Image image = Image.load(layout, "v1", Platform.LINUX_AMD64);
/// policy.verify(name, image, layout, new Checklist());
/// new LayerUnpacker(UnpackLimits.DEFAULT, FileMetadata.unprivileged())
///     .unpack(image, layout, keys, root);
/// ```
@NullMarked
package io.vouchsafe.oci;

import org.jspecify.annotations.NullMarked;
