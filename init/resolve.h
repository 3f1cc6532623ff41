/*
 * resolve.h: paths below the new root, found so that nothing in the rootfs can lead out of it.
 *
 * Owns: the way from a path inside to a descriptor, before pivot_root, while the host's tree is
 * still in reach. What is done to the path afterwards is done to the descriptor: a symbolic link
 * put in its place in between changes nothing (CVE-2021-30465, CVE-2018-15664).
 */
#ifndef RESOLVE_H
#define RESOLVE_H

#include <stdbool.h>

/*
 * Opens path (O_PATH, close-on-exec) as it would be found with root, an open directory, as "/":
 * symbolic links are followed and stay inside, openat2(2) RESOLVE_IN_ROOT, or a walk of our own
 * that does the same. What is missing is
 * made where `make` says so: folders with mode 0755, and at the end a folder or an empty file.
 * Returns -1 and errno on error.
 */
int resolve_open(int root, const char *path, bool make, bool directory);

/*
 * Opens the folder that path is to be made in, in the same way, and points name to the last
 * component, which is not looked up: what is made by it with O_NOFOLLOW and the like is made there.
 */
int resolve_parent(int root, const char *path, bool make, const char **name);

/*
 * Opens the folder `name` directly below root (O_PATH, close-on-exec), making it where `make`
 * says so. A symbolic link is not followed: ENOTDIR.
 */
int resolve_folder(int root, const char *name, bool make);

#endif
