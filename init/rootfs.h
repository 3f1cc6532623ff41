/*
 * rootfs.h: the root of the mount namespace: from the host's to the container's.
 *
 * Owns: the propagation of what the host has mounted, the new root's mount, pivot_root(2) and
 * the read-only root. Not what is mounted in the root: mounts.h.
 */
#ifndef ROOTFS_H
#define ROOTFS_H

#include "init.h"

/*
 * Nothing that is mounted here shows outside, and nothing of the host's comes in, but where a
 * bind asks for that. First of all.
 */
void rootfs_isolate(const struct init *init);

/*
 * Mounts the rootfs on itself and returns it, an open directory (O_PATH, close-on-exec); without
 * --root the current root. With --overlay the folder's lock is in init from then on. After this mounts are made below the descriptor.
 */
int rootfs_open(struct init *init);

/* Makes the rootfs the root and lets go of the host's tree. After all mounts. */
void rootfs_enter(const struct init *init, int root);

/* After everything that may have to be created in the root. */
void rootfs_make_read_only(const struct init *init);

#endif
