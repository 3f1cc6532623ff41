/*
 * request.h: what the user wants to be mounted or made in the root, one request for each option.
 *
 * Owns: the words of --bind, --ro-bind, --tmpfs, --mount, --symlink and --file, and what they mean.
 * Not how it is done: mounts.h.
 */
#ifndef REQUEST_H
#define REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "options.h"

struct init;

enum request_kind {
	REQUEST_BIND,	 /* source, a path of the host, is shown at target */
	REQUEST_FS,	 /* a filesystem of type fs is mounted there */
	REQUEST_SYMLINK, /* target becomes a symbolic link to source */
	REQUEST_FILE,	 /* target becomes a file with what descriptor holds */
};

/* One request; the list keeps their order. */
struct request {
	struct request *next;
	enum request_kind kind;
	const char *fs;		  /* mount(2) */
	bool recursive;		  /* a bind: with what is mounted below source */
	bool slave;		  /* a bind: later mounts of the host below source come in */
	unsigned long attributes; /* mount_setattr(2): MS_RDONLY and its kin, KERNEL_MOUNT_ATTR_* */
	unsigned long cleared;	  /* a bind: what of the source's own is taken away */
	char *source;		  /* NULL where there is none */
	char *target;		  /* an absolute path inside */
	/* the filesystem's own options: names and values (or NULL) by turns; then a NULL name */
	const char **options;
	size_t options_count, options_room;
	/* an overlay's folders of the host, the uppermost first and then NULL; upper and work or neither */
	char **layers, *upper, *work;
	int descriptor;
	int tree; /* a bind: its source, see init.h; -1: opened by nsinit */
};

/* The options that make requests; `into` is a struct init. Bad input ends the program. */
void request_take_bind(void *into, const struct option *option, char *value);
void request_take_ro_bind(void *into, const struct option *option, char *value);
void request_take_tmpfs(void *into, const struct option *option, char *value);
void request_take_mount(void *into, const struct option *option, char *value);
void request_take_symlink(void *into, const struct option *option, char *value);
void request_take_file(void *into, const struct option *option, char *value);

/* Ends text at its next unescaped separator and returns what comes after, or NULL; `\:` is a colon. */
char *request_split(char *text, char separator);

#endif
