/*
 * image.h: nsinit's program and its options, as something that can be executed and not written.
 */
#ifndef IMAGE_H
#define IMAGE_H

#include "launch.h"

/*
 * A descriptor of a sealed memfd that holds nsinit (the embedded one, or the host's file at path
 * where that is not NULL) and, behind the program, its options; it is read from there. No path
 * leads to it and nobody can change it, so inside a container /proc/1/exe is a dead end
 * (CVE-2019-5736). It stays open over an exec: nsinit reads its options and closes it. Ends the
 * program where there is none.
 */
int image_open(const char *path, const struct arguments *options);

#endif
