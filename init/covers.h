/*
 * covers.h: what the options will lay over the rootfs's /etc/passwd and /etc/group.
 *
 * Owns: the look for it before anything is mounted: where a map of one id needs that id, and for --explain. It
 * knows what --overlay keeps, binds and --file, by their paths as they are given: not symbolic links in those,
 * and not other filesystems. Where it is wrong nsinit, which looks again inside, ends the launch.
 */
#ifndef COVERS_H
#define COVERS_H

#include "init.h"

/* From now on users.h looks there. What --file's descriptor holds is not used up. */
void covers_lay(const struct init *init);

#endif
