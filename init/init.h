/*
 * init.h: everything that nsinit's options ask for, in one place.
 *
 * Owns: struct init, which main fills from the options and hands from step to step. nslaunch
 * fills one of its own with the same table, to refuse a bad option before anything exists.
 */
#ifndef INIT_H
#define INIT_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <linux/filter.h>

#include "landlock.h"
#include "options.h"
#include "request.h"
#include "users.h"
#include "seccomp.h"

/* No id: setresuid(2) takes it for "leave unchanged", so it can be nobody's. */
#define ID_NONE UINT32_MAX

/* One --share NAME=FILE: a namespace that the launcher joins. */
struct joined {
	struct joined *next;
	unsigned int flag; /* CLONE_NEW* */
	char *file;
	int descriptor; /* the launcher's */
};

/* One --env. */
struct variable {
	struct variable *next;
	char *text; /* NAME=VALUE, or NAME for the caller's value */
};

struct init {
	/* the root and what is mounted in it */
	char *root;	   /* NULL: the current root is kept */
	char *overlay;	   /* what is written to it goes to this folder of the host; NULL: to it */
	bool ephemeral;	   /* or to a tmpfs */
	bool replace_root; /* all mounts of the namespace may be taken off, see rootfs_enter */
	bool read_only;
	bool slave; /* later mounts of the host below root come in */
	bool default_mounts;
	bool default_mounts_said; /* either way, by an option */
	bool no_host_root; /* no id here is the host's root: what only that may read is not hidden */
	int directory; /* where nsinit was started (O_PATH), or -1: relative sources start here */
	struct request *requests, **requests_end;
	/* Trees that the launcher has opened, since nsinit may not (open_tree(2)); -1: none. */
	int root_tree, overlay_tree;
	int lock; /* overlay.h: held as long as nsinit lives, as the launcher does; -1: not yet, or none */

	/* the namespaces' own settings */
	char *hostname, *domainname;
	unsigned int shared; /* CLONE_NEW* bits of the namespaces that are the caller's */
	unsigned int joined; /* and of those that are somebody else's */
	struct joined *joins;
	bool loopback;
	bool enter_clocks; /* the time namespace that is there for our children is ours, too */

	/* the command */
	char **command; /* NULL-terminated; empty: the user's shell */
	char *argv0;
	char *workdir;
	struct users_word user_word, group_word, *group_words; /* --user USER:GROUP, --groups */
	size_t group_words_count;
	bool user_said, group_said, groups_said;
	uint32_t uid, gid; /* ID_NONE: as it is. These and groups: from identity_find on */
	uint32_t *groups;
	size_t groups_count;
	struct variable *variables, **variables_end;
	bool clear_environment, keep_environment;
	bool as_pid_1;

	/* what the command may not do */
	uint64_t bounding_set;	  /* capabilities(7), as CapBnd in /proc/PID/status shows it */
	uint64_t ambient_set;	  /* what a command that is not root is given of it */
	struct sock_fprog filter; /* SECCOMP_PROGRAM: read by seccomp_prepare... */
	int seccomp_descriptor;	  /* ...from here */
	enum seccomp_kind seccomp;
	bool bounding_set_said; /* without, capabilities stay as they are */
	bool no_new_privs;
	struct landlock_path *landlock; /* NULL: all that the rest lets it use */

	/* the init's ways; signals are numbers from 1 to 64 */
	bool group;		    /* signals go to the command's process group */
	bool subreaper;		    /* adopt orphans where nsinit is not PID 1 */
	bool warn;		    /* say which orphans were reaped */
	bool session;		    /* the command has a session, whose group ends with it */
	bool stops;		    /* what stops a job stops nsinit too, see names.c */
	bool scripts;		    /* what has no format is a script of /bin/sh */
	bool pause;		    /* there is no command */
	bool wait_all;		    /* end when every descendant has */
	int parent_signal;	    /* sent to nsinit when its parent dies; 0: none */
	int kill_signal;	    /* what is left at the end gets it... */
	int64_t grace_ms;	    /* ...and SIGKILL that much later; 0: at once */
	uint8_t rewrite[65];	    /* what is forwarded for a signal; 0: nothing */
	uint8_t successes[256 / 8]; /* exit statuses, a bit each, that are reported as 0 */

	/* the launcher */
	int launcher; /* its end of the socket, see handover.h; -1: none */
	int terminal; /* which standard descriptor is the controlling terminal, or -1, it says */
	uint64_t signal_mask; /* the command's, as SigBlk in /proc/PID/status shows it */
	bool signal_mask_said;
	bool wait;	   /* for its GO */
	bool wait_network; /* for the network namespace, which it makes meanwhile */
	uint32_t setup_uid,
		setup_gid; /* nsinit's own until then have no name here; ID_NONE: have */
	bool outlive;	   /* go on where it dies */
};

/* What holds before any option is read. */
void init_defaults(struct init *init);

/* Refuses options that contradict each other; ends the program with one line. */
void init_check(const struct init *init);

/* nsinit's options; `into` is a struct init. */
extern const struct option init_options[];

/* What --seccomp's word stands for: every word but three is a descriptor, or nslaunch's file. */
enum seccomp_kind init_seccomp_kind(const char *word);

/* CLONE_NEW* of a namespace by its name in --share, or 0. */
unsigned int init_namespace(const char *name, size_t length);

/* An id of user_namespaces(7): unsigned 32 bit, strictly; ends the program where text is none. */
uint32_t init_parse_id(const char *option, const char *text);

#endif
