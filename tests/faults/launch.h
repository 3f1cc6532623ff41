/*
 * launch.h: one launch of nslaunch, of a kind that the table names, and what came of it.
 *
 * Owns: the kinds, the command line, the caller's half of the launch (user, groups, descriptors), what
 * is seen of nsinit and of the command, and the look for what was left behind. Which call fails, and
 * what is a fault, is not its business.
 */
#ifndef LAUNCH_H
#define LAUNCH_H

#include <stdbool.h>
#include <stddef.h>

#include "trace.h"

enum { WORDS_MOST = 20, TEXT_MOST = 64 * 1024, LINES_MOST = 4096 };

struct kind {
	const char *name;
	const char
		*words[WORDS_MOST]; /* nslaunch's options; paths from the folder of the harness */
	bool ordinary;		    /* the caller is an ordinary user */
	bool endless;		    /* standard input is a pipe into which nobody writes */
	bool never_runs;	    /* so the command is never executed */
	bool one_process;	    /* the command is PID 1, and its end is nobody's to explain */
	bool leftovers;		    /* the caller left descriptors of the host open */
};

extern const struct kind kinds[];
const struct kind *launch_kind(const char *name);

struct launch {
	const struct kind *kind;
	struct trace trace;
	int out, err, in;
	char *text;		 /* what the command printed */
	char errors[LINES_MOST]; /* what was said on standard error */
	char nsinit[LINES_MOST]; /* what nsinit was when it began to wait for the command */
	void (*visit)(struct launch *, struct tracee *, enum trace_stop);
	void *context; /* the visitor's */
};

/* Where nslaunch, the rootfs and the rest are; the working directory of everything here. */
void launch_set_folder(const char *folder);

/* Starts it. With waits, the command stays until it is killed. */
void launch_start(struct launch *launch, const struct kind *kind, bool waits);

/* After its end: reads what there is to be read. */
void launch_read(struct launch *launch);
void launch_forget(struct launch *launch);

/* Mounts and files that the launch left; empty where there is nothing. What was found is told once. */
void launch_left_behind(char *text, size_t size);

/* The descriptors that the caller left open, with `leftovers`: true where the file is one of them. */
bool launch_is_leftover(dev_t device, ino_t inode);

#endif
