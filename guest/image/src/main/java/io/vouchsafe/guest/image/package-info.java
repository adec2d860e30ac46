/// Builds the pod VM: a measured kernel and a small initramfs that checks, block by block, a
/// read-only root with the guest agent. Start with [io.vouchsafe.guest.image.PodVmBuilder]; what it
/// builds is a [io.vouchsafe.guest.image.PodVm], reproducible from
/// [io.vouchsafe.guest.image.PodVmInputs]. [io.vouchsafe.guest.image.RecordingBoot] is the machine
/// that tells what a firmware measures.
@NullMarked
package io.vouchsafe.guest.image;

import org.jspecify.annotations.NullMarked;
