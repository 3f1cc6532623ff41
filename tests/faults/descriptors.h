/*
 * descriptors.h: which descriptors of nsinit, and of the command's process, lead out of the new root.
 */
#ifndef DESCRIPTORS_H
#define DESCRIPTORS_H

#include "launch.h"

/* Prints a line for each that does; returns how many. */
unsigned descriptors_look(const struct kind *kind, int seconds);

#endif
