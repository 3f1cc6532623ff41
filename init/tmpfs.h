/*
 * tmpfs.h: the options of a tmpfs, tmpfs(5).
 *
 * Owns: which there are and what their values look like, so that a bad one is refused before anything is
 * made. What a good one means the kernel says: it may still refuse one for what this machine is.
 */
#ifndef TMPFS_H
#define TMPFS_H

/*
 * NULL where NAME=VALUE, or NAME alone with value NULL, may be an option of a tmpfs; else what is wrong with
 * it, to be said behind its name.
 */
const char *tmpfs_check(const char *name, const char *value);

#endif
