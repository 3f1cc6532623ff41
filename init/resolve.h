/*
 * resolve.h: paths below the new root, found so that nothing in the rootfs can lead out of it.
 *
 * Owns: the way from a path inside to a descriptor, while the host's tree is still in reach, and for files
 * that nsinit itself reads, afterwards, too. What is done to the path afterwards is done to the descriptor:
 * a symbolic link put in its place in between changes nothing (CVE-2021-30465, CVE-2018-15664). Magic
 * links (proc(5)) are never followed: they lead wherever a process has a descriptor, and ours, or those
 * of a process that --share pid shows, lead to the host.
 */
#ifndef RESOLVE_H
#define RESOLVE_H

#include <stdbool.h>

/*
 * Opens path (O_PATH, close-on-exec) as it would be found with root, an open directory, as "/":
 * symbolic links are followed and stay inside, openat2(2) RESOLVE_IN_ROOT, or a walk of our own
 * that does the same. What is missing is made where `make` says so: folders with mode 0755, and at the
 * end a folder or an empty file; where a symbolic link leads to nothing, what it names, inside.
 * Returns -1 and errno on error.
 */
int resolve_open(int root, const char *path, bool make, bool directory);

/*
 * Opens the folder that path is to be made in, in the same way, and points name to the last
 * component, which is not looked up: what is made by it with O_NOFOLLOW and the like is made there.
 */
int resolve_parent(int root, const char *path, bool make, const char **name);

/*
 * Opens a regular file that is not empty, in the same way, for reading. Nothing is waited for or used up: a
 * symbolic link may lead to a FIFO, the terminal or the kernel's log in /proc/kmsg (files of /proc have no
 * size). root RESOLVE_INSIDE: this process's own root, which has to be nodev where it is the rootfs. -1: there
 * is none; where that cannot be found out the program ends.
 */
int resolve_read(int root, const char *path);
enum { RESOLVE_INSIDE = -1 };

/* Whether the absolute path is a folder of this process's own root; the same. */
bool resolve_is_folder(const char *path);

/*
 * Opens the folder `name` directly below root (O_PATH, close-on-exec), making it where `make`
 * says so. A symbolic link is not followed: ENOTDIR.
 */
int resolve_folder(int root, const char *name, bool make);

#endif
