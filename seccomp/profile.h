/*
 * profile.h: seccomp profiles in JSON, as the OCI runtime specification and Docker have them.
 *
 * Owns: what their words mean. What they amount to as BPF is libseccomp's business.
 */
#ifndef PROFILE_H
#define PROFILE_H

#include <seccomp.h>
#include <stdint.h>

#include "verify.h"

/* What Docker's profiles make rules depend on. */
struct profile_situation {
	uint64_t capabilities; /* a set as in ../launcher/capabilities.h */
	int kernel[2];	       /* version and patch level */
};

/*
 * The filter for this machine that the profile in `text` describes; path is its name in messages, and
 * rules is for verify_filter. Ends the program where it is none.
 */
scmp_filter_ctx profile_compile(const char *path, const char *text,
				const struct profile_situation *situation,
				struct verify_rules *rules);

#endif
