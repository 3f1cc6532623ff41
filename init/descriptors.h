/*
 * descriptors.h: which descriptors a process of ours keeps.
 */
#ifndef DESCRIPTORS_H
#define DESCRIPTORS_H

#include <stdbool.h>

/*
 * Closes all but 0, 1, 2 and the two that are named (-1: none), by close_range(2) (Linux 5.9), or as
 * /proc lists them. False and errno where neither can be done (ENOSYS), or the kernel refuses: then nothing
 * of the container's may run.
 */
bool descriptors_keep(int one, int other);

#endif
