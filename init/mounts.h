/*
 * mounts.h: what is mounted in the new root.
 *
 * Owns: the default mounts (/proc, /sys, /dev and what lies in it), the mounts that the user asked
 * for, and how a tree of the host is shown inside. Not the masks laid over them: masks.h.
 */
#ifndef MOUNTS_H
#define MOUNTS_H

#include <stdbool.h>

#include "init.h"

/* A tree that is mounted a second time elsewhere. */
struct mounts_bind {
	const char *source;	  /* a path; "" with a descriptor: the descriptor itself */
	const char *target;	  /* the same */
	bool recursive;		  /* with what is mounted below it */
	bool slave;		  /* it keeps hearing of the host's mounts; else private */
	unsigned long attributes; /* for all of it, as a request's, request.h */
	unsigned long cleared;	  /* the same */
};

/*
 * Mounts bind->source (relative to descriptor from, or AT_FDCWD) on bind->target (relative to
 * descriptor to, likewise), within the step under way, which fails where this fails. Returns the new
 * mount (O_PATH, close-on-exec).
 */
int mounts_bind(int from, const struct mounts_bind *bind, int to);

/* Mounts a tree that open_tree(2) has copied on `target` (relative to `to`; "": `to` itself). */
void mounts_attach(int tree, int to, const char *target);

/*
 * Opens path (O_PATH, close-on-exec), relative to `from`, as a source of mounts in this mount namespace.
 * A path that leads through a descriptor made outside (/dev/fd/9) ends in the caller's namespace, whose
 * mounts are none of ours: then the same file is opened here, by the name that the kernel has for it.
 * Returns -1 and errno on error; ESTALE: there is another file by that name.
 */
int mounts_open_source(int from, const char *path);
extern const char mounts_foreign[]; /* what to say of ESTALE */

/*
 * Makes a filesystem of type `fs` that is mounted nowhere yet, within the step under way, which fails
 * where this fails. What the descriptor leads to was made by this call and can be nothing else.
 * `options` are names and values by turns (value NULL: a flag), a NULL name at the end; hint is for EINVAL,
 * and without one an option that the kernel refuses is named.
 */
int mounts_make(const char *fs, unsigned long attributes, const char *const *options,
		const char *hint);

/* Adds attributes (MS_*) to the mount at path alone. Returns -1 and errno on error. */
int mounts_set(const char *path, unsigned long attributes);

/* /proc and /dev, below the descriptor root; without --root /proc alone. */
void mounts_make_default(const struct init *init, int root);

/* /sys, which shows the devices of the network namespace that this process is in; with --root only. */
void mounts_make_sys(const struct init *init, int root);

/* What the user asked for, in that order. */
void mounts_make_requested(const struct init *init, int root);

#endif
