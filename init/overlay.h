/*
 * overlay.h: the folder of --overlay.
 *
 * Owns: that it is an overlay's and nobody else's, and that one container at a time writes to it. Not
 * how it becomes a root: rootfs.h.
 *
 * In the folder lie `upper`, what the container wrote; `work`, the kernel's; `lock`, an empty file.
 */
#ifndef OVERLAY_H
#define OVERLAY_H

/*
 * Takes the lock of the open folder `path` and returns its descriptor (close-on-exec), making the file
 * where it is missing. The lock is held as long as any process holds that open file description, flock(2).
 * Ends the program with one line where another container has it, or where the folder holds what the
 * kernel would destroy; nothing has been made by then.
 */
int overlay_lock(int folder, const char *path);

/*
 * Ends the program with one line where a mount would destroy what is somebody's own in an overlay's work
 * folder, which is the open folder `path`, or, with `work` "work/", in it. `option` stands before path.
 */
void overlay_check_work(int folder, const char *work, const char *option, const char *path);

/* Whether `lock` is that of the open folder: 0, or -1 and errno (ESTALE: it is another one's). */
int overlay_check_lock(int folder, int lock);

#endif
