/*
 * capabilities.h: sets of capabilities by name, capabilities(7).
 *
 * Owns: the names, and which capabilities a command is left by default. A set is a number of 64 bits,
 * bit n for capability n, as CapBnd in /proc/PID/status has it.
 */
#ifndef CAPABILITIES_H
#define CAPABILITIES_H

#include <stdbool.h>
#include <stdint.h>

/* Docker's 14 without MKNOD, which Docker's device cgroup makes harmless and nothing does here. */
extern const uint64_t capabilities_default;

/*
 * The set of a comma-separated list of names, in either case, with or without cap_; `all` is all that
 * there may ever be. A name that is none ends the program, with the nearest one; option is whose list
 * it is.
 */
uint64_t capabilities_read(const char *option, char *list);

/* Whether this process has a capability in effect; being user 0 does not say it. */
bool capabilities_have(unsigned int capability);

/* Says under --explain and --verbose, by name, what a command is left: root by its id, or another. */
void capabilities_say(uint64_t bounding, uint64_t ambient, bool root);

#endif
