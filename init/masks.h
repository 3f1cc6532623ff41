/*
 * masks.h: what of /proc and /sys the command may not see or may not write.
 *
 * Owns: the lists, whose reasons SECURITY.md has as a table, and how a path is covered.
 */
#ifndef MASKS_H
#define MASKS_H

#include "init.h"

/* After all mounts and after pivot_root: nothing can be mounted over a mask any more. */
void masks_lay(const struct init *init);

#endif
