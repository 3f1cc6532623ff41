/*
 * image.h: nsinit's program, as something that can be executed and not written.
 */
#ifndef IMAGE_H
#define IMAGE_H

/*
 * A descriptor (close-on-exec) of a sealed memfd that holds nsinit: the embedded one, or the host's file
 * at path where that is not NULL. No path leads to it and nobody can change it, so inside a container
 * /proc/1/exe is a dead end (CVE-2019-5736). Ends the program where there is none.
 */
int image_open(const char *path);

#endif
